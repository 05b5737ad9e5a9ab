import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aliasTokens, splitAtTokens } from '../../../verifier/records/alias-tokens.ts'
import { declareResource } from '../../../verifier/records/resource.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { deedOf, during } from '../../platform/db/deed.ts'
import { type TestServices, testServices } from '../../platform/testing/services.ts'
import { makeLog } from '../ledger/builders.ts'
import { noStores, sampleSecrets } from './builders.ts'
import { aliasKinds } from './contract.ts'
import { erasePerson } from './erase-person.ts'
import { aliasText, isAddress, makeToken, normalise, staysPlain } from './forms.ts'
import { makeAliases } from './make-aliases.ts'
import { Protection } from './protect-records.ts'
import { mostRevealedAnHour, revealAliases } from './reveal-aliases.ts'
import { changeSetting } from './setting.ts'

let services: TestServices
let orgId = ''
let otherId = ''
const everything = { kinds: aliasKinds, programs: ['bot@larkspur.example'], domains: [] }

beforeAll(async () => {
  services = await testServices()
  orgId = (await makeLog(services)).orgId
  otherId = (await makeLog(services)).orgId
  await inOrg(tx => changeSetting(tx, everything))
})
afterAll(() => services.close())

const inOrg = <T>(work: (tx: TenantTx) => Promise<T>, org = orgId) =>
  services.database.tenant(org, services.clock, work)
const aliasesOf = (values: Parameters<typeof makeAliases>[2], org = orgId, domains: readonly string[] = []) =>
  inOrg(tx => makeAliases(services, tx, values, { domains }), org)
const valuesOf = async (aliases: readonly string[], org = orgId) =>
  (await inOrg(tx => revealAliases(services, tx, aliases), org)).map(item => item.value)
const erase = (input: { values?: string[]; aliases?: string[] }) =>
  erasePerson(services, orgId, { values: [], aliases: [], ...input }, { stores: noStores, actor: 'operator' })

describe('an alias', () => {
  it('is the same for the same value however it is written, and another for another value, kind or organisation', async () => {
    const [first, again, name, other] = await aliasesOf([
      { kind: 'email', value: 'Ada.Abara@Larkspur.example ' },
      { kind: 'email', value: 'ada.abara@larkspur.example' },
      { kind: 'name', value: 'ada.abara@larkspur.example' },
      { kind: 'email', value: 'bea.berg@larkspur.example' },
    ])
    expect(again).toBe(first)
    expect(new Set([first, name, other]).size).toBe(3)
    expect(await aliasesOf([{ kind: 'email', value: 'ADA.ABARA@LARKSPUR.EXAMPLE' }])).toEqual([first])
    expect(await aliasesOf([{ kind: 'email', value: 'ada.abara@larkspur.example' }], otherId)).not.toEqual([first])
    expect(
      await aliasesOf([
        { kind: 'name', value: 'Ada  Abara' },
        { kind: 'name', value: ' ada abara' },
      ]),
    ).toMatchObject([expect.stringMatching(/^Person p-[a-z2-7]{16}$/), expect.stringMatching(/^Person /)])
  })

  it('keeps the format of its value: an address stays one, with its domain, unless that is to be hidden', async () => {
    const ada = { kind: 'email', value: 'ada@Mail.Larkspur.example' } as const
    const out = { kind: 'email', value: 'ada@abara.example' } as const
    expect(await aliasesOf([ada, out])).toEqual([
      expect.stringMatching(/^p-[a-z2-7]{16}@mail\.larkspur\.example$/),
      expect.stringMatching(/^p-[a-z2-7]{16}@abara\.example$/),
    ])
    expect(await aliasesOf([ada, out], orgId, ['larkspur.example'])).toEqual([
      expect.stringMatching(/@mail\.larkspur\.example$/),
      expect.stringMatching(/@alias\.invalid$/),
    ])
    const [none, phone, identity, street] = await aliasesOf([
      { kind: 'email', value: 'no address: Ada Abara' },
      { kind: 'phone', value: '+44 20 7946 0958' },
      { kind: 'government_id', value: 'AB 12 34 56 C' },
      { kind: 'address', value: '1 Larkspur Lane' },
    ])
    expect(none).toMatch(/^p-[a-z2-7]{16}$/)
    expect(phone).toMatch(/^\+999\d{12}$/)
    expect(identity).toMatch(/^p-/)
    expect(street).toMatch(/^Address p-/)
  })

  it('is found in any text, and nothing else is', () => {
    const value = fc.record({
      kind: fc.constantFrom(...aliasKinds),
      value: fc.constantFrom('a@b.example', 'Ada', '12'),
    })
    fc.assert(
      fc.property(value, value, fc.string(), (one, two, middle) => {
        const tokens = [makeToken(one.kind), makeToken(two.kind)]
        const text = `Owner ${aliasText(one, tokens[0] ?? '', everything)} (${aliasText(two, tokens[1] ?? '', everything)}).`
        expect(aliasTokens(text)).toEqual(tokens)
        expect(splitAtTokens(text).join('')).toBe(text)
        expect(aliasTokens(`${middle}x`).filter(token => !middle.includes(token))).toEqual([])
        for (const made of [one, two])
          expect(staysPlain({ ...made, value: aliasText(made, makeToken(made.kind), everything) }, new Set())).toBe(
            true,
          )
      }),
    )
    expect(aliasTokens('sp-abcdefghijklmnop help-me p-abcdefghijklmno +9991234')).toEqual([])
  })

  it('of two addresses is the same exactly when the product takes them for the same', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'A', 'é', '@', '.', ' ', 'ß', 'İ') })
    fc.assert(
      fc.property(text, text, (a, b) => {
        const same = isAddress(a) && isAddress(b) ? a.trim().toLowerCase() === b.trim().toLowerCase() : a === b
        expect(normalise({ kind: 'email', value: a }) === normalise({ kind: 'email', value: b })).toBe(same)
      }),
    )
  })

  it('made by many at once is one', async () => {
    const values = Array.from({ length: 40 }, (_, at) => ({ kind: 'email' as const, value: `p${at}@larkspur.example` }))
    const made = await Promise.all(
      [values, values.toReversed(), values, values.toReversed()].map(some => aliasesOf(some)),
    )
    expect(made[1]?.toReversed()).toEqual(made[0])
    expect(made[2]).toEqual(made[0])
    expect(await valuesOf(made[3] ?? [])).toEqual(values.toReversed().map(one => one.value))
  })
})

