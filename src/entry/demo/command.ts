import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { formatReport } from '../../../verifier/package/cli-output.ts'
import { verifyPackage } from '../../../verifier/package/verify-package.ts'
import { operatorActor } from '../../features/ledger/append-fact.ts'
import { readSigningKey } from '../../features/ledger/read-ledger.ts'
import { makePackage } from '../../features/packages/make-package.ts'
import { SimulatedClock, systemClock } from '../../platform/clock/clock.ts'
import { type Config, readConfig } from '../../platform/config/config.ts'
import { dataFolderMode, makeDataFolder } from '../../platform/config/data-folder.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import { stopAbandoned } from '../../platform/postgres/embedded-postgres.ts'
import { removeElsewhere } from '../../platform/postgres/places.ts'
import { startServer } from '../server.ts'
import { openServices } from '../services.ts'
import { stoppable } from '../stoppable.ts'
import { untilStopped } from '../until-stopped.ts'
import { collectionDays, makeHistory, type RepositoryCounts } from './make-history.ts'
import { addSampleMembers, sampleSignInLinks } from './sample-members.ts'

interface DemoFlags {
  readonly once?: boolean
  readonly out?: string
  readonly repo?: string
}

const ownRepository = new URL('../../../', import.meta.url).pathname
// Written last: a demo that was stopped half-way is made again.
const marker = 'demo-complete'
const begun = 'demo-begun'

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
  await chmod(dataDir, dataFolderMode)
  await stoppable(signal => makeDemo(demoConfig(dataDir), flags, signal)).finally(() => removeDataFolder(dataDir))
}

async function demoAndServe(flags: DemoFlags): Promise<void> {
  const dataDir = resolve(process.env.VOUCH_DATA ?? '.vouch-demo')
  const config = demoConfig(dataDir)
  if (!existsSync(join(dataDir, marker))) await makeServedDemo(config, flags)
  const services = await openServices(config, systemClock)
  try {
    const server = await startServer(services)
    const links = await sampleSignInLinks(services, server.url)
    process.stdout.write(
      `\nThe demo is ready at ${server.url}\nSign in by one of these links, each once (another: ./vouch sign-in-link ADDRESS):\n${links.join('\n')}\nIt listens on this machine only. Stop it with Ctrl+C; delete ${dataDir} to make it anew.\n`,
    )
    await untilStopped()
    await server.close()
  } finally {
    await services.close()
  }
}

async function makeServedDemo(config: Config, flags: DemoFlags): Promise<void> {
  const { dataDir } = config
  if (existsSync(dataDir)) {
    await requireDemoFolder(dataDir)
    // A demo that was killed while it was made may have left its database running.
    if (!(await stopAbandoned({ dataDir })))
      throw new VouchError('conflict', `Another Vouch process works in ${dataDir}. Wait for it, or stop it first.`)
    await removeDataFolder(dataDir)
  }
  makeDataFolder(dataDir)
  await writeFile(join(dataDir, begun), '')
  try {
    await stoppable(signal => makeDemo(config, flags, signal))
  } catch (error) {
    await removeDataFolder(dataDir)
    throw error
  }
  await writeFile(join(dataDir, marker), '')
}

/** Deletes a data folder whose database has been stopped, with what lies elsewhere. */
async function removeDataFolder(dataDir: string): Promise<void> {
  removeElsewhere(dataDir)
  await rm(dataDir, { recursive: true, force: true })
}

/** Never makes room for a demo by deleting somebody's real data. */
async function requireDemoFolder(dataDir: string): Promise<void> {
  if (existsSync(join(dataDir, begun))) return
  throw new VouchError(
    'conflict',
    `${dataDir} is there and holds no demo. Set VOUCH_DATA to another folder for the demo.`,
  )
}

/** The demo's own configuration: its own data folder and the embedded database, whatever else is set. */
function demoConfig(dataDir: string): Config {
  const { DATABASE_URL: _, VOUCH_S3_BUCKET: __, VOUCH_MASTER_KEY: ___, ...environment } = process.env
  // Whoever has one of its links is its owner: it never leaves this machine.
  const own = { VOUCH_DATA: dataDir, VOUCH_URL: '', VOUCH_HOST: '' }
  // Its people have neither password nor passkey, and whoever looks around is not to fetch a new link every quarter of an hour.
  const defaults = { VOUCH_LOG_LEVEL: 'warn', VOUCH_FRESH_MINUTES: '720' }
  const config = readConfig({ ...defaults, ...environment, ...own })
  return { ...config, mail: { ...config.mail, preview: true } }
}

async function makeDemo(config: Config, flags: DemoFlags, signal: AbortSignal): Promise<void> {
  const until = new Date()
  const [begin = until] = collectionDays(until)
  const clock = new SimulatedClock(begin)
  const out = resolve(flags.out ?? 'out')
  await mkdir(out, { recursive: true })
  const file = join(out, 'package.zip')
  const path = resolve(flags.repo ?? ownRepository)
  const say = (message: string) => void process.stdout.write(`${message}\n`)
  say(
    'Making a sample organisation. Its people are invented and its past is simulated; its sources are this machine’s own.',
  )
  const services = await openServices(config, clock)
  let key: string | undefined
  let counted: RepositoryCounts | undefined
  try {
    const { connectionString } = services.database
    const options = { repository: path, connectionString, until, signal, progress: say }
    const { orgId, repository } = await makeHistory(services, clock, options)
    counted = repository
    await addSampleMembers(services, orgId)
    say('Exporting the package')
    await makePackage(services, orgId, {}, { actor: operatorActor, copyTo: file, signal })
    key = await services.database.tenant(orgId, clock, readSigningKey)
  } finally {
    await services.close()
  }
  say('Verifying the package, with the log’s key')
  const report = await verifyPackage(file, { key, signal })
  say('')
  say(formatReport(report, key !== undefined))
  if (!report.ok) throw new VouchError('integrity', `${file} does not verify; this is a fault in Vouch.`)
  const summary = { package: file, key, repository: { path, ...counted }, verified: report.counts }
  await writeFile(join(out, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`)
  say(
    counted
      ? `${path}: ${counted.commits} commits, ${counted.changes} changes on the main line`
      : `${path} could not be read as a git repository; the checks of it are unknown.`,
  )
  say(`${file}\nVerify it yourself: ./vouch verify ${file} --key '${key}'`)
}
