import type { JsonObject } from '../../../../verifier/records/canonical.ts'
import { systemClock } from '../../../platform/clock/clock.ts'
import type { CollectedRecord, CollectionRun, ConnectionTest, Connector } from '../connector.ts'
import { type RunCommand, runCommand, runNothing } from './command.ts'
import { Machine } from './machine.ts'
import { readAccounts, readGroups } from './read-accounts.ts'
import { readDisks } from './read-disks.ts'
import { readKernelSettings, readSensitiveFiles } from './read-kernel.ts'
import { readLogServices } from './read-logs.ts'
import { readListeningSockets } from './read-sockets.ts'
import { readSshSettings } from './read-ssh.ts'
import { readSudoRules } from './read-sudo.ts'
import { readSystem } from './read-system.ts'
import { readPendingUpdates } from './read-updates.ts'
import { resources } from './resources.ts'
import { type HostSettings, hostSettingsSchema } from './settings.ts'

/** What the connector takes from outside, so that tests can put recorded answers in its place. */
export interface HostPorts {
  /** Runs commands of the machine that is read. */
  readonly command: RunCommand
  /** Whether this process may read what only root may. */
  readonly privileged: boolean
}

type Reader = (machine: Machine, privileged: boolean) => AsyncIterable<JsonObject>

const readers: readonly (readonly [resource: string, title: string, reader: Reader])[] = [
  ['host.system', 'Reading the operating system', readSystem],
  ['host.account', 'Reading accounts', readAccounts],
  ['host.group', 'Reading groups', readGroups],
  ['host.sudo_rule', 'Reading sudo rules', readSudoRules],
  ['host.ssh_setting', 'Reading the SSH server', readSshSettings],
  ['host.listening_socket', 'Reading listening sockets', readListeningSockets],
  ['host.pending_update', 'Working out pending updates', readPendingUpdates],
  ['host.disk', 'Reading disks', readDisks],
  ['host.log_service', 'Reading logging services', readLogServices],
  ['host.kernel_setting', 'Reading kernel settings', readKernelSettings],
  ['host.sensitive_file', 'Reading permissions', readSensitiveFiles],
]

/** The host connector with ports of one's own; what is left out is that of this process. */
export function hostConnectorWith(ports: Partial<HostPorts>): Connector<HostSettings> {
  const privileged = ports.privileged ?? process.getuid?.() === 0
  const commandFor = (settings: HostSettings) => ports.command ?? (settings.root === '/' ? runCommand : runNothing)

  async function* collect(settings: HostSettings, run: CollectionRun): AsyncGenerator<CollectedRecord> {
    const command = commandFor(settings)
    if (settings.root === '/') run.sourceClock(systemClock.now())
    for (const [index, [resource, title, reader]] of readers.entries()) {
      run.signal.throwIfAborted()
      run.progress(title, index, readers.length)
      for await (const record of reader(new Machine(resource, settings, run, command), privileged))
        yield { resource, record }
    }
    run.progress('Read everything', readers.length, readers.length)
  }

  async function test(settings: HostSettings, signal: AbortSignal): Promise<ConnectionTest> {
    const machine = new Machine('host.system', settings, silentRun(signal), commandFor(settings))
    const found = await machine.existsAny('/etc/passwd', '/etc/os-release', '/usr/lib/os-release')
    if (!found) {
      return {
        ok: false,
        message: `There is no Linux system under ${settings.root}: it has neither /etc/passwd nor os-release`,
      }
    }
    const { value: record } = await readSystem(machine, privileged).next()
    const name = `${String(record?.hostname)}, ${String(record?.os_name ?? 'an unknown system')}`
    const asRoot = 'Read as root: everything can be seen.'
    const asUser = 'Read without root: password states, sudo rules, the firewall and some settings will be unknown.'
    return { ok: true, message: `This is ${name}. ${privileged ? asRoot : asUser}` }
  }

  return {
    kind: 'host',
    title: 'Linux host',
    description:
      'This Linux machine: accounts, groups, sudo rules, SSH server, listening sockets, pending updates, disks, logging, kernel settings. It has no history: whenever it is read, it shows its state at that moment.',
    privileges:
      'None for most of it. Root sees more: password states (/etc/shadow), sudo rules, `sshd -T`, the packet filter, and which program holds a socket. Without root these are unknown. Nothing is ever changed, nothing is downloaded.',
    settings: hostSettingsSchema as Connector<HostSettings>['settings'],
    secrets: [],
    resources,
    test,
    collect,
  }
}

/** This machine, read as whoever runs us. */
export const hostConnector: Connector<HostSettings> = hostConnectorWith({})

/** For looking without collecting. */
function silentRun(signal: AbortSignal): CollectionRun {
  const nothing = () => undefined
  return {
    signal,
    clock: systemClock,
    workDir: '',
    asked: nothing,
    total: nothing,
    incomplete: nothing,
    sourceClock: nothing,
    progress: nothing,
  }
}
