import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildOrganisation, honestPackage, type SyntheticOrganisation } from './testing/build-package.ts'
import { vkeysOf } from './testing/synthetic-log.ts'
import { zipFiles } from './testing/zip-files.ts'
import { verifyPackage } from './verify-package.ts'

let dir = ''
let organisation: SyntheticOrganisation
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'vouch-package-'))
  organisation = await buildOrganisation()
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

test('an honest package agrees, under its newest key and under its first', async () => {
  const path = join(dir, 'honest.zip')
  writeFileSync(path, zipFiles(honestPackage(organisation)))
  for (const key of vkeysOf(organisation.log)) {
    const report = await verifyPackage(path, { key })
    console.log(JSON.stringify(report, null, 1))
    expect(report.differences).toEqual([])
    expect(report).toMatchObject({ ok: true, keyTrusted: true, sample: true })
  }
})
