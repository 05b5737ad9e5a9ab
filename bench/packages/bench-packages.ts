import { statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openServices } from '../../src/entry/services.ts'
import { setUpOrganisation } from '../../src/entry/set-up.ts'
import { listKeys } from '../../src/features/ledger/store.ts'
import { SimulatedClock } from '../../src/platform/clock/clock.ts'
import { readConfig } from '../../src/platform/config/config.ts'
import { type BenchResult, line } from '../result.ts'
import { measureProcess } from './measure-process.ts'
import { liveYear } from './synthetic-year.ts'

const people = 500
const cli = join(import.meta.dirname, '../../src/entry/cli.ts')

/**
 * Export and verification of a year of daily snapshots of a company of 500, by the command line as a person would use it: time and the most memory that it and its children
 * held. The baseline is `sha256sum`'s work: one SHA-256 over the package. `VOUCH_BENCH_DAYS` makes the year shorter.
 * Throws Error when the package does not verify: its times mean nothing then.
 */
export async function benchPackages(): Promise<BenchResult[]> {
  const days = Number(process.env.VOUCH_BENCH_DAYS ?? 365)
  const dir = await mkdtemp(join(tmpdir(), 'vouch-bench-packages-'))
  const env = { VOUCH_DATA: join(dir, 'data'), VOUCH_LOG_LEVEL: 'silent' }
  const file = join(dir, 'package.zip')
  try {
    const clock = new SimulatedClock(new Date(Date.now() - (days + 1) * 86_400_000))
    const services = await openServices(readConfig(env), clock)
    let key = ''
    let note = ''
    try {
      const orgId = await setUpOrganisation(services, { slug: 'bench', name: 'Bench', isSample: true }, 'system')
      const year = await liveYear(services, clock, orgId, days, people)
      key = (await services.database.tenant(orgId, clock, listKeys))[0]?.vkey ?? ''
      note = `${year.days} days of ${people} people: ${year.records.toLocaleString('en')} records, ${year.runs.toLocaleString('en')} runs of checks`
    } finally {
      await services.close()
    }
    const exported = await measureProcess([cli, 'export', '-o', file], env)
    if (exported.code !== 0) throw new Error(`the export failed: ${exported.output}`)
    const verified = await measureProcess([cli, 'verify', file, '--key', key], env)
    if (verified.code !== 0) throw new Error(`the package does not verify: ${verified.output}`)
    const hashed = await measureProcess(['-e', hashing, file], env)
    const size = `${(statSync(file).size / 2 ** 20).toFixed(1)} MiB`
    const seconds = (name: string, ours: number, atMost?: number) =>
      line(
        name,
        { ours, baseline: hashed.seconds },
        { unit: 's', note: `${note}; ${size}`, ...(atMost !== undefined && { aim: { of: 'ours' as const, atMost } }) },
      )
    const memory = (name: string, ours: number) =>
      line(
        name,
        { ours, baseline: hashed.peakMiB },
        { unit: 'MiB', note: 'with its children, peak', aim: { of: 'ours', atMost: 1024 } },
      )
    return [
      seconds('packages: export', exported.seconds),
      memory('packages: memory of export', exported.peakMiB),
      seconds('packages: verify', verified.seconds, 60),
      memory('packages: memory of verify', verified.peakMiB),
    ]
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

const hashing = `
  const hash = require('node:crypto').createHash('sha256')
  require('node:fs').createReadStream(process.argv[1]).on('data', chunk => hash.update(chunk)).on('end', () => console.log(hash.digest('hex')))`
