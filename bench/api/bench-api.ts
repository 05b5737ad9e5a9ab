import fastify from 'fastify'
import pg from 'pg'
import { Pool } from 'undici'
import { createServer } from '../../src/entry/server.ts'
import { makeMember } from '../../src/features/access/builders.ts'
import { type BenchResult, line, median } from '../result.ts'
import { withServices } from '../services.ts'
import { fill } from './fill.ts'

const connections = 8
const secondsEach = 1
const asksAlone = 60
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
    const { cookie } = await makeMember(services, orgId, 'viewer')
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
        `/checks/${check}`,
        '/findings?state=open',
      ]
      for (const path of paths) {
        lines.push(...(await compare(path, `${ours}/api/v1${path}`, bare.url, cookie)))
      }
      return lines
    } finally {
      await bare.close()
      await app.close()
    }
  })
}

async function compare(path: string, url: string, bareUrl: string, cookie: string): Promise<BenchResult[]> {
  const ours: Figures[] = []
  const bare: Figures[] = []
  await load(url, 0.5, cookie)
  const alone = { bare: await askAlone(bareUrl), ours: await askAlone(url, cookie) }
  for (let round = 0; round < rounds; round++) {
    bare.push(await load(bareUrl, secondsEach))
    ours.push(await load(url, secondsEach, cookie))
  }
  const middle = (all: readonly Figures[], of: keyof Figures) => median(all.map(figures => figures[of]))
  const name = `api: ${path.replace(/^\/checks\/[^/]+/, '/checks/{id}')}`
  return [
    line(
      `${name}, alone`,
      { ours: alone.ours, baseline: alone.bare },
      { unit: 'ms', note: 'the middle one of requests made one after another', aim: { of: 'ours', atMost: 10 } },
    ),
    line(
      `${name}, rate`,
      { ours: middle(ours, 'perSecond'), baseline: middle(bare, 'perSecond') },
      { unit: 'requests/s', note: `${connections} clients, a million results and a year of batches stored` },
    ),
    line(
      `${name}, p99`,
      { ours: middle(ours, 'p99'), baseline: middle(bare, 'p99') },
      { unit: 'ms', note: 'against one primary-key query' },
    ),
  ]
}

/** Asks as fast as answers come, from each of the connections. Throws Error for an answer that is not 200. */
async function load(url: string, seconds: number, cookie = ''): Promise<Figures> {
  const { origin, pathname, search } = new URL(url)
  const pool = new Pool(origin, { connections })
  const times: number[] = []
  const started = performance.now()
  const end = started + seconds * 1000
  const client = async () => {
    while (performance.now() < end) {
      const asked = performance.now()
      const { statusCode, body } = await pool.request({ path: pathname + search, method: 'GET', headers: { cookie } })
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

/** The middle time of requests made one after another: what a page waits for. */
async function askAlone(url: string, cookie = ''): Promise<number> {
  const { origin, pathname, search } = new URL(url)
  const pool = new Pool(origin, { connections: 1 })
  const times: number[] = []
  for (let ask = 0; ask < asksAlone; ask++) {
    const asked = performance.now()
    const { body } = await pool.request({ path: pathname + search, method: 'GET', headers: { cookie } })
    await body.text()
    times.push(performance.now() - asked)
  }
  await pool.close()
  return median(times)
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
