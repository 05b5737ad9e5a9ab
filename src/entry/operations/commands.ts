import type { Command } from 'commander'
import { operatorActor } from '../../features/ledger/append-fact.ts'
import { listKeys } from '../../features/ledger/store.ts'
import { systemClock } from '../../platform/clock/clock.ts'
import { readConfig } from '../../platform/config/config.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import type { Services } from '../../platform/services.ts'
import { openServices } from '../services.ts'
import { stoppable } from '../stoppable.ts'
import { backUp } from './back-up.ts'
import { checkLedger } from './check-ledger.ts'
import { diagnose, formatDiagnosis } from './doctor.ts'
import { guardStart } from './guard-start.ts'
import { findOrganisations, rotateLedgerKey } from './ledger-keys.ts'
import { existingMasterKeys, hasDatabase, keySource, openDatabaseServer, openObjects } from './parts.ts'
import { readPassphrase } from './passphrase.ts'
import { restore } from './restore.ts'
import { rotateMasterKey } from './rotate-master-key.ts'

interface PassphraseFlags {
  readonly passphraseFile?: string
}
interface OrganisationFlags {
  readonly organisation?: string
}

const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** Commands for whoever runs an installation: doctor, backup and restore, keys. */
export function operationsCommands(program: Command): void {
  guardStart(program)
  program
    .command('doctor')
    .description('What is configured, what is wrong, and what to do about it. Exit code 0 when there is no problem.')
    .option('--json', 'as JSON')
    .action(async (flags: { json?: boolean }) => {
      const diagnosis = await diagnose(process.env)
      process.stdout.write(flags.json ? `${JSON.stringify(diagnosis, null, 2)}\n` : formatDiagnosis(diagnosis))
      process.exitCode = diagnosis.ok ? 0 : 1
    })
  program
    .command('backup <file>')
    .description('Save database, objects and keys into one encrypted file, while the server runs.')
    .option('--passphrase-file <file>', 'instead of VOUCH_BACKUP_PASSPHRASE')
    .action(backupCommand)
  program
    .command('restore <file>')
    .description('Restore a backup into an empty data folder and database, and prove it.')
    .option('--passphrase-file <file>', 'instead of VOUCH_BACKUP_PASSPHRASE')
    .action(restoreCommand)
  const vault = program.command('vault').description('The vault’s master key.')
  vault
    .command('rotate')
    .description('Replace the master key. Stop servers and workers first.')
    .action(vaultRotateCommand)
  const ledger = program.command('ledger').description('The ledger and its signing keys.')
  const ofOne = (name: string, description: string) =>
    ledger.command(name).description(description).option('--organisation <slug>', 'of one organisation only')
  ofOne('key', 'Print the verifier keys, newest first, for: vouch verify --key').action(ledgerKeyCommand)
  ofOne('rotate-key', 'Replace the signing key. Packages still verify with the old verifier key.').action(
    ledgerRotateCommand,
  )
  ofOne('check', 'Rebuild the ledger from its leaves and compare it with what is stored and signed.').action(
    ledgerCheckCommand,
  )
}

async function backupCommand(file: string, flags: PassphraseFlags): Promise<void> {
  const config = readConfig(process.env)
  const passphrase = readPassphrase(process.env, flags.passphraseFile)
  if (!hasDatabase(config))
    throw new VouchError(
      'not_ready',
      `There is nothing to back up in ${config.dataDir}. Set VOUCH_DATA to the data folder.`,
    )
  const server = await openDatabaseServer(config)
  try {
    const source = {
      connectionString: server.connectionString,
      objects: await openObjects(config),
      masterKeys: () => existingMasterKeys(config),
      keySource: keySource(config),
    }
    const made = await withProgress(options => backUp(source, file, passphrase, options))
    say(
      `${file}: ${made.rows} rows and ${made.objects} objects, with the keys. Keep it and its passphrase apart, and off this machine.`,
    )
    if (made.lost.length === 0) return
    process.stderr.write(
      `${made.lost.length} objects are damaged or missing and are not in the backup: ${made.lost.slice(0, 5).join(', ')}. Everything else is. Keep older backups, which may hold them.\n`,
    )
    process.exitCode = 1
  } finally {
    await server.stop()
  }
}

