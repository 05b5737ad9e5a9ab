import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { formatReport } from '../../../verifier/package/cli-output.ts'
import type { VerifyReport } from '../../../verifier/package/report.ts'
import { verifyPackage } from '../../../verifier/package/verify-package.ts'
import { operatorActor } from '../../features/ledger/append-fact.ts'
import { readSigningKey } from '../../features/ledger/read-ledger.ts'
import { makePackage } from '../../features/packages/make-package.ts'
import { SimulatedClock, systemClock } from '../../platform/clock/clock.ts'
import { type Config, readConfig } from '../../platform/config/config.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import { startServer } from '../server.ts'
import { dataDirMode, openServices } from '../services.ts'
import { untilStopped } from '../until-stopped.ts'
import { collectionDays, makeHistory } from './make-history.ts'

interface DemoFlags {
  readonly once?: boolean
  readonly out?: string
  readonly repo?: string
}

const ownRepository = new URL('../../../', import.meta.url).pathname
// Written last: a demo that was stopped half-way is made again.
const marker = 'demo-complete'

/** `vouch demo`: a sample organisation with half a year of past, made from real sources on this machine. */
export function demoCommand(program: Command): void {
  program
    .command('demo')
    .description('Make a sample organisation from this machine, export and verify its package, and serve the pages.')
    .option('--once', 'do not serve; leave the package in --out and end')
    .option('--out <folder>', 'where to leave package.zip', 'out')
    .option('--repo <path>', 'the git repository to read instead of this one')
    .action((flags: DemoFlags) => (flags.once ? demoOnce(flags) : demoAndServe(flags)))
}

async function demoOnce(flags: DemoFlags): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'vouch-demo-'))
  await chmod(dataDir, dataDirMode)
  try {
    await makeDemo(demoConfig(dataDir), flags)
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function demoAndServe(flags: DemoFlags): Promise<void> {
  const dataDir = resolve(process.env.VOUCH_DATA ?? '.vouch-demo')
  const config = demoConfig(dataDir)
  if (!existsSync(join(dataDir, marker))) {
    if (existsSync(dataDir)) await requireDemoFolder(dataDir)
    await rm(dataDir, { recursive: true, force: true })
    await mkdir(dataDir, { recursive: true, mode: dataDirMode })
    await writeFile(join(dataDir, 'demo-begun'), '')
    await makeDemo(config, flags)
    await writeFile(join(dataDir, marker), '')
  }
  const services = await openServices(config, systemClock)
  try {
    const server = await startServer(services)
    process.stdout.write(
      `\nThe demo is ready at ${server.url}\nIt listens on this machine only. Stop it with Ctrl+C; delete ${dataDir} to make it anew.\n`,
    )
    await untilStopped()
    await server.close()
  } finally {
    await services.close()
  }
}

/** Never makes room for a demo by deleting somebody's real data. */
async function requireDemoFolder(dataDir: string): Promise<void> {
  if (existsSync(join(dataDir, 'demo-begun'))) return
  throw new VouchError(
    'conflict',
    `${dataDir} is there and holds no demo. Set VOUCH_DATA to another folder for the demo.`,
  )
}

/** The demo's own configuration: its own data folder and the embedded database, whatever else is set. */
function demoConfig(dataDir: string): Config {
  const { DATABASE_URL: _, VOUCH_S3_BUCKET: __, VOUCH_MASTER_KEY: ___, ...environment } = process.env
  return readConfig({ VOUCH_LOG_LEVEL: 'warn', ...environment, VOUCH_DATA: dataDir })
}

async function makeDemo(config: Config, flags: DemoFlags): Promise<void> {
  const until = new Date()
  const [begin = until] = collectionDays(until)
  const clock = new SimulatedClock(begin)
  const out = resolve(flags.out ?? 'out')
  await mkdir(out, { recursive: true })
  const file = join(out, 'package.zip')
  const say = (message: string) => void process.stdout.write(`${message}\n`)
  say(
    'Making a sample organisation. Its people are invented and its past is simulated; its sources are this machine’s own.',
  )
  const services = await openServices(config, clock)
  let key: string | undefined
  try {
    const repository = resolve(flags.repo ?? ownRepository)
    const { orgId } = await makeHistory(services, clock, {
      repository,
      connectionString: services.database.connectionString,
      until,
      progress: say,
    })
    say('Exporting the package')
    await makePackage(services, orgId, {}, { actor: operatorActor, copyTo: file })
    key = await services.database.tenant(orgId, clock, readSigningKey)
  } finally {
    await services.close()
  }
  say('Verifying the package, with the log’s key')
  const report: VerifyReport = await verifyPackage(file, { key })
  say('')
  say(formatReport(report, key !== undefined))
  if (!report.ok) throw new VouchError('integrity', `${file} does not verify; this is a fault in Vouch.`)
  say(`${file}\nVerify it yourself: ./vouch verify ${file} --key '${key}'`)
}
