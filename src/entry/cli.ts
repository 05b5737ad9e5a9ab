import { Command, CommanderError } from 'commander'
import { accessCommands, setUpInvitation } from '../features/access/cli.ts'
import { slugOf } from '../features/access/set-up.ts'
import { aliasCommands } from '../features/aliases/cli.ts'
import { operatorActor } from '../features/ledger/append-fact.ts'
import { mailCommands } from '../features/mail/cli.ts'
import { packageCommands } from '../features/packages/cli.ts'
import { systemClock } from '../platform/clock/clock.ts'
import { readConfig } from '../platform/config/config.ts'
import { deedOf, during } from '../platform/db/deed.ts'
import { messageOf, VouchError } from '../platform/errors/errors.ts'
import { demoCommand } from './demo/command.ts'
import { mcpCommand } from './mcp-command.ts'
import { operationsCommands } from './operations/commands.ts'
import { personalStores } from './personal-stores.ts'
import { pushCommand } from './push/command.ts'
import { startNode, startServer } from './server.ts'
import { openServices, type RunningServices } from './services.ts'
import { setUpOrganisation } from './set-up.ts'
import { oldestOrganisation } from './tenant.ts'
import { untilStopped } from './until-stopped.ts'
import { version } from './version.ts'

async function withInstallation<T>(work: (services: RunningServices) => Promise<T>, preview = false): Promise<T> {
  const config = readConfig(process.env)
  const services = await openServices({ ...config, mail: { ...config.mail, preview } }, systemClock)
  try {
    return await work(services)
  } finally {
    await services.close()
  }
}

/** A command that does something and ends: what it changes is whoever's who has the machine. */
function byOperator<T>(work: (services: RunningServices) => Promise<T>): Promise<T> {
  return withInstallation(services => during(deedOf(`vouch ${process.argv[2]}`, operatorActor), () => work(services)))
}

function withServices<T>(work: (services: RunningServices, orgId: string) => Promise<T>): Promise<T> {
  return byOperator(async services => work(services, await oldestOrganisation(services.database)))
}

function program(): Command {
  const cli = new Command('vouch')
    .description('SOC 2 compliance with a report package that anyone can re-perform.')
    .version(version)
  cli.exitOverride()
  cli
    .command('start')
    .description(
      'Serve pages and API on this machine, with a worker inside. VOUCH_PORT, VOUCH_DATA and DATABASE_URL configure it.',
    )
    .option('--show-mail', 'for development: without an SMTP server, messages are shown under /mail')
    .action((flags: { showMail?: boolean }) =>
      withInstallation(async services => {
        const server = await startServer(services)
        const setUp = await setUpInvitation(services, server.url)
        process.stdout.write(`Vouch is ready at ${server.url}\n${setUp === undefined ? '' : `${setUp}\n`}`)
        await untilStopped()
        await server.close()
      }, flags.showMail),
    )
  cli
    .command('worker')
    .description('Run jobs beside a server, on this machine or another with the same DATABASE_URL and object store.')
    .action(() =>
      withInstallation(async services => {
        const node = await startNode(services)
        process.stdout.write('The worker is ready.\n')
        await untilStopped()
        await node.stop()
      }),
    )
  cli
    .command('init')
    .description('Make your organisation.')
    .requiredOption('--name <name>', 'as it will stand in reports')
    .option('--slug <slug>', 'its short name, lower case; part of its ledger’s name for ever')
    .action((options: { name: string; slug?: string }) =>
      byOperator(async services => {
        const slug = options.slug ?? slugOf(options.name)
        if (!/^[a-z0-9][a-z0-9-]*$/.test(slug))
          throw new VouchError('invalid_input', 'Give a --slug of lower-case letters, digits and hyphens.')
        await setUpOrganisation(services, { slug, name: options.name, isSample: false }, operatorActor)
        process.stdout.write(
          `${options.name} is set up. Start the server with ./vouch start; it shows a link for its first owner.\n`,
        )
      }),
    )
  accessCommands(cli, { withInstallation: byOperator })
  mailCommands(cli, { withInstallation: byOperator })
  packageCommands(cli, { withServices })
  mcpCommand(cli)
  aliasCommands(cli, { withServices, stores: personalStores })
  demoCommand(cli)
  operationsCommands(cli)
  pushCommand(cli)
  return cli
}

try {
  await program().parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode
  else {
    process.stderr.write(
      `${error instanceof VouchError ? error.message : `Something went wrong inside Vouch: ${error instanceof Error ? error.stack : messageOf(error)}`}\n`,
    )
    process.exitCode = 1
  }
}
