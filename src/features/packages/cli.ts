import { type Command, CommanderError, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { exitCodes, formatReport } from '../../../verifier/package/cli-output.ts'
import { UnusablePackage } from '../../../verifier/package/package-error.ts'
import { verifyPackage } from '../../../verifier/package/verify-package.ts'
import { messageOf } from '../../platform/errors/errors.ts'
import type { Services } from '../../platform/services.ts'
import { operatorActor } from '../ledger/append-fact.ts'
import { makePackage } from './make-package.ts'

export interface CommandContext {
  /** Opens what the product works with, for as long as `work` takes, in the organisation that commands are about. */
  withServices<T>(work: (services: Services, orgId: string) => Promise<T>): Promise<T>
}

interface ExportFlags {
  readonly output: string
  readonly from?: string
  readonly to?: string
}

interface VerifyFlags {
  readonly key?: string
  readonly witness?: readonly string[]
  readonly json?: boolean
}

/** `vouch export` and `vouch verify`. The latter opens no database and nothing else of the product. */
export function packageCommands(program: Command, context: CommandContext): void {
  program
    .command('export')
    .description('Make a package of a period that anyone can verify.')
    .requiredOption('-o, --output <file>', 'where to leave it')
    .option('--from <date>', 'first day, UTC, such as 2026-01-31; the organisation’s first when left out', parseDay)
    .option('--to <date>', 'last day, UTC; today when left out', parseDay)
    .action(async (flags: ExportFlags) => {
      const show = progressLine()
      const made = await context.withServices((services, orgId) =>
        makePackage(services, orgId, flags, { actor: operatorActor, copyTo: flags.output, onProgress: show }),
      )
      show('')
      process.stdout.write(
        `${flags.output}: ${made.bytes} bytes, ${made.from} to ${made.to}, ${made.size} leaves.\nVerify it with: vouch verify ${flags.output}\n`,
      )
    })
  program
    .command('verify <file>')
    .description(
      'Perform everything in a package again, offline. Exit code 0: all agrees; 1: something differs; 2: not a usable package.',
    )
    .option('--key <key>', 'the log’s verifier key, from the organisation itself and not from the package')
    .option('--witness <keys...>', 'verifier keys of witnesses whose cosignatures are to be judged')
    .option('--json', 'the whole report as JSON')
    .exitOverride(error => {
      // A command that was not understood has judged nothing: 1 would say that something differs.
      throw error.exitCode === 0 ? error : new CommanderError(exitCodes.unusable, error.code, error.message)
    })
    .action(verify)
}

async function verify(file: string, flags: VerifyFlags): Promise<void> {
  const show = flags.json ? () => {} : progressLine()
  try {
    const report = await verifyPackage(file, { key: flags.key, witnesses: flags.witness, onProgress: show })
    show('')
    process.stdout.write(
      flags.json ? `${JSON.stringify(report, null, 2)}\n` : formatReport(report, flags.key !== undefined),
    )
    process.exitCode = report.ok ? exitCodes.agrees : exitCodes.differs
  } catch (error) {
    show('')
    // Whatever keeps the verifier from judging is not a difference, and must not look like one.
    const message = error instanceof UnusablePackage ? error.message : `It could not be judged: ${messageOf(error)}`
    process.stdout.write(flags.json ? `${JSON.stringify({ ok: false, unusable: message }, null, 2)}\n` : '')
    process.stderr.write(`Not a usable package. ${message}\n`)
    process.exitCode = exitCodes.unusable
  }
}

function parseDay(text: string): string {
  if (!z.iso.date().safeParse(text).success) throw new InvalidArgumentError('Give a day such as 2026-01-31.')
  return text
}

/** Shows progress in one line of a terminal; nothing when the output goes to a file. */
function progressLine(): (message: string, done?: number, total?: number) => void {
  if (!process.stderr.isTTY) return () => {}
  let last = 0
  return (message, done, total) => {
    if (message !== '' && performance.now() - last < 100) return
    last = performance.now()
    const count = total !== undefined && total > 0 ? ` ${done ?? 0} of ${total}` : ''
    process.stderr.write(`\r\u001b[K${message === '' ? '' : `${message}${count} …`}`)
  }
}
