import { Readable } from 'node:stream'
import { Command } from 'commander'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { type TestServices, testServices } from '../../platform/testing/services.ts'
import { makeLog } from '../ledger/builders.ts'
import { noStores } from './builders.ts'
import { aliasCommands } from './cli.ts'
import { makeAliases } from './make-aliases.ts'

let services: TestServices
let orgId = ''
let said = ''

beforeAll(async () => {
  services = await testServices()
  orgId = (await makeLog(services)).orgId
})
afterAll(() => services.close())
beforeEach(() => {
  said = ''
  vi.spyOn(process.stdout, 'write').mockImplementation(text => {
    said += String(text)
    return true
  })
  return () => vi.restoreAllMocks()
})

async function erase(input: string): Promise<string> {
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(Readable.from([input]) as typeof process.stdin)
  const program = new Command()
  aliasCommands(program, { withServices: work => work(services, orgId), stores: noStores })
  await program.parseAsync(['erase'], { from: 'user' })
  return said
}
const activities = () =>
  services.database.tenant(orgId, services.clock, tx =>
    tx.sql.selectFrom('activity_entry').select(['operation', 'actor']).where('operation', '=', 'vouch erase').execute(),
  )

it('erases what is told on standard input, by value and by alias, says which aliases, and is recorded', async () => {
  const [name = '', email = ''] = await services.database.tenant(orgId, services.clock, tx =>
    makeAliases(
      services,
      tx,
      [
        { kind: 'name', value: 'Uma Vidal' },
        { kind: 'email', value: 'uma@x.example' },
      ],
      { domains: [] },
    ),
  )
  const told = await erase(`uma vidal\n${email}\n\nnot read any more`)
  for (const alias of [name.replace('Person ', ''), email.replace('@x.example', '')])
    expect(told).toContain(`  ${alias}\n`)
  expect(told).toContain('Erased: 2 of the values.')
  expect(told.toLowerCase()).not.toContain('uma')
  expect(await activities()).toEqual([{ operation: 'vouch erase', actor: 'operator' }])
})

it('says so when none of them is kept, and refuses nothing at all', async () => {
  expect(await erase('uma vidal')).toContain('Nothing was erased.')
  await expect(erase('\n')).rejects.toMatchObject({ code: 'invalid_input' })
})