describe('to reveal', () => {
  it('gives back what was stored, to its own organisation only, whatever the alias is part of', async () => {
    const value = 'Élif Kaya'
    const [alias = ''] = await aliasesOf([{ kind: 'name', value }])
    const [token = ''] = aliasTokens(alias)
    expect(await valuesOf([alias, token, `Its owner ${alias} left.`, 'p-aaaaaaaaaaaaaaaa', 'nobody'])).toEqual([
      value,
      value,
      value,
      null,
      null,
    ])
    expect(await valuesOf([alias], otherId)).toEqual([null])
  })

  it('is activity that names the alias and never the value', async () => {
    const value = 'Greta Gruber of Nowhere'
    const [alias = ''] = await aliasesOf([{ kind: 'name', value }])
    await during({ ...deedOf('revealAliases', 'user:somebody'), asked: true }, () => valuesOf([alias]))
    const { entries, changes } = await inOrg(async tx => ({
      entries: await tx.sql.selectFrom('activity_entry').selectAll().where('operation', '=', 'revealAliases').execute(),
      changes: await tx.sql.selectFrom('activity_change').selectAll().execute(),
    }))
    expect(entries).toMatchObject([{ actor: 'user:somebody', outcome: 'done' }])
    const own = changes.filter(change => change.activity === entries[0]?.activity)
    expect(own.map(change => change.after)).toEqual([`{"alias": "${aliasTokens(alias)[0]}"}`])
    expect(JSON.stringify({ entries, changes })).not.toContain('Gruber')
  })

  it('has an end within an hour', async () => {
    const { orgId } = await makeLog(services)
    await services.database.tenant(orgId, services.clock, tx =>
      tx.sql
        .insertInto('aliases_reveal')
        .values(
          Array.from({ length: mostRevealedAnHour }, () => ({
            org_id: orgId,
            id: crypto.randomUUID(),
            alias: 'p-aaaaaaaaaaaaaaaa',
          })),
        )
        .execute(),
    )
    const [alias = ''] = await aliasesOf([{ kind: 'name', value: 'Late' }], orgId)
    await expect(valuesOf([alias], orgId)).rejects.toMatchObject({ code: 'rate_limited' })
  })
})

