import {
  appendFileSync,
  chownSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Client } from 'pg'
import { VouchError } from '../errors/errors.ts'
import type { Binaries } from './binaries.ts'
import { explain, tailOf } from './explain.ts'
import type { Places } from './places.ts'
import { run } from './run-as.ts'

/** The superuser of an embedded cluster. Only those who may enter the socket folder can be it. */
const superuser = 'postgres'

/** Long enough for the recovery of a large database after a power cut; seconds. */
const startTimeout = 300
/** Milliseconds; the last checkpoint of a busy database on a slow disk takes a while. */
const stopTimeout = 120_000
const largestLog = 4 * 1024 * 1024

/** The connection string of a database of this cluster, as `pg` and libpq read it. Environment variables (PGPORT, PGSSLMODE) do not change it. */
export function connectionString(socketDir: string, database: string): string {
  return `postgresql:///${database}?host=${encodeURIComponent(socketDir)}&port=5432&user=${superuser}&sslmode=disable`
}

/** For a small machine, with full durability: fsync, full_page_writes and synchronous_commit keep their default, on. */
const settings = {
  listen_addresses: '',
  port: '5432',
  unix_socket_permissions: '0700',
  shared_buffers: '128MB',
  max_connections: '100',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
}

/** Makes the cluster if there is none. It appears under its name only when it is whole, so a killed initdb leaves nothing half-made. */
export async function ensureCluster(binaries: Binaries, places: Places): Promise<void> {
  const { data, user } = places
  const versionFile = join(data, 'PG_VERSION')
  if (existsSync(data)) {
    const major = existsSync(versionFile) ? readFileSync(versionFile, 'utf8').trim() : 'none'
    if (major === String(binaries.major)) return
    throw new VouchError(
      'not_ready',
      major === 'none'
        ? `${data} is not a PostgreSQL data folder: its PG_VERSION is missing. Restore a backup into a new data folder (./vouch restore), or move this one away to start empty.`
        : `The database in ${data} was made by PostgreSQL ${major} and this Vouch brings ${binaries.major}. Run the Vouch that made it, take a backup (./vouch backup), and restore it into a new data folder with this one (./vouch restore).`,
    )
  }
  const unfinished = `${data}.new`
  rmSync(unfinished, { recursive: true, force: true })
  const { code, output } = await run(user, binaries.initdb, [
    ...['-D', unfinished, '-U', superuser, '-E', 'UTF8', '--locale-provider=builtin', '--locale=C.UTF-8'],
    ...['--auth-local=trust', '--auth-host=reject'],
  ])
  if (code !== 0) {
    rmSync(unfinished, { recursive: true, force: true })
    throw explain('make a new database', data, output)
  }
  appendFileSync(join(unfinished, 'postgresql.conf'), "include_if_exists 'vouch.conf'\n", { flush: true })
  renameSync(unfinished, data)
}

/** Writes our settings (they follow the program, not the age of the cluster; ALTER SYSTEM still overrides them) and starts the server. */
export async function startServer(
  binaries: Binaries,
  places: Places,
  extraSettings: Readonly<Record<string, string>>,
): Promise<void> {
  const { data, log, user } = places
  const file = join(data, 'vouch.conf')
  const all = { ...settings, unix_socket_directories: places.socketDir, ...extraSettings }
  const lines = Object.entries(all).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
  writeFileSync(file, lines.join(''))
  if (user !== undefined) chownSync(file, user.uid, user.gid)
  if (existsSync(log) && statSync(log).size > largestLog) renameSync(log, `${log}.1`)
  const args = ['start', '-D', data, '-l', log, '-w', '-t', String(startTimeout), '-s']
  const deadline = Date.now() + 15_000
  for (;;) {
    const logged = existsSync(log) ? statSync(log).size : 0
    const { code, output } = await run(user, binaries.pgCtl, args)
    if (code === 0) return
    const said = `${output}\n${existsSync(log) && statSync(log).size > logged ? tailOf(log) : ''}`
    // The children of a server that was killed need a moment to notice; until then its shared memory is still in use.
    if (!/pre-existing shared memory block/.test(said) || Date.now() > deadline) throw explain('start', data, said)
    await wait(50)
  }
}

