import type { JsonObject } from '../../../../verifier/records/canonical.ts'
import { type Firewall, parseIptables, parseNftRuleset } from './firewall.ts'
import type { Machine } from './machine.ts'
import { supportDatesOf } from './os-support.ts'
import { runningPrograms } from './read-logs.ts'
import { sshServerInstalled } from './read-ssh.ts'
import { type PackageManager, packageManagerOf, updateListsTime } from './read-updates.ts'

/** The one record of the machine. `privileged`: whether this process is root. */
export async function* readSystem(machine: Machine, privileged: boolean): AsyncGenerator<JsonObject> {
  const release = await osRelease(machine)
  const support = release.ID && release.VERSION_ID ? supportDatesOf(release.ID, release.VERSION_ID) : null
  const manager = await packageManagerOf(machine)
  const lists = manager === null ? null : await updateListsTime(machine, manager)
  const firewall = await readFirewall(machine)
  const nsswitch = await machine.read('/etc/nsswitch.conf')
  const sources = nsswitch.kind === 'found' ? /^\s*passwd:\s*(.*?)\s*(?:#.*)?$/m.exec(nsswitch.value)?.[1] : undefined
  yield {
    hostname: (await machine.word('/proc/sys/kernel/hostname')) ?? (await machine.word('/etc/hostname')) ?? 'unnamed',
    privileged,
    os_id: release.ID ?? null,
    os_version: release.VERSION_ID ?? null,
    os_name: release.PRETTY_NAME ?? null,
    support_ends: support?.standard ?? null,
    extended_support_ends: support?.extended ?? null,
    kernel: await machine.word('/proc/sys/kernel/osrelease'),
    architecture:
      (await machine.word('/proc/sys/kernel/arch')) ?? (await machine.output('uname', '-m'))?.trim() ?? null,
    boot_time: await bootTime(machine),
    ...(await readVirtualisation(machine)),
    reboot_required:
      manager === 'apt' ? await machine.existsAny('/run/reboot-required', '/var/run/reboot-required') : null,
    ...(await readTime(machine)),
    firewall: firewall?.kind ?? null,
    firewall_rules: firewall?.rules ?? null,
    firewall_default_deny: firewall?.defaultDeny ?? null,
    ...(await readMandatoryAccess(machine)),
    automatic_updates: manager === null ? null : await automaticUpdates(machine, manager),
    package_manager: manager,
    update_lists_time: lists === null ? null : `${lists.toISOString().slice(0, 19)}Z`,
    ssh_server_installed: await sshServerInstalled(machine),
    sudo_installed: await machine.existsAny('/usr/bin/sudo', '/usr/local/bin/sudo', '/etc/sudoers'),
    account_sources:
      sources === undefined ? null : sources.split(/\s+/).filter(source => source !== '' && !source.startsWith('[')),
  }
}

/** os-release(5): shell-like assignments. */
async function osRelease(machine: Machine): Promise<Readonly<Record<string, string>>> {
  for (const path of ['/etc/os-release', '/usr/lib/os-release']) {
    const reading = await machine.read(path)
    if (reading.kind !== 'found') continue
    return Object.fromEntries(
      [...reading.value.matchAll(/^([A-Z_0-9]+)=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S*))\s*$/gm)].map(
        ([, name, double, single, bare]) => [name, (double ?? single ?? bare ?? '').replace(/\\(.)/g, '$1')],
      ),
    )
  }
  return {}
}

async function bootTime(machine: Machine): Promise<string | null> {
  const reading = await machine.read('/proc/stat')
  const seconds = reading.kind === 'found' ? /^btime (\d+)$/m.exec(reading.value)?.[1] : undefined
  return seconds === undefined ? null : `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}Z`
}

const containers = new Set([
  'docker',
  'podman',
  'lxc',
  'lxc-libvirt',
  'systemd-nspawn',
  'openvz',
  'rkt',
  'wsl',
  'proot',
  'pouch',
  'container-other',
])

