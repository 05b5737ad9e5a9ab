import { createHash, randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { messageOf, VouchError } from '../errors/errors.ts'
import { canEnter, chooseUser, type RunAs } from './run-as.ts'

/** Where one data folder's database lives. */
export interface Places {
  /** Holds everything that the database's user owns: `data`, `socket`, `server.log`. `<dataDir>/postgres` unless recorded otherwise. */
  readonly home: string
  readonly data: string
  readonly socketDir: string
  readonly log: string
  readonly user: RunAs | undefined
}

/** The socket's address, its ending zero included, has 108 bytes on Linux and 104 on macOS. */
const longestSocketPath = 103
const socketName = '.s.PGSQL.5432'
/** Files of the data folder that say where the database, or its socket, is instead. */
const homeRecord = 'postgres.location'
const socketRecord = 'postgres.socket'

export interface PlacesOptions {
  /** Where root puts the database when its user cannot enter the data folder; by default /var/lib/vouch. */
  readonly stateFolder?: string
  readonly log: (line: string) => void
}

/**
 * Decides, makes and records the folders. Call it under the data folder's lock. Throws VouchError('not_ready') when a folder cannot
 * be made or reached, or when a recorded folder is gone (an empty database in its place would hide the loss).
 */
export async function preparePlaces(dataDir: string, options: PlacesOptions): Promise<Places> {
  const own = join(dataDir, 'postgres')
  const record = join(dataDir, homeRecord)
  let home = own
  if (existsSync(record)) {
    home = readFileSync(record, 'utf8').trim()
    if (!existsSync(home)) {
      throw new VouchError(
        'not_ready',
        `The database of ${dataDir} was kept in ${home} (see ${record}), and that folder is gone. Bring it back, restore a backup into a new data folder, or delete ${record} to start with an empty database.`,
      )
    }
  }
  const user = chooseUser(home)
  if (home === own && !(await canEnter(user, dataDir))) home = moveOut(dataDir, own, record, user, options)
  makeOwned(home, user)
  const data = join(home, 'data')
  const socketDir = socketFolder(dataDir, home, user)
  return { home, data, socketDir, log: join(home, 'server.log'), user }
}

function moveOut(
  dataDir: string,
  own: string,
  record: string,
  user: RunAs | undefined,
  { stateFolder = '/var/lib/vouch', log }: PlacesOptions,
): string {
  if (user === undefined || existsSync(join(own, 'data'))) {
    throw new VouchError(
      'not_ready',
      `The database in ${own} cannot be reached by ${user?.name ?? 'this user'}. Let that user pass through ${dataDir} and the folders above it (chmod o+x), or move the data folder.`,
    )
  }
  // Not derived from the path: a data folder that is deleted and made again must not find its old database.
  const home = join(stateFolder, `postgres-${randomBytes(8).toString('hex')}`)
  try {
    mkdirSync(home, { recursive: true, mode: 0o755 })
    writeFileSync(`${home}.txt`, `The database of the Vouch data folder ${dataDir}\n`)
    writeWhole(record, `${home}\n`)
  } catch (thrown) {
    throw new VouchError(
      'not_ready',
      `PostgreSQL runs as the user ${user.name}, who cannot enter ${dataDir}, and its files cannot be put into ${stateFolder} either (${messageOf(thrown)}). Choose a data folder with VOUCH_DATA that ${user.name} can pass into, or run Vouch as an ordinary user.`,
      { cause: thrown },
    )
  }
  log(`The database is kept in ${home}: its user ${user.name} cannot enter ${dataDir} (recorded in ${record})`)
  return home
}

/** Inside `home` when the address is short enough, else a folder in the temporary folder, recorded in the data folder. */
function socketFolder(dataDir: string, home: string, user: RunAs | undefined): string {
  const inside = join(home, 'socket')
  if (fits(inside)) return makeOwned(inside, user)
  const record = join(dataDir, socketRecord)
  const recorded = existsSync(record) ? readFileSync(record, 'utf8').trim() : undefined
  const name = `vouch-${createHash('sha256').update(realpathSync(home)).digest('hex').slice(0, 16)}`
  const preferred = [join(tmpdir(), name), join('/tmp', name)].filter(fits)
  for (const folder of [recorded, ...preferred, join('/tmp', `vouch-${randomBytes(8).toString('hex')}`)]) {
    if (folder === undefined || !isOursOrFree(folder, user)) continue
    makeOwned(folder, user)
    if (folder !== recorded) writeWhole(record, `${folder}\n`)
    return folder
  }
  throw new VouchError('not_ready', `No folder for the database's socket could be made in ${tmpdir()}.`)
}

/** Whether a database was ever made for a data folder. */
export function hasPlaces(dataDir: string): boolean {
  return existsSync(join(dataDir, 'postgres', 'data')) || existsSync(join(dataDir, homeRecord))
}

/**
 * Removes what a data folder's database keeps outside of it: call it, with the server stopped, before the data folder is deleted. A record that names
 * anything but a folder of the kind made here is not followed.
 */
export function removeElsewhere(dataDir: string): void {
  const recorded = (record: string) => {
    const file = join(dataDir, record)
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
  }
  const home = recorded(homeRecord)
  if (/^postgres-[0-9a-f]{16}$/.test(basename(home))) {
    for (const path of [home, `${home}.txt`]) rmSync(path, { recursive: true, force: true })
  }
  const socket = recorded(socketRecord)
  if (/^vouch-[0-9a-f]{16}$/.test(basename(socket))) rmSync(socket, { recursive: true, force: true })
}

function fits(folder: string): boolean {
  return Buffer.byteLength(join(folder, socketName)) <= longestSocketPath
}

/** In a folder that everyone may write to, someone else may have taken the name, or put a link there. */
function isOursOrFree(folder: string, user: RunAs | undefined): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false })
  return found === undefined || (found.isDirectory() && found.uid === (user?.uid ?? process.getuid?.()))
}

function makeOwned(folder: string, user: RunAs | undefined): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (user !== undefined) chownSync(folder, user.uid, user.gid)
  chmodSync(folder, 0o700)
  return folder
}

/** The whole file or none: a record that was cut short would send the next start to another place. */
function writeWhole(file: string, content: string): void {
  writeFileSync(`${file}.new`, content, { flush: true })
  renameSync(`${file}.new`, file)
}
