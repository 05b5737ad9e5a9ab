import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fromBase64, sameBytes, toHex } from '../../../verifier/log/bytes.ts'
import { openCheckpoint } from '../../../verifier/log/checkpoint.ts'
import { decodeEntryBundle } from '../../../verifier/log/entry-bundle.ts'
import { leafHash, verifyConsistency, verifyInclusion } from '../../../verifier/log/merkle.ts'
import { noteVerifier, parseVerifierKey } from '../../../verifier/log/note.ts'
import { naiveRoot } from '../../../verifier/log/testing/naive-tree.ts'
import { tileHashes } from '../../../verifier/log/tile-tree.ts'
import { entryBundlesOf, tilePath, tilesOf } from '../../../verifier/log/tiles.ts'
import { canonicalJson, commitmentOf } from '../../../verifier/records/canonical.ts'
import { type App, createApp } from '../../platform/http/app.ts'
import { everythingIn } from '../../platform/testing/principals.ts'
import { type TestServices, testServices } from '../../platform/testing/services.ts'
import { appendFacts } from './append-fact.ts'
import { append, makeLog, sampleFacts } from './builders.ts'
import { integrate } from './integrate.ts'
import { rotateKey } from './keys.ts'
import { ledgerRoutes } from './routes.ts'
import { listKeys } from './store.ts'

let services: TestServices
let app: App
// The organisation whose log the application serves.
let served = ''

beforeAll(async () => {
  services = await testServices()
  app = await createApp({ services, routes: [ledgerRoutes], access: everythingIn(() => served), version: 'test' })
})
afterAll(async () => {
  await app.close()
  await services.close()
})

async function get(path: string): Promise<Buffer> {
  const response = await app.inject({ url: `/api/v1/ledger${path && '/'}${path}`, headers: { host: 'localhost' } })
  if (response.statusCode !== 200) throw new Error(`${path}: ${response.statusCode} ${response.body}`)
  return response.rawPayload
}
const getJson = async (path: string) => JSON.parse((await get(path)).toString())
const proof = async (path: string) => (await getJson(`proof/${path}`)).hashes.map(fromBase64)

const keysOf = (orgId: string) => services.database.tenant(orgId, services.clock, listKeys)
const countRows = async (orgId: string, table: 'ledger_entry' | 'ledger_opening' | 'ledger_queue' | 'ledger_leaf') =>
  Number(
    (
      await services.database.tenant(orgId, services.clock, tx =>
        tx.sql
          .selectFrom(table)
          .select(({ fn }) => fn.countAll<number>().as('n'))
          .executeTakeFirstOrThrow(),
      )
    ).n,
  )

/** Reads a log over HTTP as a stranger would and judges it by RFC 6962 word for word: every tile, every bundle, the roots. Returns the leaves. */
async function auditOverHttp(orgId: string, origin: string): Promise<Buffer[]> {
  served = orgId
  const logKeys = (await keysOf(orgId)).map(key => noteVerifier(parseVerifierKey(key.vkey)))
  const { size, root } = openCheckpoint((await get('checkpoint')).toString(), { origin, logKeys })
  const leaves: Buffer[] = []
  for (const bundle of entryBundlesOf(size)) {
    leaves.push(...decodeEntryBundle(await get(tilePath(bundle)), bundle.width).map(leaf => Buffer.from(leaf)))
  }
  expect(leaves).toHaveLength(size)
  expect(toHex(root)).toBe(toHex(naiveRoot(leaves)))
  for (const tile of tilesOf(size)) {
    const covered = 256 ** tile.level
    const expected = Array.from({ length: tile.width }, (_, at) => {
      const first = (tile.index * 256 + at) * covered
      return toHex(naiveRoot(leaves.slice(first, first + covered)))
    })
    expect(tileHashes(await get(tilePath(tile)), tile.width).map(toHex)).toEqual(expected)
  }
  return leaves
}

