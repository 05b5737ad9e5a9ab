import { createHash } from 'node:crypto'
import pg from 'pg'
import { appendFacts, type Fact } from '../../src/features/ledger/append-fact.ts'
import { type ExportedEntry, readLogForExport, streamEntries } from '../../src/features/ledger/export-log.ts'
import { integrate } from '../../src/features/ledger/integrate.ts'
import type { Services } from '../../src/platform/services.ts'
import { leafHash } from '../../verifier/log/merkle.ts'
import { TileBuilder } from '../../verifier/log/tile-tree.ts'
import { commitmentOf } from '../../verifier/records/canonical.ts'
import { type BenchResult, line, median } from '../result.ts'
import { withServices } from '../services.ts'

const rounds = 7
/** Rows of one round by facts in a transaction. */
const sizes: readonly (readonly [batch: number, rows: number])[] = [
  [1, 500],
  [100, 3_000],
  [1_000, 10_000],
]

/**
 * Appending facts and integrating them, against plain INSERTs in the same PostgreSQL and the same transactions: of the same rows into tables of the same
 * columns and indexes (entries, openings, leaves) without keys between them, triggers, row-level security, queue or tree; and, for information, of all of
 * it as one row of one table with one index. The best of seven rounds in turn of each: waits for the disk and for other programs only ever add, and
 * medians of them ranged from 0.26 to 0.74 on a busy machine. Then the verification of the log that this made, against raw SHA-256 of the same bytes,
 * medians of three.
 */
export async function benchLedger(): Promise<BenchResult[]> {
  return withServices(async (services, orgId) => {
    const client = new pg.Client({ connectionString: services.database.connectionString })
    await client.connect()
    try {
      for (const table of ['entry', 'opening', 'leaf']) {
        await client.query(`create table bench_${table} (like ledger_${table} including indexes)`)
      }
      await client.query(
        `create table bench_plain (org_id uuid not null, id bigint generated always as identity, kind text not null, time timestamptz not null,
           actor text not null, subject text not null, leaf text not null, salt bytea not null, content text not null, primary key (org_id, id))`,
      )
      const results: BenchResult[] = []
      for (const [batch, rows] of sizes) results.push(...(await benchAppend(services, orgId, client, batch, rows)))
      return [...results, ...(await benchVerify(services, orgId))]
    } finally {
      await client.end()
    }
  })
}

async function benchAppend(
  services: Services,
  orgId: string,
  client: pg.Client,
  batch: number,
  rows: number,
): Promise<BenchResult[]> {
  const ours: number[] = []
  const same: number[] = []
  const plain: number[] = []
  for (let round = 0; round < rounds; round++) {
    const facts = Array.from({ length: rows }, (_, at) => fact(round, at))
    const appendStarted = performance.now()
    for (let at = 0; at < rows; at += batch) {
      await services.database.tenant(orgId, services.clock, tx => appendFacts(tx, facts.slice(at, at + batch)))
    }
    const { size } = (await integrate(services, orgId)) ?? { size: 0 }
    ours.push(rows / (performance.now() - appendStarted))
    const stored = await storedRows(services, orgId, size - rows)
    const sameStarted = performance.now()
    for (let at = 0; at < rows; at += batch) await insertSame(client, orgId, stored.slice(at, at + batch))
    same.push(rows / (performance.now() - sameStarted))
    const plainStarted = performance.now()
    for (let at = 0; at < rows; at += batch) await insertPlain(client, orgId, stored.slice(at, at + batch))
    plain.push(rows / (performance.now() - plainStarted))
  }
  const name = `ledger: append, ${batch === 1 ? 'one fact' : `${batch.toLocaleString('en')} facts`} a transaction`
  const rate = Math.max(...ours) * 1000
  return [
    line(
      name,
      { ours: rate, baseline: Math.max(...same) * 1000 },
      { unit: 'facts/s', note: 'with tree and checkpoint, against plain INSERTs', aim: { of: 'ratio', atLeast: 0.5 } },
    ),
    line(
      `${name}, one table`,
      { ours: rate, baseline: Math.max(...plain) * 1000 },
      { unit: 'facts/s', note: 'the same, against one row of one table with one index' },
    ),
  ]
}

function fact(round: number, at: number): Fact<'exception.granted'> {
  const id = `${String(round).padStart(8, '0')}-0000-4000-8000-${String(at).padStart(12, '0')}`
  return {
    kind: 'exception.granted',
    actor: 'system',
    subject: id,
    content: {
      exception: id,
      check: 'git.change_reviewed',
      subject: `change ${at}`,
      reason: 'Accepted for the length of the migration, as agreed in the review of the second quarter.',
      approver: 'Synthetic Approver',
      granted_at: '2026-01-01T00:00:00.000Z',
      expires_at: '2026-12-31T00:00:00.000Z',
    },
  }
}

