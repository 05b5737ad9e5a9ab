import { execFile } from 'node:child_process'

/** What a command answered, or why it did not. A command that is not installed, or may not be run, is `unavailable`. */
export type CommandAnswer =
  | { readonly kind: 'answered'; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'unavailable'; readonly reason: string }

/** Runs a program with arguments; there is no shell in between. `timeoutMs` in milliseconds. Rejects only when the signal is aborted. */
export type RunCommand = (
  command: string,
  args: readonly string[],
  options: { timeoutMs: number; signal: AbortSignal },
) => Promise<CommandAnswer>

/** System folders only: nothing in the way of a PATH that someone else can write to. */
const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', HOME: '/' }
const outputLimitBytes = 32 * 1024 * 1024

export const runCommand: RunCommand = (command, args, { timeoutMs, signal }) =>
  new Promise((resolve, reject) => {
    const options = {
      env: environment,
      cwd: '/',
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: outputLimitBytes,
      signal,
    } as const
    execFile(command, [...args], options, (error, stdout, stderr) => {
      if (signal.aborted) reject(signal.reason)
      else if (error === null) resolve({ kind: 'answered', code: 0, stdout, stderr })
      else if (typeof error.code === 'number') resolve({ kind: 'answered', code: error.code, stdout, stderr })
      else resolve({ kind: 'unavailable', reason: reasonOf(command, error, timeoutMs) })
    })
  })

function reasonOf(command: string, error: Error & { code?: unknown; killed?: boolean }, timeoutMs: number): string {
  if (error.code === 'ENOENT') return `${command} is not installed`
  if (error.code === 'EACCES') return `${command} may not be run`
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
    return `${command} wrote more than ${outputLimitBytes / 1024 / 1024} MiB`
  if (error.killed === true) return `${command} did not end in ${timeoutMs / 1000} s`
  return `${command} failed to run`
}

/** For a folder that is not this machine's root: a command would answer for the wrong machine. */
export const runNothing: RunCommand = command =>
  Promise.resolve({
    kind: 'unavailable',
    reason: `${command} would answer for this machine, not for the one under the root folder`,
  })