async function restoreCommand(file: string, flags: PassphraseFlags): Promise<void> {
  const config = readConfig(process.env)
  const passphrase = readPassphrase(process.env, flags.passphraseFile)
  const done = await withProgress(options => restore(config, file, passphrase, options))
  say(
    `Restored into ${config.dataDir}: the backup of ${done.header.created_at}, ${done.rows} rows, ${done.objects} objects.`,
  )
  say(
    `Proved: every row counted, every object's hash, the ledgers of ${done.organisations} organisations (${done.leaves} leaves) rebuilt and equal to their signed checkpoints, ${done.secrets} secrets opened.`,
  )
  if (done.keys.from !== done.keys.to) {
    say(
      done.keys.to === 'file'
        ? `The master key was in VOUCH_MASTER_KEY and is now in ${config.dataDir}/master.key. To have it in the environment again, set VOUCH_MASTER_KEY to that file's content and delete the file.`
        : 'The master key was in a file and comes from VOUCH_MASTER_KEY now: keep that set.',
    )
  }
  if (done.lost.length > 0)
    say(
      `${done.lost.length} objects were damaged or missing when the backup was made: ${done.lost.slice(0, 5).join(', ')}.`,
    )
  say('Start it with: ./vouch start')
}

async function vaultRotateCommand(): Promise<void> {
  await withServices(async services => {
    const { rotated, keyId, from } = await rotateMasterKey(services)
    say(`${rotated} data keys are wrapped with the master key ${keyId} now.`)
    say(
      from === 'file'
        ? 'The old key is gone from the data folder. Make a backup now: older ones hold the old key.'
        : 'Unset VOUCH_MASTER_KEY_PREVIOUS now, start the server, and make a backup.',
    )
  })
}

async function ledgerKeyCommand(flags: OrganisationFlags): Promise<void> {
  await withServices(async services => {
    for (const { id } of await findOrganisations(services, flags.organisation)) {
      for (const { vkey } of await services.database.tenant(id, services.clock, listKeys)) say(vkey)
    }
  })
}

async function ledgerRotateCommand(flags: OrganisationFlags): Promise<void> {
  await withServices(async services => {
    const organisations = await findOrganisations(services, flags.organisation)
    const [organisation, another] = organisations
    if (!organisation || another)
      throw new VouchError(
        'invalid_input',
        `Say whose key: --organisation, one of ${organisations.map(({ slug }) => slug).join(', ')}.`,
      )
    say(await rotateLedgerKey(services, organisation.id, operatorActor))
    process.stderr.write(
      'This is the new verifier key. Publish it where you published the old one, and keep both: either verifies new packages.\n',
    )
  })
}

async function ledgerCheckCommand(flags: OrganisationFlags): Promise<void> {
  await withServices(async services => {
    for (const { id } of await findOrganisations(services, flags.organisation)) {
      const { origin, size, checkpoints, waiting, problems } = await checkLedger(services.database, id)
      say(
        `${origin}: ${size} leaves, ${checkpoints} checkpoints, ${waiting} entries waiting: ${problems.length === 0 ? 'all agree.' : 'it does not hold.'}`,
      )
      for (const problem of problems) say(`  ${problem}`)
      if (problems.length > 0) process.exitCode = 1
    }
  })
}

async function withServices(work: (services: Services) => Promise<void>): Promise<void> {
  const services = await openServices(readConfig(process.env), systemClock)
  try {
    await work(services)
  } finally {
    await services.close()
  }
}

/** Stoppable work with its progress in one line of a terminal. */
async function withProgress<T>(
  work: (options: { signal: AbortSignal; progress: typeof showProgress }) => Promise<T>,
): Promise<T> {
  try {
    return await stoppable(signal => work({ signal, progress: showProgress }))
  } finally {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  }
}

function showProgress(message: string, done?: number, total?: number): void {
  if (!process.stderr.isTTY) return
  const count = done === undefined ? '' : ` ${done}${total === undefined ? '' : ` of ${total}`}`
  process.stderr.write(`\r\u001b[K${message}${count} …`)
}
