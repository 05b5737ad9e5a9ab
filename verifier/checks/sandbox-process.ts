import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const childPath = fileURLToPath(new URL('./engine-child.ts', import.meta.url))

// Node's own cache of compiled modules, beside the modules and as trusted as they are; where it cannot be written Node goes without. It
// saves 0.2 s of the 0.5 s of processor time that a start takes.
const compileCache = fileURLToPath(new URL('../../node_modules/.cache/vouch', import.meta.url))

/** How the child's memory is bounded by the operating system, and what of it could not be had. */
export interface Sandbox {
  readonly description: string
  readonly command: string
  readonly before: readonly string[]
}

/**
 * The way to start a process under a limit of its data segment. The engine's own memory limit does not bind single allocations (measured:
 * `repeat('x', 2e9)` took 3.9 GB past a limit of 256 MB), so the operating system must: `prlimit` of util-linux, else `ulimit` of the shell.
 */
export function sandboxFor(dataLimitMb: number): Sandbox {
  const known = sandboxes.get(dataLimitMb)
  if (known) return known
  const found = findSandbox(dataLimitMb)
  sandboxes.set(dataLimitMb, found)
  return found
}

const sandboxes = new Map<number, Sandbox>()

function findSandbox(dataLimitMb: number): Sandbox {
  const always = 'a child process with no access to files or network from SQL, killed at its deadline'
  const prlimit = [`--data=${dataLimitMb * 1024 * 1024}`, '--core=0', '--']
  if (works('prlimit', [...prlimit, process.execPath, '--version'])) {
    return {
      description: `${always}, data limited to ${dataLimitMb} MiB by prlimit`,
      command: 'prlimit',
      before: [...prlimit, process.execPath],
    }
  }
  const shell = ['-c', `ulimit -c 0; ulimit -d ${dataLimitMb * 1024} && exec "$0" "$@"`, process.execPath]
  if (works('sh', [...shell, '--version'])) {
    return { description: `${always}, data limited to ${dataLimitMb} MiB by ulimit`, command: 'sh', before: shell }
  }
  return {
    description: `${always}; NO limit of the operating system on its memory: neither prlimit nor ulimit -d works here`,
    command: process.execPath,
    before: [],
  }
}

function works(command: string, parameters: readonly string[]): boolean {
  return spawnSync(command, parameters, { stdio: 'ignore', timeout: 10_000 }).status === 0
}

/** Starts the child with a minimal environment in `cwd`; it talks over the IPC channel. Its standard error is for crash messages only. */
export function startChild(sandbox: Sandbox, cwd: string): ChildProcess {
  const parameters = [
    ...sandbox.before,
    '--max-old-space-size=384',
    '--expose-gc',
    '--disable-warning=ExperimentalWarning',
    childPath,
  ]
  return spawn(sandbox.command, parameters, {
    cwd,
    env: { NODE_COMPILE_CACHE: compileCache, PATH: '/usr/bin:/bin', TZ: 'UTC', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
}