async function readVirtualisation(machine: Machine): Promise<JsonObject> {
  const answer = await machine.command('systemd-detect-virt')
  // It ends with 1 when it says "none".
  const said = answer.kind === 'answered' ? answer.stdout.trim() || null : null
  if (said !== null) return { virtualisation: said, container: containers.has(said) }
  const marks = await machine.existsAny('/.dockerenv', '/run/.containerenv', '/run/systemd/container')
  return { virtualisation: null, container: marks === true ? true : null }
}

async function readTime(machine: Machine): Promise<JsonObject> {
  const running = await runningPrograms(machine)
  const service =
    running === null
      ? null
      : running.has('chronyd')
        ? 'chrony'
        : running.has('ntpd')
          ? 'ntpd'
          : running.has('systemd-timesyn')
            ? 'systemd-timesyncd'
            : null
  const timedatectl = (await machine.output('timedatectl', 'show', '--property=NTPSynchronized', '--value'))?.trim()
  if (timedatectl === 'yes' || timedatectl === 'no')
    return { time_service: service, time_synchronised: timedatectl === 'yes' }
  const leap = /^Leap status\s*:\s*(.+)$/m.exec((await machine.output('chronyc', '-n', 'tracking')) ?? '')?.[1]
  return { time_service: service, time_synchronised: leap === undefined ? null : leap.trim() !== 'Not synchronised' }
}

/** nftables is asked first: where both are there, iptables is usually a front of it. */
async function readFirewall(machine: Machine): Promise<Firewall | null> {
  const ruleset = await machine.output('nft', 'list', 'ruleset')
  const nft = ruleset === null ? null : parseNftRuleset(ruleset)
  if (nft?.defaultDeny) return nft
  const rules = await machine.output('iptables', '-S', 'INPUT')
  const iptables = rules === null ? null : parseIptables(rules)
  return iptables?.rules ? iptables : (nft ?? iptables)
}

async function readMandatoryAccess(machine: Machine): Promise<JsonObject> {
  const sys = await machine.exists('/sys/kernel')
  const enforce = await machine.word('/sys/fs/selinux/enforce')
  const apparmor = await machine.word('/sys/module/apparmor/parameters/enabled')
  return {
    selinux: enforce === '1' ? 'enforcing' : enforce === '0' ? 'permissive' : sys ? 'disabled' : null,
    apparmor: apparmor === null ? (sys ? false : null) : apparmor === 'Y',
  }
}

async function automaticUpdates(machine: Machine, manager: PackageManager): Promise<boolean | null> {
  if (manager === 'apt') return aptAutomatic(machine)
  if (manager === 'apk') return null
  const settings = await machine.read('/etc/dnf/automatic.conf')
  if (settings.kind === 'absent') return false
  const folder = '/etc/systemd/system/timers.target.wants'
  const timer = await machine.existsAny(
    `${folder}/dnf-automatic.timer`,
    `${folder}/dnf-automatic-install.timer`,
    `${folder}/dnf5-automatic.timer`,
  )
  if (settings.kind === 'denied' || timer === null) return null
  const applies =
    /^\s*apply_updates\s*=\s*(?:yes|true|1)\s*$/im.test(settings.value) ||
    (await machine.exists(`${folder}/dnf-automatic-install.timer`)) === true
  return applies && timer
}

/** The last assignment counts; apt reads the files of the folder by name. */
async function aptAutomatic(machine: Machine): Promise<boolean | null> {
  const installed = await machine.existsAny('/usr/bin/unattended-upgrade')
  if (installed !== true) return installed
  const names = await machine.list('/etc/apt/apt.conf.d')
  if (names.kind !== 'found') return names.kind === 'absent' ? false : null
  let value: string | undefined
  for (const name of names.value) {
    const reading = await machine.read(`/etc/apt/apt.conf.d/${name}`)
    if (reading.kind === 'denied') return null
    if (reading.kind !== 'found') continue
    value = [...reading.value.matchAll(/^\s*APT::Periodic::Unattended-Upgrade\s+"([^"]*)"/gm)].at(-1)?.[1] ?? value
  }
  return value !== undefined && value !== '0'
}
