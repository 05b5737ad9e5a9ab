import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyPackage } from '../../verifier/package/verify-package.ts'
import { Killable, kill, type Server } from './testing/killable-server.ts'

/*
 * Shows what a kill -9 of the whole server leaves behind, again and again, while it collects, checks and exports: nothing that was acknowledged is lost, nothing
 * half-made is seen, and the ledger verifies.
 */
const folder = mkdtempSync(join(tmpdir(), 'vouch-killed-'))
// As root the database runs as an ordinary user, who must reach its part of it.
chmodSync(folder, 0o711)
// When the server is killed after it was asked for work, in milliseconds: from at once to when the work is done. After four deaths it is left to finish: a job whose
// process dies five times is given up, since it may be what kills it.
const rounds = [
  [0, 160, 380, 800],
  [60, 250, 550, 1_100],
]
const programs = new Killable(join(folder, 'data'))

interface Job {
  readonly state: string
  readonly error: string | null
}

async function jobEnds(server: Server, id: string): Promise<Job> {
  for (;;) {
    const job = await programs.api<Job>(server, 'GET', `/jobs/${id}`)
    if (!['queued', 'running'].includes(job.state)) return job
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}

let connection = ''

async function askForEverything(server: Server): Promise<{ id: string; what: string }[]> {
  const asked: { id: string; what: string }[] = []
  for (const [what, path] of [
    ['collection', `/connections/${connection}/runs`],
    ['checks', '/checks/run'],
    ['export', '/packages'],
  ] as const) {
    // A collection that the last server left behind may still be under way: then there is nothing new to ask for.
    const body = what === 'export' ? {} : undefined
    const started = await programs.api<{ job_id: string }>(server, 'POST', path, body).catch(() => undefined)
    if (started) asked.push({ id: started.job_id, what })
  }
  return asked
}

beforeAll(async () => {
  const files = join(folder, 'files')
  mkdirSync(files)
  const people = Array.from(
    { length: 1_500 },
    (_, n) => `E${n},Person ${n},person${n}@company.example,active,2024-01-0${(n % 9) + 1}`,
  )
  writeFileSync(join(files, 'people.csv'), `employee_id,name,email,status,start_date\n${people.join('\n')}\n`)
  await once(programs.run('init', '--name', 'Killed Company'), 'exit')
  const server = await programs.startServer()
  const mapping = Object.fromEntries(['employee_id', 'name', 'email', 'status', 'start_date'].map(name => [name, name]))
  // Beside the running server, as whoever has the machine would.
  const { stdout } = programs.run('set-up-link')
  const link = stdout ? await text(stdout) : ''
  await programs.api(server, 'POST', '/set-up', {
    token: /#(\S+)/.exec(link)?.[1],
    name: 'Owner',
    email: 'owner@company.example',
    password: 'seven lanterns over a slow river',
  })
  const input = {
    kind: 'files',
    name: 'People',
    settings: { folder: files, files: [{ file: 'people.csv', resource: 'hr.employee', mapping }] },
    every_hours: null,
  }
  connection = (await programs.api<{ id: string }>(server, 'POST', '/connections', input)).id
  await kill(server.process)
}, 120_000)

afterAll(async () => {
  await programs.end()
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

test('a server killed again and again loses nothing, shows nothing half-made, and its package verifies', async () => {
  const ended: (Job & { what: string })[] = []
  const logged: number[] = []
  let server: Server | undefined
  for (const moments of rounds) {
    const asked: { id: string; what: string }[] = []
    for (const moment of moments) {
      if (server) await kill(server.process)
      server = await programs.startServer()
      logged.push((await programs.api<{ total: number }>(server, 'GET', '/ledger/entries?limit=1')).total)
      asked.push(...(await askForEverything(server)))
      await new Promise(resolve => setTimeout(resolve, moment))
    }
    if (server) await kill(server.process)
    const survivor = await programs.startServer()
    ended.push(...(await Promise.all(asked.map(async job => ({ ...job, ...(await jobEnds(survivor, job.id)) })))))
    server = survivor
  }
  if (!server) throw new Error('no server was started')
  expect(ended.filter(job => job.state !== 'succeeded')).toEqual([])
  expect(new Set(ended.map(job => job.what))).toEqual(new Set(['collection', 'checks', 'export']))
  expect(logged).toEqual(logged.toSorted((a, b) => a - b))

  const runs = await programs.api<{
    items: { state: string; records: number; snapshots: { complete: boolean; records: number }[] }[]
  }>(server, 'GET', `/connections/${connection}/runs?limit=100`)
  for (const item of runs.items)
    expect(item).toMatchObject({
      state: 'succeeded',
      records: 1_500,
      // And what was redacted of it.
      snapshots: [
        { complete: true, records: 1_500 },
        { complete: true, records: 1 },
      ],
    })

  const packages = await programs.api<{ items: { download: string }[]; total: number }>(
    server,
    'GET',
    '/packages?limit=100',
  )
  expect(packages.total).toBe(ended.filter(job => job.what === 'export').length)
  const [newest] = packages.items
  const file = join(folder, 'package.zip')
  writeFileSync(
    file,
    Buffer.from(
      await (await fetch(`${server.url}${newest?.download}`, { headers: { cookie: programs.cookie } })).arrayBuffer(),
    ),
  )
  const report = await verifyPackage(file)
  expect(report.differences).toEqual([])
  expect(report.ok).toBe(true)
}, 240_000)