/**
 * Stops the server, if it runs: connections are ended, everything is written. What `pg_ctl stop -m fast` does, but for its waiting on
 * the zombie of a server that was killed meanwhile.
 */
export async function stopServer(places: Places): Promise<void> {
  const pid = recordedPid(places)
  if (pid === undefined || !isServer(pid, places)) return
  process.kill(pid, 'SIGINT')
  const deadline = Date.now() + stopTimeout
  while (recordedPid(places) === pid && isServer(pid, places)) {
    if (Date.now() > deadline) throw explain('stop', places.data, tailOf(places.log))
    await wait(10)
  }
}

/**
 * Whether a server of this very data folder runs and answers. One that is starting or stopping is waited for. What a killed server
 * left behind is removed when its process id has gone to another program (PostgreSQL itself removes it when nobody has the id).
 */
export async function findRunning(places: Places): Promise<boolean> {
  const deadline = Date.now() + startTimeout * 1000
  for (;;) {
    const answer = await ask(places)
    if (answer === 'ready') return true
    const pid = recordedPid(places)
    if (answer === 'nobody' && !isServer(pid, places)) {
      rmSync(join(places.data, 'postmaster.pid'), { force: true })
      rmSync(join(places.socketDir, '.s.PGSQL.5432.lock'), { force: true })
      return false
    }
    if (Date.now() > deadline) {
      throw new VouchError(
        'not_ready',
        `A PostgreSQL server (process ${pid}) holds ${places.data} but does not answer. See ${places.log}; stop that process and start again.`,
      )
    }
    await wait(50)
  }
}

/** The process id in postmaster.pid; undefined when there is none. */
function recordedPid(places: Places): number | undefined {
  const file = join(places.data, 'postmaster.pid')
  const pid = Number(readIfThere(file).split('\n', 1)[0])
  return Number.isInteger(pid) && pid > 0 ? pid : undefined
}

/** The text of a file; empty when there is none. The server may remove it at any moment. */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

/**
 * Whether the process with this id is a living server of this data folder. Not asked of `pg_ctl status`: it takes for a server whatever has the id now, and a
 * killed server's zombie too (in a container whose first process reaps nobody, zombies stay).
 */
function isServer(pid: number | undefined, places: Places): boolean {
  if (pid === undefined) return false
  if (existsSync('/proc/self/cmdline')) {
    try {
      const [program = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
      return basename(program) === 'postgres' && args.includes(places.data)
    } catch {
      return false
    }
  }
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM'
  }
}

/**
 * Asks at the socket, before any process id is looked at: a server in another container that shares the folder has an id that means
 * nothing here, and a second server beside it would destroy the data. 'busy': it is starting or stopping, or hangs.
 */
async function ask(places: Places): Promise<'ready' | 'busy' | 'nobody'> {
  if (!existsSync(join(places.socketDir, '.s.PGSQL.5432'))) return 'nobody'
  const client = new Client({
    connectionString: connectionString(places.socketDir, 'postgres'),
    connectionTimeoutMillis: 5000,
    query_timeout: 5000,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ folder: string }>("select current_setting('data_directory') as folder")
    const folder = rows[0]?.folder
    return folder !== undefined && statSync(folder).ino === statSync(places.data).ino ? 'ready' : 'nobody'
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
    if (/^E[A-Z]+$/.test(code)) return 'nobody'
    return 'busy'
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Makes the database `name` if it is missing. */
export async function ensureDatabase(places: Places, name: string): Promise<void> {
  const client = new Client({ connectionString: connectionString(places.socketDir, 'postgres') })
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`)
  } finally {
    await client.end()
  }
}
