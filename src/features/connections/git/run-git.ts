import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { VouchError } from '../../../platform/errors/errors.ts'

/**
 * Settings that win over whatever the repository's own configuration says. A repository is hostile until proven otherwise: it may name
 * programs to run (hooks, file system monitor, signature checkers), other objects to show in place of the real ones, or a remote to
 * fetch missing objects from.
 */
const overrides: readonly string[] = [
  'safe.directory=*',
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.pager=cat',
  // A commit-graph file is a cache that can state other parents and dates than the commits themselves.
  'core.commitGraph=false',
  'core.quotePath=false',
  'protocol.allow=never',
  'log.showSignature=false',
  'gc.auto=0',
  'maintenance.auto=false',
]

/** The environment of every git process: nothing of the caller's but where programs are found. */
function environment(): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    LC_ALL: 'C',
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_GRAFT_FILE: '/dev/null',
    GIT_PAGER: 'cat',
  }
}

export type GitProcess = ChildProcessByStdio<Writable, Readable, Readable>

/** A started git: its process and a promise that resolves when it ended well and rejects with a VouchError when it did not. */
export interface StartedGit {
  readonly process: GitProcess
  readonly ended: Promise<void>
  /** Ends it at once, without an error. */
  stop(): void
}

const stderrLimit = 4096

/**
 * Starts `git <args>` at `where` (`['-C', path]` or `['--git-dir', path]`). It has no terminal, no hooks, no pager and no network.
 * `ended` rejects with `source_failed` (git's own words, made printable), `not_ready` when there is no git, or the signal's reason.
 */
export function startGit(where: readonly string[], args: readonly string[], signal: AbortSignal): StartedGit {
  signal.throwIfAborted()
  const options = overrides.flatMap(setting => ['-c', setting])
  const child = spawn('git', ['--no-pager', ...options, ...where, ...args], {
    cwd: '/',
    env: environment(),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let stderr = ''
  let stopped = false
  child.stderr.on('data', (chunk: Buffer) => {
    if (stderr.length < stderrLimit) stderr += chunk.toString('utf8')
  })
  // A reader that went away is told by the exit status; without a listener EPIPE would end the whole program.
  child.stdin.on('error', () => undefined)
  const kill = () => child.kill('SIGKILL')
  signal.addEventListener('abort', kill, { once: true })
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', error => reject(notStarted(error)))
    child.once('close', (code, killedBy) => {
      signal.removeEventListener('abort', kill)
      if (signal.aborted) reject(signal.reason)
      else if (code === 0 || stopped) resolve()
      else reject(failed(args, code === null ? `ended by ${killedBy}` : `exit ${code}`, stderr))
    })
  })
  ended.catch(() => undefined)
  return {
    process: child,
    ended,
    stop() {
      stopped = true
      kill()
    },
  }
}

/** All that `git <args>` prints, up to `limit` bytes (beyond it: `too_large`). For answers that are small by nature. */
export async function gitOutput(
  where: readonly string[],
  args: readonly string[],
  signal: AbortSignal,
  limit = 64 * 1024 * 1024,
): Promise<Buffer> {
  const git = startGit(where, args, signal)
  git.process.stdin.end()
  const chunks: Buffer[] = []
  let size = 0
  git.process.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > limit) git.stop()
    else chunks.push(chunk)
  })
  await git.ended
  if (size > limit) throw new VouchError('too_large', `git ${args[0]} answered with more than ${limit} bytes`)
  return Buffer.concat(chunks)
}

/** Like `gitOutput`, as trimmed text; undefined when git says no (any exit status but 0). */
export async function gitAnswer(
  where: readonly string[],
  args: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return (await gitOutput(where, args, signal)).toString('utf8').trim()
  } catch (thrown) {
    if (thrown instanceof VouchError && thrown.code === 'source_failed') return undefined
    throw thrown
  }
}

function notStarted(error: NodeJS.ErrnoException): VouchError {
  if (error.code === 'ENOENT') {
    return new VouchError(
      'not_ready',
      'The git command was not found. Install git (on Debian: apt install git) and try again.',
    )
  }
  return new VouchError('not_ready', `git could not be started: ${error.message}`, { cause: error })
}

function failed(args: readonly string[], how: string, stderr: string): VouchError {
  const words = printable(stderr).trim() || 'it gave no reason'
  return new VouchError('source_failed', `git ${args[0]} failed (${how}): ${words}`)
}

/** Text of a hostile source made fit for one line of a message: no control characters. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ')
}
