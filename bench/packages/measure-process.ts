import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** What a program took with all that it started. */
export interface Measured {
  readonly code: number | null
  readonly seconds: number
  /** The most memory that it and its children held at once, in MiB; sampled. Zero where there is no /proc. */
  readonly peakMiB: number
  readonly output: string
}

const everyMs = 50

/** Runs a program of this Node to its end. */
export async function measureProcess(
  parameters: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Measured> {
  const started = performance.now()
  const child = spawn(process.execPath, parameters, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  let peak = 0
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const sampling = setInterval(() => {
    if (child.pid !== undefined) peak = Math.max(peak, residentPages(child.pid))
  }, everyMs)
  const code = await new Promise<number | null>((done, failed) => child.on('error', failed).on('close', done))
  clearInterval(sampling)
  return { code, seconds: (performance.now() - started) / 1000, peakMiB: (peak * 4096) / 2 ** 20, output }
}

/** Resident memory of a process and everything below it, in pages (proc(5), `/proc/<pid>/stat`, fields 4 and 24). */
function residentPages(root: number): number {
  const parents = new Map<number, { parent: number; pages: number }>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      parents.set(Number(name), { parent: Number(fields[1]), pages: Number(fields[21]) })
    } catch {
      // It ended meanwhile.
    }
  }
  let total = 0
  for (const [pid, { pages }] of parents) {
    let at = pid
    for (let depth = 0; depth < 10 && at !== root && at > 1; depth++) at = parents.get(at)?.parent ?? 0
    if (at === root) total += pages
  }
  return total
}
