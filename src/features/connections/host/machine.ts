import type { Stats } from 'node:fs'
import { lstat, readdir, readFile, readlink, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { CollectionRun } from '../connector.ts'
import type { CommandAnswer, RunCommand } from './command.ts'
import type { HostSettings } from './settings.ts'

/** What a path holds: its content, nothing, or something that this user may not see. */
export type Reading<T> =
  | { readonly kind: 'found'; readonly value: T }
  | { readonly kind: 'absent' }
  | { readonly kind: 'denied' }

const absentCodes = new Set(['ENOENT', 'ENOTDIR', 'ESRCH', 'ENODEV'])
const fileLimitBytes = 16 * 1024 * 1024

/** The files of a machine under its root folder, and its commands, asked in the name of one resource. Reads and never writes. */
export class Machine {
  readonly resource: string
  readonly settings: HostSettings
  readonly #run: CollectionRun
  readonly #command: RunCommand
  readonly #asked = new Set<string>()

  constructor(resource: string, settings: HostSettings, run: CollectionRun, command: RunCommand) {
    this.resource = resource
    this.settings = settings
    this.#run = run
    this.#command = command
  }

  /** The text of a file (UTF-8; Latin-1 bytes become replacement characters). */
  async read(path: string): Promise<Reading<string>> {
    this.#ask(`read ${path}`)
    return this.peek(path)
  }

  /** As `read`, without counting as a question of its own: for the many small files of /proc and /sys. */
  async peek(path: string): Promise<Reading<string>> {
    return this.#look(path, async real => {
      const { size } = await stat(real)
      if (size > fileLimitBytes) throw Object.assign(new Error('too large'), { code: 'EFBIG' })
      return readFile(real, 'utf8')
    })
  }

  /** The trimmed text of a small file, or null when it is absent, denied or empty. */
  async word(path: string): Promise<string | null> {
    const reading = await this.peek(path)
    return reading.kind === 'found' ? reading.value.trim() || null : null
  }

  /** Names in a folder, sorted. */
  async list(path: string): Promise<Reading<readonly string[]>> {
    return this.#look(path, async real => (await readdir(real)).sort())
  }

  async stat(path: string): Promise<Reading<Stats>> {
    return this.#look(path, real => stat(real))
  }

  /** True, false, or null when this user may not know. */
  async exists(path: string): Promise<boolean | null> {
    const found = await this.#look(path, real => lstat(real))
    return found.kind === 'denied' ? null : found.kind === 'found'
  }

  /** True when any exists, false when none does, null when it cannot be told. */
  async existsAny(...paths: readonly string[]): Promise<boolean | null> {
    const found = await Promise.all(paths.map(path => this.exists(path)))
    return found.includes(true) ? true : found.includes(null) ? null : false
  }

  async link(path: string): Promise<string | null> {
    return readlink(join(this.settings.root, path)).catch(() => null)
  }

  async command(command: string, ...args: readonly string[]): Promise<CommandAnswer> {
    this.#ask([command, ...args].join(' '))
    const timeoutMs = this.settings.command_timeout_seconds * 1000
    return this.#command(command, args, { timeoutMs, signal: this.#run.signal })
  }

  /** The output of a command that ended well; null otherwise. */
  async output(command: string, ...args: readonly string[]): Promise<string | null> {
    const answer = await this.command(command, ...args)
    return answer.kind === 'answered' && answer.code === 0 ? answer.stdout : null
  }

  incomplete(reason: string): void {
    this.#run.incomplete(this.resource, reason)
  }

  /** The time of the collection. */
  now(): Date {
    return this.#run.clock.now()
  }

  #ask(request: string): void {
    if (this.#asked.has(request)) return
    this.#asked.add(request)
    this.#run.asked({ resource: this.resource, request })
  }

  async #look<T>(path: string, look: (real: string) => Promise<T>): Promise<Reading<T>> {
    this.#run.signal.throwIfAborted()
    try {
      return { kind: 'found', value: await look(await this.#within(path)) }
    } catch (thrown) {
      const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
      return absentCodes.has(code) ? { kind: 'absent' } : { kind: 'denied' }
    }
  }

  /** A link that leads out of the root folder would read another machine's file: refused. */
  async #within(path: string): Promise<string> {
    const { root } = this.settings
    const joined = join(root, path)
    if (root === '/') return joined
    const [real, realRoot] = await Promise.all([realpath(joined), realpath(root)])
    if (real !== realRoot && !real.startsWith(realRoot + sep))
      throw Object.assign(new Error('leads out of the root folder'), { code: 'EXDEV' })
    return real
  }
}

/** The lines of a text with their numbers, from 1. */
export function numberedLines(text: string): readonly { readonly line: number; readonly text: string }[] {
  return text.split('\n').map((content, index) => ({ line: index + 1, text: content.replace(/\r$/, '') }))
}
