import fastify from 'fastify'
import pg from 'pg'
import { Pool } from 'undici'
import { createServer } from '../../src/entry/server.ts'
import type { Services } from '../../src/platform/services.ts'
import { type BenchResult, line, median } from '../result.ts'
import { withServices } from '../services.ts'

const results = 1_000_000
const batches = 60
const connections = 8
const secondsEach = 2
const rounds = 2

interface Figures {
  readonly perSecond: number
  readonly p99: number
}

/**
 * Requests a second and the 99th percentile of their times with a million results stored, against a bare Fastify route that does one primary-key query on a
 * pool of the same size; eight clients over loopback in the same process, in turn with the bare route.
 */
export async function benchApi(): Promise<BenchResult[]> {
  return withServices(async (services, orgId) => {
    const check = await fill(services, orgId)
    const app = await createServer(services)
    const bare = await bareServer(services.database.connectionString, orgId, check)
    try {
      const ours = await app.listen({ host: '127.0.0.1', port: 0 })
      const lines: BenchResult[] = []
      const paths = [
        `/checks/${check}/results`,
        `/checks/${check}/results?status=fail`,
        '/controls',
        '/overview',
        '/checks',
      ]
      for (const path of paths) {
        lines.push(...(await compare(path, `${ours}/api/v1${path}`, bare.url)))
      }
      return lines
    } finally {
      await bare.close()
      await app.close()
    }
  })
}

async function compare(path: string, url: string, bareUrl: string): Promise<BenchResult[]> {
  const ours: Figures[] = []
  const bare: Figures[] = []
  await load(url, 0.5)
  for (let round = 0; round < rounds; round++) {
    bare.push(await load(bareUrl, secondsEach))
    ours.push(await load(url, secondsEach))
  }
  const middle = (all: readonly Figures[], of: keyof Figures) => median(all.map(figures => figures[of]))
  const name = `api: ${path.replace(/^\/checks\/[^/]+\//, '/checks/{id}/')}`
  return [
    line(
      `${name}, rate`,
      { ours: middle(ours, 'perSecond'), baseline: middle(bare, 'perSecond') },
      { unit: 'requests/s', note: `${connections} clients, a million results stored` },
    ),
    line(
      `${name}, p99`,
      { ours: middle(ours, 'p99'), baseline: middle(bare, 'p99') },
      { unit: 'ms', note: 'against one primary-key query' },
    ),
  ]
}

/** Asks as fast as answers come, from each of the connections. Throws Error for an answer that is not 200. */
async function load(url: string, seconds: number): Promise<Figures> {
  const { origin, pathname, search } = new URL(url)
  const pool = new Pool(origin, { connections })
  const times: number[] = []
  const started = performance.now()
  const end = started + seconds * 1000
  const client = async () => {
    while (performance.now() < end) {
      const asked = performance.now()
      const { statusCode, body } = await pool.request({ path: pathname + search, method: 'GET' })
      const text = await body.text()
      if (statusCode !== 200) throw new Error(`${url} answered ${statusCode}: ${text.slice(0, 200)}`)
      times.push(performance.now() - asked)
    }
  }
  await Promise.all(Array.from({ length: connections }, client))
  const elapsed = (performance.now() - started) / 1000
  await pool.close()
  times.sort((a, b) => a - b)
  return { perSecond: times.length / elapsed, p99: times[Math.floor(times.length * 0.99)] ?? Number.NaN }
}

async function bareServer(connectionString: string, orgId: string, check: string) {
  const pool = new pg.Pool({ connectionString, max: 12 })
  const app = fastify()
  const text =
    'select subject_id, status, reason, columns from checks_result where org_id = $1 and check_id = $2 and subject_id = $3'
  app.get('/bare', async () => {
    const { rows } = await pool.query({ name: 'bare', text, values: [orgId, check, 'subject 0000001'] })
    return rows[0]
  })
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    url: `${origin}/bare`,
    async close() {
      await app.close()
      await pool.end()
    },
  }
}

/** A million results of one check, and sixty batches of runs of every check. Returns the check's id. */
async function fill(services: Services, orgId: string): Promise<string> {
  const client = new pg.Client({ connectionString: services.database.connectionString })
  await client.connect()
  try {
    const first = await client.query('select id from checks_check where org_id = $1 order by id limit 1', [orgId])
    const check = String(first.rows[0]?.id)
    await client.query(
      `insert into checks_result (org_id, check_id, subject_id, status, reason, columns)
       select $1, $2, 'subject ' || lpad(n::text, 7, '0'), case when n % 1000 = 0 then 'fail' else 'pass' end, 'It is as it should be, or nearly so.', '{"seen": 1, "owner": "synthetic"}'
       from generate_series(1, $3::int) n`,
      [orgId, check, results],
    )
    await client.query(
      `insert into checks_batch (org_id, id, cause, as_of, started_at, finished_at, engine, ledger_entry_id)
       select $1, gen_random_uuid(), 'demand', at, at, at, 'synthetic', (select min(id) from ledger_entry where org_id = $1)
       from (select now() - n * interval '1 day' as at from generate_series(1, $2::int) n) days`,
      [orgId, batches],
    )
    await client.query(
      `insert into checks_run (org_id, batch_id, check_id, version, parameters, inputs, as_of, outcome, outcome_reason, passed, failed, unknown, not_applicable, excepted, results, duration_ms)
       select $1, b.id, c.id, c.version, '{}', '[]', b.as_of, 'fail', 'Some fail.', case when c.id = $2 then $3::int - $3::int / 1000 else 9 end,
         case when c.id = $2 then $3::int / 1000 else 1 end, 0, 0, 0, repeat('0', 64), 1
       from checks_batch b join checks_check c using (org_id) where b.org_id = $1`,
      [orgId, check, results],
    )
    await client.query(
      `insert into checks_finding (org_id, check_id, subject_id, reason, opened_at, opened_batch, last_failed_at)
       select org_id, check_id, subject_id, reason, now(), gen_random_uuid(), now() from checks_result where org_id = $1 and status = 'fail'`,
      [orgId],
    )
    await client.query('vacuum analyze checks_result')
    await client.query('analyze')
    return check
  } finally {
    await client.end()
  }
}