describe('an erasure', () => {
  it('by value takes every kind of it; nothing leads back, and the same person gets a new alias', async () => {
    const values = ['Hana Haddad', 'hana.haddad@larkspur.example']
    const wanted = [
      { kind: 'name', value: values[0] ?? '' },
      { kind: 'email', value: values[1] ?? '' },
    ] as const
    const before = await aliasesOf(wanted)
    const [stays = ''] = await aliasesOf([{ kind: 'name', value: 'Ines Ito' }])
    const done = await erase({ values: ['HANA haddad', 'Hana.Haddad@larkspur.example'] })
    expect(done.aliases).toEqual(before.flatMap(aliasTokens).toSorted())
    expect(await valuesOf([...before, stays])).toEqual([null, null, 'Ines Ito'])
    const after = await aliasesOf(wanted)
    for (const alias of before) expect(after).not.toContain(alias)
    expect(await erase({ values: ['Nobody of that name'] })).toMatchObject({ aliases: [] })
  })

  it('by alias, and again, is the same; it is a fact that holds aliases only', async () => {
    const [alias = ''] = await aliasesOf([{ kind: 'phone', value: '+44 20 7946 0000' }])
    expect((await erase({ aliases: [alias] })).aliases).toEqual([alias])
    expect((await erase({ aliases: [alias] })).aliases).toEqual([])
    const facts = await inOrg(tx =>
      tx.sql
        .selectFrom('ledger_entry')
        .innerJoin('ledger_opening', 'ledger_opening.entry_id', 'ledger_entry.id')
        .select('content')
        .where('kind', '=', 'person.erased')
        .execute(),
    )
    expect(facts.map(fact => JSON.parse(fact.content))).toContainEqual({
      erasure: expect.any(String),
      aliases: [alias],
      count: 1,
    })
  })
})

const resource = declareResource({
  name: 'test.person',
  title: 'Person',
  description: 'For tests',
  key: ['id'],
  columns: {
    id: { type: 'text', description: 'Id', personal: 'username' },
    name: { type: 'text', description: 'Name', personal: 'name' },
    email: { type: 'text', description: 'Address', personal: 'email' },
    others: { type: 'json', description: 'Names, or name and email', personal: 'name' },
    note: { type: 'text', description: 'Text' },
  },
})
const protect = async (records: Parameters<Protection['protect']>[1], org = orgId) => {
  const protection = await Protection.open(services, org)
  return { protection, records: await protection.protect(resource, records) }
}

describe('records', () => {
  it('have aliases in their declared fields, joinable across them, and the rest as it came', async () => {
    const { records, protection } = await protect([
      { id: 'ada', name: 'Ada', email: 'ADA@larkspur.example', others: ['Bea', 'ada'], note: 'Ada', extra: 'Ada' },
      {
        id: 'ada@larkspur.example',
        name: null,
        email: '',
        others: [{ key: 'Reviewed-by', name: 'ADA', email: 'ada@larkspur.example' }],
      },
      { id: 'x', name: 'Person p-aaaaaaaaaaaaaaaa', email: 'noreply@github.com', others: [] },
      { id: 'y', email: 'Bot@larkspur.example' },
    ])
    const [ada = '', email = ''] = await aliasesOf([
      { kind: 'name', value: 'Ada' },
      { kind: 'email', value: 'ada@larkspur.example' },
    ])
    const [bea] = await aliasesOf([{ kind: 'name', value: 'Bea' }])
    expect(records).toEqual([
      { id: 'ada', name: ada, email, others: [bea, ada], note: 'Ada', extra: 'Ada' },
      { id: email, name: null, email: '', others: [{ key: 'Reviewed-by', name: ada, email }] },
      { id: 'x', name: 'Person p-aaaaaaaaaaaaaaaa', email: 'noreply@github.com', others: [] },
      { id: 'y', email: 'Bot@larkspur.example' },
    ])
    const { columns } = protection.declare(resource)
    expect(Object.keys(columns).filter(name => columns[name]?.aliased)).toEqual(['id', 'name', 'email', 'others'])
  })

  it('stay as they are where aliases are off', async () => {
    const record = { id: 'ada@larkspur.example', name: 'Ada', email: 'ada@larkspur.example', others: ['Bea'] }
    const { records, protection } = await protect([record], otherId)
    expect(records).toEqual([record])
    expect(protection.declare(resource)).toEqual(resource)
    expect(protection.usesAliases).toBe(false)
  })

  it('are rid of secrets wherever these stand, also in names, and each is counted', async () => {
    const [github = '', other = ''] = sampleSecrets.github ?? []
    const [key = ''] = sampleSecrets.privatekey ?? []
    const { records, protection } = await protect(
      [
        { id: '1', note: `first ${github} then ${other}`, others: [{ [github]: { deep: [key] } }] },
        { id: '2', note: 'nothing', extra: github },
        { id: '3', [github]: 1 },
      ],
      otherId,
    )
    expect(records).toEqual([
      {
        id: '1',
        note: 'first [redacted:github] then [redacted:github]',
        others: [{ '[redacted:github]': { deep: ['[redacted:privatekey]'] } }],
      },
      { id: '2', note: 'nothing', extra: '[redacted:github]' },
      { id: '3', '[redacted:github]': 1 },
    ])
    expect(protection.redactionsOf(resource.name)).toEqual([
      { field: '[redacted:github]', rule: 'github', count: 1 },
      { field: 'extra', rule: 'github', count: 1 },
      { field: 'note', rule: 'github', count: 2 },
      { field: 'others', rule: 'github', count: 1 },
      { field: 'others', rule: 'privatekey', count: 1 },
    ])
  })
})
