import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { verifyPackage } from '../../verifier/package/verify-package.ts'
import { aliasTokens } from '../../verifier/records/alias-tokens.ts'
import { aliasKinds } from '../features/aliases/contract.ts'
import { erasePerson } from '../features/aliases/erase-person.ts'
import { readAliases } from '../features/aliases/read-aliases.ts'
import { revealAliases } from '../features/aliases/reveal-aliases.ts'
import { changeSetting } from '../features/aliases/setting.ts'
import { checkNow } from '../features/checks/builders.ts'
import { collectNow } from '../features/connections/builders.ts'
import { addConnection } from '../features/connections/change-connection.ts'
import { fastImport, git } from '../features/connections/git/builders.ts'
import { keepUpload } from '../features/connections/uploads.ts'
import { integrate } from '../features/ledger/integrate.ts'
import { makePackage } from '../features/packages/make-package.ts'
import { systemClock } from '../platform/clock/clock.ts'
import { readConfig } from '../platform/config/config.ts'
import { dataFolderMode } from '../platform/config/data-folder.ts'
import type { TenantTx } from '../platform/db/database.ts'
import type { Services } from '../platform/services.ts'
import { testServices } from '../platform/testing/services.ts'
import { SampleCompany } from './demo/sample-company.ts'
import { sampleFileSettings, writeSampleFiles } from './demo/sample-files.ts'
import { personalStores } from './personal-stores.ts'
import { openServices } from './services.ts'
import { setUpOrganisation } from './set-up.ts'

/*
 * A real data folder: embedded PostgreSQL with its files and its write-ahead log, objects on disk. The sources lie outside of it.
 */

