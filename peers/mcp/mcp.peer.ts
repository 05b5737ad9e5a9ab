import { execFile } from 'node:child_process'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createServer } from '../../src/entry/server.ts'
import { makeKey } from '../../src/features/access/keys.ts'
import { permissionsOf } from '../../src/features/access/permissions.ts'
import { makeFullOrganisation } from '../../src/features/checks/builders.ts'
import type { App } from '../../src/platform/http/app.ts'
import { type TestServices, testServices } from '../../src/platform/testing/services.ts'
import { pythonWith } from '../python/venv.ts'

/** The protocol's client for Python (MIT), with which many assistants are made. */
const version = '1.30.0'
const run = promisify(execFile)

let services: TestServices
let app: App
let python = ''

beforeAll(async () => {
  python = join(pythonWith('mcp', [`mcp==${version}`]), 'python')
  services = await testServices()
  app = await createServer(services)
  await app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await app?.close()
  await services?.close()
})

it('the Python client is offered what its key may read, works with it, and is refused the rest', async () => {
  const orgId = await makeFullOrganisation(services)
  const may = ['api.read', 'controls.read']
  const { key } = await services.database.tenant(orgId, services.clock, tx =>
    makeKey(
      tx,
      { name: 'Assistant', personal: false, may, days: 1 },
      { actor: 'operator', user: null, sessionId: null, organisation: null, may: permissionsOf('owner') },
    ),
  )
  const address = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/api/v1/mcp`
  const { stdout } = await run(python, [join(import.meta.dirname, 'client.py'), address, key])
  const said = JSON.parse(stdout)
  expect(said).toMatchObject({ server: 'vouch', read_only: true })
  expect(said.tools.toSorted()).toEqual(['getControl', 'listControls'])
  expect(said.controls).toBeGreaterThan(20)
  expect(said.refused).toEqual([true, expect.stringContaining('Not permitted')])
})
