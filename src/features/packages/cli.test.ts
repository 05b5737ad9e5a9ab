import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command, CommanderError } from 'commander'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { buildOrganisation, honestPackage } from '../../../verifier/package/testing/build-package.ts'
import { vkeysOf } from '../../../verifier/package/testing/synthetic-log.ts'
import { zipFiles } from '../../../verifier/package/testing/zip-files.ts'
import { packageCommands } from './cli.ts'

let dir = ''
let key = ''
const path = () => join(dir, 'package.zip')
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'vouch-cli-'))
  const organisation = await buildOrganisation()
  key = vkeysOf(organisation.log)[0] ?? ''
  writeFileSync(path(), zipFiles(honestPackage(organisation)))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))
afterEach(() => {
  process.exitCode = undefined
})

/** Runs a command line; verification gets no services, so that it cannot use any. */
async function run(...parameters: string[]) {
  const out: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation(text => out.push(String(text)) > 0)
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
  const program = new Command('vouch').exitOverride()
  packageCommands(program, {
    withServices: () => {
      throw new Error('nothing of the product may be opened')
    },
  })
  try {
    await program.parseAsync(parameters, { from: 'user' })
    return { exit: process.exitCode, text: out.join('') }
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return { exit: error.exitCode, text: out.join('') }
  } finally {
    vi.restoreAllMocks()
  }
}

test('verify says by its exit code whether a package agrees, differs or is none, and opens nothing of the product', async () => {
  const agrees = await run('verify', path(), '--key', key)
  expect(agrees.exit).toBe(0)
  expect(agrees.text).toMatch(/^SAMPLE DATA/)
  const changed = readFileSync(path())
  const at = changed.indexOf('Accounts are protected')
  changed.write('B', at)
  writeFileSync(join(dir, 'changed.zip'), changed)
  const differs = await run('verify', join(dir, 'changed.zip'), '--json')
  expect(differs.exit).toBe(1)
  expect(JSON.parse(differs.text)).toMatchObject({ ok: false, keyTrusted: false })
  expect(JSON.parse(differs.text).differences[0]).toMatchObject({ code: 'file.changed' })
  expect((await run('verify', join(dir, 'nowhere.zip'))).exit).toBe(2)
  const nothing = await run('verify', join(dir, 'nowhere.zip'), '--json')
  expect(JSON.parse(nothing.text)).toMatchObject({ ok: false, unusable: expect.stringContaining('cannot be opened') })
})

test('a command line that is not understood is not a difference', async () => {
  expect((await run('verify')).exit).toBe(2)
  expect((await run('verify', path(), '--nonsense')).exit).toBe(2)
  expect((await run('verify', path(), '--key', 'no key')).exit).toBe(2)
  expect((await run('export', '-o', path(), '--from', 'yesterday')).exit).toBe(1)
})