let root = ''
const day = 86_400_000
const now = new Date()
const company = new SampleCompany(new Date(now.getTime() - 180 * day))
const [firstPerson, secondPerson] = (company.filesAsOf(now)[0]?.rows ?? []).slice(7, 9)
/** Whom nobody may be able to find: one of the sample's people, who is in every file and in the repository. */
const erased = [firstPerson?.name ?? '', firstPerson?.email ?? '']

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'vouch-alias-test-'))
  writeSampleFiles(join(root, 'files'), company.filesAsOf(now), company.filesAsOf(now))
  makeRepository(join(root, 'repository'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Commits by people of the company, by an automation, by somebody unknown and one that hides; with reviewers. */
function makeRepository(folder: string): void {
  mkdirSync(folder)
  git(folder, ['init', '--quiet', '--bare', '--initial-branch=main'])
  const who = (person: typeof firstPerson) => `${person?.name} <${person?.email?.toUpperCase()}>`
  const at = Math.floor(now.getTime() / 1000) - 30 * 86_400
  const authors = [
    who(firstPerson),
    who(secondPerson),
    'Robot <robot@larkspur.example>',
    'Eve Stranger <eve@stranger.example>',
    'Hidden <123+hidden@users.noreply.github.com>',
    'GitHub <noreply@github.com>',
    'Local <root@localhost>',
    'Nobody <not an address>',
  ]
  fastImport(
    folder,
    authors.map((author, index) => ({
      branch: 'main',
      parents: index === 0 ? [] : [index],
      message: `Change ${index} (#${index + 1})\n\nReviewed-by: ${who(index % 2 === 0 ? secondPerson : firstPerson)}\n`,
      at: at + index * 3_600,
      author,
    })),
  )
}

async function makeCompany(services: Services, slug: string, aliases: boolean) {
  const inOrg = <T>(work: (tx: TenantTx) => Promise<T>) => services.database.tenant(orgId, services.clock, work)
  const orgId = await setUpOrganisation(services, { slug, name: slug, isSample: false }, 'operator')
  if (aliases) await inOrg(tx => changeSetting(tx, { kinds: aliasKinds, programs: [], domains: [] }))
  const settings = sampleFileSettings(join(root, 'files'), company.filesAsOf(now))
  const add = (kind: string, name: string, input: object) =>
    inOrg(tx => addConnection(services, tx, { kind, name, settings: input as never, every_hours: 24 }, 'operator'))
  const connections = [
    await add('files', 'People', settings),
    await add('git', 'Source', { path: join(root, 'repository') }),
  ]
  return { orgId, inOrg, add, connections }
}

const statusesOf = (inOrg: Awaited<ReturnType<typeof makeCompany>>['inOrg']) =>
  inOrg(async tx => {
    const runs = await tx.sql
      .selectFrom('checks_run')
      .select(['check_id', 'outcome', 'passed', 'failed', 'unknown', 'not_applicable', 'error'])
      .orderBy('check_id')
      .execute()
    const results = await tx.sql.selectFrom('checks_result').select(['subject_id', 'check_id', 'status']).execute()
    // Whose id is no person's keeps it.
    const plain = results.filter(row => !/@|not an address|p-[a-z2-7]{16}/.test(row.subject_id))
    return { runs, plain: plain.map(row => `${row.check_id} ${row.subject_id} ${row.status}`).sort() }
  })

describe('every check', () => {
  it('says the same of records with aliases as of records as they came', async () => {
    const services = await testServices()
    onTestFinished(() => services.close())
    const as = await makeCompany(services, 'with-aliases', true)
    const without = await makeCompany(services, 'without', false)
    for (const one of [as, without]) {
      for (const id of one.connections) await collectNow(services, one.orgId, id)
      await checkNow(services, one.orgId)
    }
    const expected = await statusesOf(without.inOrg)
    expect(expected.runs.length).toBeGreaterThan(30)
    expect(expected.runs.filter(run => run.error !== null)).toEqual([])
    // It is a test of joins: some subjects pass and some fail because of them.
    for (const check of ['people.contributors_are_employees', 'people.leavers_have_no_account', 'git.change_reviewed'])
      expect(expected.runs.find(run => run.check_id === check)?.outcome, check).toMatch(/pass|fail/)
    expect(await statusesOf(as.inOrg)).toEqual(expected)
    const told = await as.inOrg(tx => tx.sql.selectFrom('checks_result').selectAll().execute())
    const text = JSON.stringify(told).toLowerCase()
    for (const value of erased) expect(text).not.toContain(value.toLowerCase())
    expect(aliasTokens(text).length).toBeGreaterThan(20)
  }, 120_000)
})

describe('an erased person', () => {
  it('cannot be found in the data folder by any of their values, and packages of before and after verify', async () => {
    const dataDir = join(root, 'data')
    mkdirSync(dataDir)
    chmodSync(dataDir, dataFolderMode)
    const config = readConfig({ VOUCH_DATA: dataDir, VOUCH_LOG_LEVEL: 'silent' })
    const services = await openServices(config, systemClock)
    onTestFinished(() => services.close())
    const { orgId, inOrg, add, connections } = await makeCompany(services, 'erasing', true)
    const ofTwo = [firstPerson, secondPerson].map(row => `${row?.employee_id},${row?.name},${row?.email},1`)
    const csv = ['employee_id,name,email,start', ...ofTwo, ''].join('\n')
    const upload = await keepUpload(services, orgId, streamOf(csv), 'zstd')
    const mapping = { employee_id: 'employee_id', name: 'name', email: 'email' }
    const uploads = [{ name: 'people.csv', content: upload.id }]
    connections.push(
      await add('files', 'Uploaded', { uploads, files: [{ file: 'people.csv', resource: 'hr.employee', mapping }] }),
      // A mapping that is wrong: what is not readable is told without being repeated.
      await add('files', 'Mistaken', {
        uploads,
        files: [
          {
            file: 'people.csv',
            resource: 'hr.employee',
            mapping: { employee_id: 'employee_id', start_date: 'name', status: 'email' },
          },
        ],
      }),
      await add('files', 'Headless', {
        uploads: [
          {
            name: 'rows.csv',
            content: (await keepUpload(services, orgId, streamOf(`${ofTwo.join('\n')}\n`), 'zstd')).id,
          },
        ],
        files: [{ file: 'rows.csv', resource: 'hr.employee', mapping }],
      }),
    )
    for (const id of connections) await collectNow(services, orgId, id).catch(() => undefined)
    await checkNow(services, orgId)
    await integrate(services, orgId)
    const before = join(root, 'before.zip')
    await makePackage(services, orgId, {}, { actor: 'operator', copyTo: before })
    const aliases = await inOrg(tx =>
      tx.sql.selectFrom('checks_result').select('columns').where('check_id', '=', 'people.trained_yearly').execute(),
    )
    const named = aliases.flatMap(row => aliasTokens(JSON.stringify(row)))
    const values = async () =>
      (await inOrg(tx => revealAliases(services, tx, named.slice(0, 100)))).map(one => one.value)
    expect(await values()).toContain(erased[0])
    // While the values are kept they are sealed: neither the database nor an object shows them.
    expect(await findInStores(services, erased)).toEqual([])

    const input = { values: erased, aliases: [] }
    const done = await erasePerson(services, orgId, input, { stores: personalStores, actor: 'operator' })
    expect(done).toMatchObject({ aliases: [expect.any(String), expect.any(String)], uploads: 2 })
    expect(await values()).not.toContain(erased[0])
    expect(await inOrg(tx => readAliases(tx, personalStores))).toMatchObject({ uploads: 0 })

    await checkNow(services, orgId)
    await integrate(services, orgId)
    const after = join(root, 'after.zip')
    await makePackage(services, orgId, {}, { actor: 'operator', copyTo: after })
    for (const file of [before, after]) {
      const report = await verifyPackage(file, {})
      expect(report.differences, file).toEqual([])
      expect(report.ok).toBe(true)
      expect(readFileSync(file).includes('Stored as aliases')).toBe(true)
    }
    expect(await findInStores(services, erased)).toEqual([])
    await services.close()
    // Whatever is on the disk: tables, indexes, the write-ahead log, PostgreSQL's own messages, objects, temporary files.
    const others = [secondPerson?.name ?? '', secondPerson?.email ?? '']
    expect(findOnDisk(dataDir, [...erased, ...others])).toEqual([])
  }, 180_000)
})

/** Where any of the values stands in what the database and the objects say, decompressed: places, none when it is nowhere. */
async function findInStores(services: Services, values: readonly string[]): Promise<string[]> {
  const found: string[] = []
  const client = await services.database.dedicatedClient('aliases test')
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
    )
    for (const { name } of tables) {
      const { rows } = await client.query<{ text: string }>(`select row_to_json(t)::text as text from ${name} t`)
      if (rows.some(row => holds(row.text, values))) found.push(name)
    }
  } finally {
    await client.end()
  }
  for await (const { id } of services.objects.list()) {
    const chunks: Uint8Array[] = []
    for await (const chunk of await services.objects.get(id)) chunks.push(chunk)
    if (holds(Buffer.concat(chunks).toString('latin1'), values)) found.push(id)
  }
  return found
}

const holds = (text: string, values: readonly string[]) =>
  values.some(value => text.toLowerCase().includes(value.toLowerCase()))

/** The files below a folder that hold any of the values, in any case. */
function findOnDisk(folder: string, values: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .filter(path => holds(readFileSync(path).toString('latin1'), values))
}

async function* streamOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

it('is a test that finds what there is', () => {
  expect(erased.every(value => value.length > 5)).toBe(true)
  expect(findOnDisk(join(root, 'files'), erased)).not.toEqual([])
})
