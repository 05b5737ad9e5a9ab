import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { VouchError } from '../errors/errors.ts'
import { findBinaries } from './binaries.ts'
import { explainThrown } from './explain.ts'
import { hasPlaces, type Places, preparePlaces } from './places.ts'
import { lockWithin, type ProcessLock, tryLock } from './process-lock.ts'
import { connectionString, ensureCluster, ensureDatabase, findRunning, startServer, stopServer } from './server.ts'

export interface EmbeddedPostgresOptions {
  /** Vouch's data folder; made when missing. The database is in its `postgres` folder. */
  readonly dataDir: string
  /** Told what an operator should know, one line at a time. */
  readonly log?: (line: string) => void
  /** PostgreSQL settings on top of ours, used when this call starts the server. Tests turn fsync off. */
  readonly settings?: Readonly<Record<string, string>>
  /** The npm package's folder, where copies of its programs may go, and where root keeps a database that its user could not reach. */
  readonly packageFolder?: string
  readonly cacheFolders?: readonly string[]
  readonly stateFolder?: string
}

export interface EmbeddedPostgres {
  /** Superuser, Unix socket, database `vouch`. */
  readonly connectionString: string
  readonly socketDir: string
  /** True when the server ran already. */
  readonly adopted: boolean
  /** Says that this user is done; the last one stops the server. Calling it again does nothing. */
  stop(): Promise<void>
}

/** How long one process may wait for another that is starting or stopping the server; milliseconds. */
const patience = 320_000

/**
 * Gives the database of a data folder: starts it, or adopts it when it runs (another process uses it, or one was killed and left it).
 *
 * Two files in the data folder are locked, never written. `postgres.lock` is held exclusively while the server is being started or
 * stopped. `postgres.users` is held shared by everyone who uses the server, for as long as they do; whoever stops last finds that he
 * could hold it exclusively, and stops the server. The kernel gives up the locks of a killed process, so nothing is ever stale. A
 * server that outlives its users (all were killed) is adopted by the next one.
 *
 * Throws VouchError: 'storage_full', or 'not_ready' with what to do.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir)
  const log = options.log ?? (() => undefined)
  try {
    mkdirSync(dataDir, { recursive: true })
    return await underLock(dataDir, async () => {
      const places = await preparePlaces(dataDir, { ...options, log })
      const binaries = await findBinaries(places.user, { ...options, log })
      const adopted = await findRunning(places)
      if (!adopted) {
        await ensureCluster(binaries, places)
        await startServer(binaries, places, options.settings ?? {})
      }
      await ensureDatabase(places, 'vouch')
      const use = await lockWithin(usersFile(dataDir), 'shared', patience)
      if (use === undefined) throw new VouchError('not_ready', `${usersFile(dataDir)} is locked by another program.`)
      return {
        connectionString: connectionString(places.socketDir, 'vouch'),
        socketDir: places.socketDir,
        adopted,
        stop: once(() => stopUsing(dataDir, places, use)),
      }
    })
  } catch (thrown) {
    throw explainThrown('start', dataDir, thrown)
  }
}

async function stopUsing(dataDir: string, places: Places, use: ProcessLock): Promise<void> {
  await underLock(dataDir, async () => {
    use.release()
    const nobodyElse = tryLock(usersFile(dataDir), 'exclusive')
    if (nobodyElse === undefined) return
    try {
      await stopServer(places)
    } finally {
      nobodyElse.release()
    }
  })
}

/**
 * Stops a server that all its users have left without a word (they were killed). Answers false, and touches nothing, while anyone
 * uses it.
 */
export async function stopAbandoned(options: EmbeddedPostgresOptions): Promise<boolean> {
  const dataDir = resolve(options.dataDir)
  const log = options.log ?? (() => undefined)
  return underLock(dataDir, async () => {
    const nobody = tryLock(usersFile(dataDir), 'exclusive')
    if (nobody === undefined) return false
    try {
      // Looking for a database that was never made would make its places.
      if (hasPlaces(dataDir)) await stopServer(await preparePlaces(dataDir, { ...options, log }))
      return true
    } finally {
      nobody.release()
    }
  })
}

const usersFile = (dataDir: string): string => join(dataDir, 'postgres.users')

async function underLock<T>(dataDir: string, work: () => Promise<T>): Promise<T> {
  const lock = await lockWithin(join(dataDir, 'postgres.lock'), 'exclusive', patience)
  if (lock === undefined) {
    throw new VouchError(
      'not_ready',
      `Another Vouch process has been starting or stopping the database of ${dataDir} for minutes. Look at what it says, or end it, and try again.`,
    )
  }
  try {
    return await work()
  } finally {
    lock.release()
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () => {
    running ??= work()
    return running
  }
}