describe('a fact', () => {
  it('becomes a leaf that can be proven, and opens to what it says', async () => {
    const { orgId, origin } = await makeLog(services)
    served = orgId
    const [first = 0, second = 0] = await append(services, orgId, 2)
    expect(await getJson(`entries/${first}`)).toMatchObject({ id: first, index: null, proof: null })
    expect(await getJson('')).toMatchObject({ waiting: 2, latest: null, origin })
    await expect(get('checkpoint')).rejects.toThrow('404')
    await integrate(services, orgId)
    expect(await getJson('')).toMatchObject({ waiting: 0, latest: { size: 2 } })
    const entry = await getJson(`entries/${second}`)
    const logKeys = [noteVerifier(parseVerifierKey(entry.proof.vkey))]
    const { size, root } = openCheckpoint(entry.proof.checkpoint, { origin, logKeys })
    expect(
      verifyInclusion(leafHash(Buffer.from(entry.leaf)), entry.index, size, entry.proof.hashes.map(fromBase64), root),
    ).toBe(true)
    expect(JSON.parse(entry.leaf)).toEqual({
      kind: 'exception.revoked',
      actor: 'system',
      subject: entry.subject,
      time: entry.time,
      commitment: commitmentOf(entry.salt, entry.canonical_content),
    })
    expect(entry.content).toEqual({ exception: entry.subject })
  })

  it('stays provable when what it says is erased, and no longer opens', async () => {
    const { orgId } = await makeLog(services)
    served = orgId
    const [id = 0] = await append(services, orgId, 1)
    await integrate(services, orgId)
    await services.database.tenant(orgId, services.clock, tx =>
      tx.sql.deleteFrom('ledger_opening').where('entry_id', '=', id).execute(),
    )
    expect(await getJson(`entries/${id}`)).toMatchObject({
      content: null,
      salt: null,
      canonical_content: null,
      proof: { size: 1 },
    })
  })

  it('of a change that was rolled back leaves no trace', async () => {
    const { orgId } = await makeLog(services)
    const failing = services.database.tenant(orgId, services.clock, async tx => {
      await appendFacts(tx, sampleFacts(3))
      throw new Error('the change failed')
    })
    await expect(failing).rejects.toThrow('the change failed')
    expect(await integrate(services, orgId)).toBeUndefined()
    for (const table of ['ledger_entry', 'ledger_opening', 'ledger_queue', 'ledger_leaf'] as const)
      expect(await countRows(orgId, table)).toBe(0)
  })

  it('has a canonical leaf whatever it is about, or none', async () => {
    const { orgId } = await makeLog(services)
    const subjects = ['', '"\\\n\u0001', 'é\u{10000}\u2028', 'a'.repeat(300)]
    const [fact] = sampleFacts(1)
    if (!fact) throw new Error('there is no sample')
    const inOrg = <T>(work: Parameters<typeof services.database.tenant<T>>[2]) =>
      services.database.tenant(orgId, services.clock, work)
    await inOrg(tx =>
      appendFacts(
        tx,
        subjects.map(subject => ({ ...fact, subject })),
      ),
    )
    const rows = await inOrg(tx =>
      tx.sql.selectFrom('ledger_entry').select(['subject', 'leaf']).where('subject', 'in', subjects).execute(),
    )
    expect(rows.map(row => row.subject).sort()).toEqual([...subjects].sort())
    for (const { subject, leaf } of rows) {
      expect(canonicalJson(JSON.parse(leaf))).toBe(leaf)
      expect(JSON.parse(leaf)).toMatchObject({ kind: fact.kind, actor: fact.actor, subject })
    }
    await expect(inOrg(tx => appendFacts(tx, [{ ...fact, subject: '\ud800' }]))).rejects.toThrow()
  })

  it('is there before what it says and before its place in the tree', async () => {
    const { orgId } = await makeLog(services)
    await append(services, orgId, 2)
    const before = [await countRows(orgId, 'ledger_opening'), await countRows(orgId, 'ledger_leaf')]
    const refused = { code: '23503' }
    const stray = [999_999_999, 999_999_998]
    await expect(
      services.database.tenant(orgId, services.clock, tx =>
        tx.sql
          .insertInto('ledger_opening')
          .values(stray.map(entry_id => ({ org_id: orgId, entry_id, salt: Buffer.alloc(32), content: '{}' })))
          .execute(),
      ),
    ).rejects.toMatchObject(refused)
    await expect(
      services.database.tenant(orgId, services.clock, tx =>
        tx.sql
          .insertInto('ledger_leaf')
          .values(stray.map((entry_id, at) => ({ org_id: orgId, index: 1_000 + at, entry_id, hash: Buffer.alloc(32) })))
          .execute(),
      ),
    ).rejects.toMatchObject(refused)
    expect([await countRows(orgId, 'ledger_opening'), await countRows(orgId, 'ledger_leaf')]).toEqual(before)
  })

  it('is given back its id in the order of the facts, however many there are', async () => {
    const { orgId } = await makeLog(services)
    const facts = sampleFacts(500)
    const ids = await services.database.tenant(orgId, services.clock, tx => appendFacts(tx, facts))
    const rows = await services.database.tenant(orgId, services.clock, tx =>
      tx.sql.selectFrom('ledger_entry').select(['id', 'subject']).execute(),
    )
    const subjects = new Map(rows.map(row => [row.id, row.subject]))
    expect(ids.map(id => subjects.get(id))).toEqual(facts.map(fact => fact.subject))
    expect(await countRows(orgId, 'ledger_opening')).toBe(500)
  })
})

