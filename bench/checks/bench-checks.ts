import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Batch, type BatchReport, runChecks } from '../../verifier/checks/engine.ts'
import type { CheckSuccess, SnapshotFile } from '../../verifier/checks/protocol.ts'
import { type Aim, type BenchResult, line, median } from '../result.ts'
import { asOf, change, check, leaver, writeSynthetic } from './synthetic.ts'

interface Baseline {
  readonly decodeMs: number
  readonly loopMs: number
  readonly peakMemory: number
  readonly sha256: string
}

const run = promisify(execFile)
const repeats = 3

/**
 * A typical check (filter, group by, anti join) over 10,000 and 1,000,000 synthetic records against a plain JavaScript loop, each in its
 * own process, from the stored snapshots to the written results; medians of three. Throws Error when their results differ by a byte.
 */
export async function benchChecks(): Promise<BenchResult[]> {
  const dir = await mkdtemp(join(tmpdir(), 'vouch-bench-checks-'))
  try {
    return [...(await benchSize(dir, 10_000)), ...(await benchSize(dir, 1_000_000))]
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

async function benchSize(dir: string, count: number): Promise<BenchResult[]> {
  const files = await writeSynthetic(dir, count)
  const cacheDir = join(dir, `cache-${count}`)
  await mkdir(cacheDir)
  const plain: Baseline[] = []
  const cold: Ours[] = []
  const warm: Ours[] = []
  await measureOurs(dir, files, cacheDir)
  for (let at = 0; at < repeats; at++) {
    plain.push(await measureBaseline(dir, files))
    cold.push(await measureOurs(dir, files))
    warm.push(await measureOurs(dir, files, cacheDir))
  }
  const bytes = new Set([...plain, ...cold, ...warm].map(one => one.sha256))
  if (bytes.size !== 1) throw new Error('the check and the loop do not agree, so their times mean nothing')
  const whole = median(plain.map(one => one.decodeMs + one.loopMs))
  const loop = median(plain.map(one => one.loopMs))
  const memory = median(plain.map(one => one.peakMemory)) / 2 ** 20
  const records = `${count.toLocaleString('en')} records`
  // At 10,000 records not slower than a loop, at a million 10 times faster and in half its memory.
  const large = count >= 1_000_000
  const told = (name: string, ours: number, baseline: number, unit: string, note: string, atMost?: number) => {
    const aim: Aim | undefined = atMost === undefined ? undefined : { of: 'ratio', atMost }
    return line(`checks: ${name}, ${records}`, { ours, baseline }, { unit, note, ...(aim && { aim }) })
  }
  return [
    told(
      'snapshots to results',
      median(cold.map(one => one.loadMs + one.checkMs)),
      whole,
      'ms',
      'zstd JSON Lines, no cache',
    ),
    told(
      'snapshots to results, typed copy',
      median(warm.map(one => one.loadMs + one.checkMs)),
      whole,
      'ms',
      'Parquet copy where worth it',
      large ? 0.1 : 1,
    ),
    told('check alone', median(cold.map(one => one.checkMs)), loop, 'ms', 'loaded tables against decoded records'),
    told('peak memory', median(cold.map(one => one.peakMemory)) / 2 ** 20, memory, 'MiB', 'resident, whole process'),
    told(
      'peak memory, typed copy',
      median(warm.map(one => one.peakMemory)) / 2 ** 20,
      memory,
      'MiB',
      'resident, whole process',
      large ? 0.5 : undefined,
    ),
  ]
}

interface Ours {
  readonly loadMs: number
  readonly checkMs: number
  readonly peakMemory: number
  readonly sha256: string
}

async function measureOurs(
  dir: string,
  files: { readonly changes: SnapshotFile; readonly leavers: SnapshotFile },
  cacheDir?: string,
): Promise<Ours> {
  const batch: Batch = {
    resources: [
      { declaration: change, files: [files.changes] },
      { declaration: leaver, files: [files.leavers] },
    ],
    checks: [{ key: 'check', definition: check, parameters: {}, asOf }],
  }
  const outDir = await mkdtemp(join(dir, 'out-'))
  const report = await runChecks(batch, { outDir, ...(cacheDir === undefined ? {} : { cacheDir }) })
  const result = succeeded(report)
  return { loadMs: report.loadMs, checkMs: result.durationMs, peakMemory: report.peakMemory, sha256: result.sha256 }
}

function succeeded(report: BatchReport): CheckSuccess {
  const [result] = report.results
  if (!result?.ok) throw new Error(`the check failed: ${result?.error.message}`)
  return result
}

async function measureBaseline(
  dir: string,
  files: { changes: SnapshotFile; leavers: SnapshotFile },
): Promise<Baseline> {
  const script = join(import.meta.dirname, 'baseline.ts')
  const { stdout } = await run(process.execPath, [
    script,
    files.changes.path,
    files.leavers.path,
    join(dir, 'baseline.jsonl'),
  ])
  return JSON.parse(stdout) as Baseline
}
