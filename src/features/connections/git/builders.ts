import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { onTestFinished } from 'vitest'
import { SimulatedClock, systemClock } from '../../../platform/clock/clock.ts'
import { VouchError } from '../../../platform/errors/errors.ts'
import type { CollectedRecord, CollectionRun, Connector, Uploads } from '../connector.ts'

/** A new folder for the test that runs, removed when it ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vouch-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Runs git in `folder` with fixed identities and no configuration of the machine; returns what it prints. */
export function git(
  folder: string,
  args: readonly string[],
  options: { input?: string | Buffer; env?: object } = {},
): string {
  return execFileSync('git', args, {
    cwd: folder,
    input: options.input ?? '',
    stdio: ['pipe', 'pipe', 'pipe'],
    maxBuffer: 1 << 28,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_AUTHOR_NAME: 'Ada Brook',
      GIT_AUTHOR_EMAIL: 'ada@example.com',
      GIT_COMMITTER_NAME: 'Ada Brook',
      GIT_COMMITTER_EMAIL: 'ada@example.com',
      ...options.env,
    },
  }).toString('utf8')
}

export function newRepository(bare = false): string {
  const folder = temporaryFolder()
  git(folder, ['init', '--quiet', '--initial-branch=main', ...(bare ? ['--bare'] : [])])
  return folder
}

/** Commits with the given message at `at` (seconds since 1970) and returns the commit's id. */
export function commit(folder: string, message: string, at: number, env: object = {}, options: string[] = []): string {
  const dates = { GIT_AUTHOR_DATE: `${at} +0000`, GIT_COMMITTER_DATE: `${at} +0000` }
  git(folder, ['commit', '--quiet', '--allow-empty', '--allow-empty-message', '-F', '-', ...options], {
    input: message,
    env: { ...dates, ...env },
  })
  return git(folder, ['rev-parse', 'HEAD']).trim()
}

/** One commit for `fastImport`. */
export interface ImportedCommit {
  readonly branch: string
  readonly parents: readonly number[]
  readonly message: string | Buffer
  readonly at: number
  readonly author?: string | Buffer
  readonly committer?: string | Buffer
}

/** Writes commits with `git fast-import`; commit *n* of the list is mark *n* + 1, and parents are marks. */
export function fastImport(folder: string, commits: readonly ImportedCommit[]): void {
  const parts: Buffer[] = []
  const add = (text: string | Buffer) => parts.push(typeof text === 'string' ? Buffer.from(text) : text)
  commits.forEach((one, index) => {
    const message = Buffer.from(one.message)
    add(`commit refs/heads/${one.branch}\nmark :${index + 1}\nauthor `)
    add(one.author ?? 'Ada Brook <ada@example.com>')
    add(` ${one.at} +0000\ncommitter `)
    add(one.committer ?? one.author ?? 'Ada Brook <ada@example.com>')
    add(` ${one.at} +0000\ndata ${message.length}\n`)
    add(message)
    add('\n')
    one.parents.forEach((mark, n) => {
      add(`${n === 0 ? 'from' : 'merge'} :${mark}\n`)
    })
  })
  git(folder, ['fast-import', '--quiet', '--force'], { input: Buffer.concat(parts) })
}

/** Writes a commit object byte for byte, whatever git thinks of it, and makes it the head of main. */
export function rawCommit(folder: string, content: Buffer): string {
  const id = git(folder, ['hash-object', '-t', 'commit', '-w', '--literally', '--stdin'], { input: content }).trim()
  writeFileSync(join(folder, '.git', 'refs', 'heads', 'main'), `${id}\n`)
  return id
}

/** What a collection gave and told. */
export interface Collected {
  readonly records: CollectedRecord[]
  readonly totals: Record<string, number>
  readonly incomplete: [resource: string, reason: string][]
  readonly asked: { resource: string; request: string }[]
  of(resource: string): CollectedRecord['record'][]
}

interface RunOptions {
  readonly at?: Date
  readonly signal?: AbortSignal
  /** What was uploaded, by its SHA-256. */
  readonly uploads?: Readonly<Record<string, Buffer>>
}

/** Uploads from memory. */
export function uploadsIn(contents: Readonly<Record<string, Buffer>>): Uploads {
  return {
    async open(content) {
      const bytes = contents[content]
      if (!bytes) throw new VouchError('not_found', `There is no upload ${content}.`)
      return Readable.from([bytes])
    },
  }
}

/** Runs a connector to the end; with `at`, under a clock that stands there. */
export async function collect<Settings>(
  connector: Connector<Settings>,
  settings: Settings,
  options: RunOptions = {},
): Promise<Collected> {
  const records: CollectedRecord[] = []
  const told: Omit<Collected, 'records' | 'of'> = { totals: {}, incomplete: [], asked: [] }
  for await (const record of connector.collect(settings, collectionRun(told, options))) records.push(record)
  return {
    ...told,
    records,
    of: resource => records.filter(one => one.resource === resource).map(one => one.record),
  }
}

/** A run that writes down what it is told. */
export function collectionRun(told: Omit<Collected, 'records' | 'of'>, options: RunOptions = {}): CollectionRun {
  return {
    signal: options.signal ?? new AbortController().signal,
    clock: options.at ? new SimulatedClock(options.at) : systemClock,
    workDir: temporaryFolder(),
    uploads: uploadsIn(options.uploads ?? {}),
    asked: question => told.asked.push(question),
    total: (resource, count) => {
      told.totals[resource] = count
    },
    incomplete: (resource, reason) => told.incomplete.push([resource, reason]),
    sourceClock: () => undefined,
    progress: () => undefined,
  }
}