interface PlainRow {
  readonly id: number
  readonly index: number
  readonly hash: Buffer
  readonly kind: string
  readonly time: Date
  readonly actor: string
  readonly subject: string
  readonly leaf: string
  readonly salt: Buffer
  readonly content: string
}

async function storedRows(services: Services, orgId: string, first: number): Promise<PlainRow[]> {
  return services.database.tenant(orgId, services.clock, tx =>
    tx.sql
      .selectFrom('ledger_entry as e')
      .innerJoin('ledger_opening as o', join =>
        join.onRef('o.org_id', '=', 'e.org_id').onRef('o.entry_id', '=', 'e.id'),
      )
      .innerJoin('ledger_leaf as l', join => join.onRef('l.org_id', '=', 'e.org_id').onRef('l.entry_id', '=', 'e.id'))
      .select([
        'e.id',
        'l.index',
        'l.hash',
        'e.kind',
        'e.time',
        'e.actor',
        'e.subject',
        'e.leaf',
        'o.salt',
        'o.content',
      ])
      .where('l.index', '>=', first)
      .orderBy('l.index')
      .execute(),
  )
}

async function insertSame(client: pg.Client, orgId: string, rows: readonly PlainRow[]): Promise<void> {
  const ids = rows.map(row => row.id)
  await client.query('begin')
  await client.query(
    `insert into bench_entry (org_id, id, kind, time, actor, subject, leaf)
     select $1, * from unnest($2::bigint[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[])`,
    [
      orgId,
      ids,
      rows.map(row => row.kind),
      rows.map(row => row.time),
      rows.map(row => row.actor),
      rows.map(row => row.subject),
      rows.map(row => row.leaf),
    ],
  )
  await client.query(
    'insert into bench_opening (org_id, entry_id, salt, content) select $1, * from unnest($2::bigint[], $3::bytea[], $4::text[])',
    [orgId, ids, rows.map(row => row.salt), rows.map(row => row.content)],
  )
  await client.query(
    'insert into bench_leaf (org_id, index, entry_id, hash) select $1, * from unnest($2::bigint[], $3::bigint[], $4::bytea[])',
    [orgId, rows.map(row => row.index), ids, rows.map(row => row.hash)],
  )
  await client.query('commit')
}

async function insertPlain(client: pg.Client, orgId: string, rows: readonly PlainRow[]): Promise<void> {
  await client.query('begin')
  await client.query(
    `insert into bench_plain (org_id, kind, time, actor, subject, leaf, salt, content)
     select $1, * from unnest($2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::bytea[], $8::text[])`,
    [
      orgId,
      rows.map(row => row.kind),
      rows.map(row => row.time),
      rows.map(row => row.actor),
      rows.map(row => row.subject),
      rows.map(row => row.leaf),
      rows.map(row => row.salt),
      rows.map(row => row.content),
    ],
  )
  await client.query('commit')
}

async function benchVerify(services: Services, orgId: string): Promise<BenchResult[]> {
  const stored: number[] = []
  const memory: number[] = []
  const raw: number[] = []
  let megabytes = 0
  for (let round = 0; round < 3; round++) {
    const entries: ExportedEntry[] = []
    const started = performance.now()
    await services.database.tenantSnapshot(orgId, services.clock, async tx => {
      const log = await readLogForExport(tx)
      for await (const entry of streamEntries(tx, log, () => {})) entries.push(entry)
    })
    const read = performance.now()
    verifyInMemory(entries)
    const verified = performance.now()
    const hash = createHash('sha256')
    let bytes = 0
    const texts = entries.map(({ leaf, opening }) => Buffer.from(leaf + (opening?.content ?? '')))
    const rawStarted = performance.now()
    for (const text of texts) {
      hash.update(text)
      bytes += text.length
    }
    hash.digest()
    raw.push(performance.now() - rawStarted)
    megabytes = bytes / 2 ** 20
    stored.push(read - started)
    memory.push(verified - read)
  }
  const rate = (times: readonly number[]) => megabytes / (median(times) / 1000)
  const about = { unit: 'MiB/s', note: `tree and every opening, ${round1(megabytes)} MiB, against raw SHA-256` }
  return [
    line('ledger: verification in memory', { ours: rate(memory), baseline: rate(raw) }, about),
    line('ledger: verification out of the database', { ours: rate(stored), baseline: rate(raw) }, about),
  ]
}

function verifyInMemory(entries: readonly ExportedEntry[]): void {
  const tree = new TileBuilder(() => {})
  for (const { leaf, opening } of entries) {
    tree.append(leafHash(Buffer.from(leaf)))
    const { commitment }: { commitment?: unknown } = JSON.parse(leaf)
    if (opening && commitment !== commitmentOf(opening.salt, opening.content))
      throw new Error('an opening is not of its leaf')
  }
  tree.root()
}

function round1(value: number): number {
  return Math.round(value * 10) / 10
}
