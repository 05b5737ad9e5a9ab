import { existsSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Aim, type BenchResult, isMet } from './result.ts'

/*
 * npm run bench [-- <name>...]: runs all benchmarks, or those named, one after another; prints a table and writes bench/results.json. Each line is
 * a ratio of two things measured in turn in the same run, so that what else the machine does weighs on both.
 */

type Bench = () => Promise<readonly BenchResult[]>

const packagesBench = join(import.meta.dirname, 'packages', 'bench-packages.ts')

const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  checks: async () => (await import('./checks/bench-checks.ts')).benchChecks,
  ledger: async () => (await import('./ledger/bench-ledger.ts')).benchLedger,
  git: async () => (await import('./git/bench-git.ts')).benchGit,
  uploads: async () => (await import('./uploads/bench-uploads.ts')).benchUploads,
  aliases: async () => (await import('./aliases/bench-aliases.ts')).benchAliases,
  api: async () => (await import('./api/bench-api.ts')).benchApi,
  ...(existsSync(packagesBench)
    ? { packages: async () => ((await import(packagesBench)) as { readonly benchPackages: Bench }).benchPackages }
    : {}),
}

const { positionals } = parseArgs({ allowPositionals: true })
const unknown = positionals.find(name => benches[name] === undefined)
if (unknown !== undefined) {
  console.error(`There is no benchmark "${unknown}". There are: ${Object.keys(benches).join(', ')}.`)
  process.exit(2)
}

const results: BenchResult[] = []
for (const [name, load] of Object.entries(benches)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  console.error(`${name}…`)
  const bench = await load()
  results.push(...(await bench()))
}
const machine = { cpus: cpus().length, memory: totalmem(), load: loadavg()[0], node: process.version }
const lines = results.map(result => ({ ...result, met: isMet(result) ?? null }))
writeFileSync(
  join(import.meta.dirname, 'results.json'),
  `${JSON.stringify({ at: new Date().toISOString(), machine, results: lines }, null, 2)}\n`,
)
console.log(table(results))

function table(rows: readonly BenchResult[]): string {
  const cells = [
    ['benchmark', 'ours', 'baseline', 'unit', 'ratio', 'aim', 'met', 'what'],
    ...rows.map(row => [
      row.name,
      figure(row.ours),
      figure(row.baseline),
      row.unit,
      figure(row.ratio),
      row.aim ? aimText(row.aim, row.unit) : '',
      { true: 'yes', false: 'NO', undefined: '' }[String(isMet(row)) as 'true' | 'false' | 'undefined'],
      row.note,
    ]),
  ]
  const widths = cells[0]?.map((_, at) => Math.max(...cells.map(row => row[at]?.length ?? 0))) ?? []
  const isNumber = (at: number) => at === 1 || at === 2 || at === 4
  return cells
    .map(row => row.map((cell, at) => (isNumber(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0))))
    .map(row => row.join('  ').trimEnd())
    .join('\n')
}

function figure(value: number): string {
  return Number.isNaN(value) ? '' : value.toLocaleString('en', { maximumSignificantDigits: 3 })
}

function aimText({ of, atMost, atLeast }: Aim, unit: string): string {
  const bounds = [
    ...(atMost === undefined ? [] : [`at most ${figure(atMost)}`]),
    ...(atLeast === undefined ? [] : [`at least ${figure(atLeast)}`]),
  ].join(', ')
  return of === 'ratio' ? bounds : `${bounds} ${unit}`
}