describe('the log', () => {
  it('equals the naive tree whatever the batches, in tiles and bundles and every proof', async () => {
    const batches = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(batches, async sizes => {
        const { orgId, origin } = await makeLog(services)
        const checkpoints: number[] = []
        for (const count of sizes) {
          await append(services, orgId, count)
          checkpoints.push((await integrate(services, orgId))?.size ?? 0)
        }
        const leaves = await auditOverHttp(orgId, origin)
        const size = leaves.length
        const root = naiveRoot(leaves)
        // Every leaf of a small tree; of a large one those around the edges of tiles and some between.
        const indices = leaves
          .keys()
          .filter(index => size < 60 || index % 256 < 2 || index % 256 > 253 || index % 67 === 0)
        for (const index of indices) {
          const hashes = await proof(`inclusion?index=${index}&size=${size}`)
          expect(verifyInclusion(leafHash(leaves[index] ?? Buffer.of()), index, size, hashes, root)).toBe(true)
        }
        for (const old of [0, 1, ...checkpoints]) {
          const oldRoot = naiveRoot(leaves.slice(0, old))
          expect(verifyConsistency(old, size, oldRoot, root, await proof(`consistency?from=${old}&to=${size}`))).toBe(
            true,
          )
          if (old === 0) continue
          const hashes = await proof(`inclusion?index=${old - 1}&size=${old}`)
          expect(verifyInclusion(leafHash(leaves[old - 1] ?? Buffer.of()), old - 1, old, hashes, oldRoot)).toBe(true)
        }
      }),
      { numRuns: 6, examples: [[[255, 1, 1, 300]], [[600]]] },
    )
  })

  it('serves only tiles that it has, in their one spelling, for ever the same', async () => {
    const { orgId } = await makeLog(services)
    served = orgId
    await append(services, orgId, 5)
    await integrate(services, orgId)
    const three = await get('tile/0/000.p/3')
    await append(services, orgId, 260)
    await integrate(services, orgId)
    expect(await get('tile/0/000.p/3')).toEqual(three)
    expect((await get('tile/0/000')).subarray(0, 96)).toEqual(three)
    expect(await get('tile/1/000.p/1')).toHaveLength(32)
    const wrong = [
      'tile/0/001',
      'tile/0/001.p/10',
      'tile/0/002.p/1',
      'tile/1/000',
      'tile/1/000.p/2',
      'tile/2/000.p/1',
      'tile/0/1',
      'tile/0/000.p/0',
      'tile/64/000',
      'tile/entries/001.p/10',
      'tile/x',
      'tile/0/%00',
    ]
    for (const path of wrong) await expect(get(path), path).rejects.toThrow(/404|400/)
  })

  it('refuses proofs out of range', async () => {
    const { orgId } = await makeLog(services)
    served = orgId
    await append(services, orgId, 3)
    await integrate(services, orgId)
    for (const path of [
      'inclusion?index=3&size=3',
      'inclusion?index=0&size=4',
      'inclusion?index=-1&size=3',
      'consistency?from=2&to=4',
      'consistency?from=3&to=2',
    ]) {
      await expect(get(`proof/${path}`), path).rejects.toThrow('400')
    }
    expect(await getJson('proof/consistency?from=3&to=3')).toEqual({ hashes: [] })
  })

  it('stays one log when many append and many integrate at once', async () => {
    const { orgId, origin } = await makeLog(services)
    const ids: number[] = []
    const writers = Array.from({ length: 5 }, async (_, writer) => {
      for (let turn = 0; turn < 8; turn++) ids.push(...(await append(services, orgId, 1 + ((writer + turn) % 4))))
    })
    let writing = true
    const integrators = Array.from({ length: 3 }, async () => {
      const sizes: number[] = []
      while (writing) sizes.push((await integrate(services, orgId))?.size ?? 0)
      return sizes
    })
    await Promise.all(writers)
    writing = false
    for (const sizes of await Promise.all(integrators)) expect(sizes).toEqual(sizes.toSorted((a, b) => a - b))
    await integrate(services, orgId)
    const leaves = await auditOverHttp(orgId, origin)
    expect(leaves).toHaveLength(ids.length)
    const placed = await services.database.tenant(orgId, services.clock, tx =>
      tx.sql.selectFrom('ledger_leaf').select('entry_id').execute(),
    )
    expect(placed.map(row => row.entry_id).toSorted((a, b) => a - b)).toEqual(ids.toSorted((a, b) => a - b))
    const { checkpoints } = await getJson('')
    for (const checkpoint of checkpoints)
      expect(checkpoint.root).toBe(toHex(naiveRoot(leaves.slice(0, checkpoint.size))))
  })
})

