import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'
import { aliasTokens } from '../../../verifier/records/alias-tokens.ts'
import { deedOf, during } from '../../platform/db/deed.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import type { Services } from '../../platform/services.ts'
import { operatorActor } from '../ledger/append-fact.ts'
import { erasureInput } from './contract.ts'
import { erasePerson } from './erase-person.ts'
import type { PersonalStores } from './stores.ts'

interface CommandContext {
  withServices<T>(work: (services: Services, orgId: string) => Promise<T>): Promise<T>
  readonly stores: PersonalStores
}

/** `vouch erase`. What it is to erase is read from the standard input: arguments are seen by every user of the machine and kept in the shell's history. */
export function aliasCommands(program: Command, { withServices, stores }: CommandContext): void {
  program
    .command('erase')
    .description(
      'Erase a person’s values for good: names, addresses, numbers or aliases, one a line on standard input, ended by an empty line.',
    )
    .action(async () => {
      const lines = await readLines()
      const isAlias = (line: string) => aliasTokens(line).length > 0
      const input = erasureInput.safeParse({
        values: lines.filter(line => !isAlias(line)),
        aliases: lines.filter(isAlias),
      })
      if (!input.success)
        throw new VouchError('invalid_input', 'Give the values of one person, one a line, at most 100 of them.')
      const done = await withServices((services, orgId) =>
        during({ ...deedOf('vouch erase', operatorActor), asked: true }, () =>
          erasePerson(services, orgId, input.data, { stores, actor: operatorActor }),
        ),
      )
      process.stdout.write(reportOf(done))
    })
}

async function readLines(): Promise<string[]> {
  const input = createInterface({ input: process.stdin })
  if (process.stdin.isTTY) process.stderr.write('What is to be erased, one value a line, then an empty line:\n')
  const lines: string[] = []
  for await (const line of input) {
    if (line.trim() === '') break
    lines.push(line.trim())
  }
  input.close()
  return lines
}

function reportOf({ aliases, uploads, plain_snapshots }: Awaited<ReturnType<typeof erasePerson>>): string {
  if (aliases.length === 0) return 'None of these values is kept under an alias. Nothing was erased.\n'
  const lines = [
    `Erased: ${aliases.length} of the values. Keep these names of them, for backups that are older than this:`,
    ...aliases.map(alias => `  ${alias}`),
    `Removed: ${uploads} uploaded files. Upload them again, without the person, where a source needs them.`,
  ]
  if (plain_snapshots > 0)
    lines.push(
      `${plain_snapshots} snapshots hold personal fields as they came, from before aliases were used. They are evidence and stay as they are; the person may be in them.`,
    )
  return `${lines.join('\n')}\n`
}
