import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServer } from '../../src/entry/server.ts'
import { makeMember } from '../../src/features/access/builders.ts'
import { makeProvider, makeProvisioningToken } from '../../src/features/providers/builders.ts'
import { makeOrganisation } from '../../src/features/scope/builders.ts'
import type { App } from '../../src/platform/http/app.ts'
import { type TestServices, testServices } from '../../src/platform/testing/services.ts'
import { pythonWith } from '../python/venv.ts'

const run = promisify(execFile)
const here = import.meta.dirname

let services: TestServices
let app: App
let python: string

beforeAll(async () => {
  // A conformance tester by others (Apache-2.0), with what it needs.
  const packages = readFileSync(join(here, 'requirements.txt'), 'utf8').trim().split('\n')
  python = join(pythonWith('scim', ['--no-deps', ...packages]), 'python')
  services = await testServices()
  app = await createServer(services)
  await app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  app.server.closeAllConnections()
  await app.close()
  await services.close()
})

/** Who does not say whether somebody is active says that they are; so it is always said, also once it was removed. */
const known = "PATCH modify() did not remove attribute 'active'"

interface Verdict {
  readonly status: string
  readonly title: string
  readonly reason: string | null
  readonly resource: string | null
}

describe('the SCIM conformance tester', () => {
  it('finds nothing wrong with users, groups, patches, filters and descriptions', async () => {
    const orgId = await makeOrganisation(services)
    await makeMember(services, orgId, 'owner')
    // Its people have addresses of no domain: they are kept, and are nobody here.
    const provider = await makeProvider(services, orgId)
    const token = await makeProvisioningToken(services, orgId, provider)
    const { port } = app.server.address() as AddressInfo
    const { stdout } = await run(python, [join(here, 'judge.py'), `http://127.0.0.1:${port}/scim/v2`], {
      env: { ...process.env, SCIM_TOKEN: token },
      maxBuffer: 16 * 1024 * 1024,
    })
    const verdicts = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Verdict)
    const bad = verdicts.filter(({ status }) => ['DEVIATION', 'ERROR', 'CRITICAL'].includes(status))
    expect(bad.filter(({ reason }) => reason !== known)).toEqual([])
    // It did judge: creation, replacement, patches and deletion of both kinds.
    for (const resource of ['User', 'Group'])
      expect(
        verdicts.filter(verdict => verdict.resource === resource && verdict.status !== 'SKIPPED').length,
      ).toBeGreaterThan(10)
  })
})