describe('the integrator', () => {
  /** What somebody with the database's own rights may do to a log of 300 leaves. */
  const alterations: Readonly<Record<string, string>> = {
    'a leaf of the open tile': "update ledger_leaf set hash = sha256('x') where org_id = $1 and index = 260",
    'the last leaf gone': 'delete from ledger_leaf where org_id = $1 and index = 299',
    'the root of a full tile': "update ledger_tile set root = sha256('x') where org_id = $1",
    'a full tile gone': 'delete from ledger_tile where org_id = $1',
    "the checkpoint's size":
      "update ledger_checkpoint set note = replace(note, E'\\n300\\n', E'\\n299\\n') where org_id = $1",
    "the checkpoint's signature":
      "update ledger_checkpoint set note = left(note, -10) || 'AAAAAAAAA' || E'\\n' where org_id = $1",
    'the checkpoint of another root': "update ledger_checkpoint set root = sha256('x') where org_id = $1",
    'the newest checkpoint gone': 'delete from ledger_checkpoint where org_id = $1 and size = 300',
    'leaves behind the newest checkpoint gone':
      'with l as (delete from ledger_leaf where org_id = $1 and index >= 290) delete from ledger_checkpoint where org_id = $1 and size = 300',
  }

  for (const [name, alteration] of Object.entries(alterations)) {
    it(`signs nothing when the stored log was altered: ${name}`, async () => {
      const { orgId } = await makeLog(services)
      await append(services, orgId, 290)
      await integrate(services, orgId)
      await append(services, orgId, 10)
      await integrate(services, orgId)
      const superuser = await services.database.dedicatedClient('test')
      await superuser.query('set session_replication_role = replica')
      await superuser.query(alteration, [orgId])
      await superuser.end()
      await append(services, orgId, 1)
      await expect(integrate(services, orgId)).rejects.toMatchObject({ code: 'integrity' })
      expect(await countRows(orgId, 'ledger_queue')).toBe(1)
      const signed = await services.database.tenant(orgId, services.clock, tx =>
        tx.sql.selectFrom('ledger_checkpoint').select('size').execute(),
      )
      expect(signed.every(row => row.size <= 300)).toBe(true)
    })
  }

  it('signs with the old key and the new one when the key was changed, twice at once too, and then with the newest alone', async () => {
    const { orgId, origin } = await makeLog(services)
    const rotate = () => services.database.tenant(orgId, services.clock, tx => rotateKey(services, tx, 'operator'))
    const signersOf = async () => {
      const note = (await integrate(services, orgId))?.note ?? ''
      const keys = await keysOf(orgId)
      const logKeys = keys.map(key => parseVerifierKey(key.vkey))
      const { logKeyIds } = openCheckpoint(note, { origin, logKeys: logKeys.map(noteVerifier) })
      return keys
        .filter((_, at) => logKeyIds.includes(logKeys[at]?.keyId ?? -1))
        .map(key => key.vkey)
        .reverse()
    }
    await append(services, orgId, 2)
    const [original = ''] = await signersOf()
    const second = await rotate()
    await append(services, orgId, 1)
    expect(await signersOf()).toEqual([original, second])
    await append(services, orgId, 1)
    expect(await signersOf()).toEqual([second])
    const third = await rotate()
    const fourth = await rotate()
    expect(await signersOf()).toEqual([second, third, fourth])
    await append(services, orgId, 1)
    expect(await signersOf()).toEqual([fourth])
    served = orgId
    const { keys } = await getJson('')
    expect(keys.map((key: { vkey: string }) => key.vkey)).toEqual([fourth, third, second, original])
    expect(
      sameBytes(naiveRoot(await auditOverHttp(orgId, origin)), Buffer.from((await getJson('')).latest.root, 'hex')),
    ).toBe(true)
  })
})
