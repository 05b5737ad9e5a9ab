import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../verifier/records/canonical.ts'
import { SimulatedClock } from '../../../platform/clock/clock.ts'
import type { CollectionRun } from '../connector.ts'
import { type CommandAnswer, type RunCommand, runCommand } from './command.ts'
import { type HostPorts, hostConnector, hostConnectorWith } from './connector.ts'
import { resources } from './resources.ts'

const made: string[] = []
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** Stands for what this user may not read, whoever runs the test: a folder where a file is expected. */
const denied = Symbol('denied')

function tree(files: Readonly<Record<string, string | typeof denied>>): string {
  const root = mkdtempSync(join(tmpdir(), 'vouch-host-'))
  made.push(root)
  for (const [path, content] of Object.entries(files)) {
    const full = join(root, path)
    mkdirSync(content === denied ? full : dirname(full), { recursive: true })
    if (content !== denied) writeFileSync(full, content)
  }
  return root
}

/** Answers recorded from commands; any other command is not installed. */
const answers =
  (recorded: Readonly<Record<string, string | { code: number; stdout: string }>>): RunCommand =>
  async (command, args) => {
    const line = [command, ...args].join(' ')
    const found = Object.entries(recorded).find(([start]) => line.startsWith(start))?.[1]
    if (found === undefined) return { kind: 'unavailable', reason: `${command} is not installed` }
    const answer = typeof found === 'string' ? { code: 0, stdout: found } : found
    return { kind: 'answered', stderr: '', ...answer } satisfies CommandAnswer
  }

interface Collected {
  readonly of: (resource: string) => JsonObject[]
  readonly incomplete: Map<string, string[]>
  readonly asked: string[]
  clock: Date | undefined
}

async function collect(
  root: string,
  ports: Partial<HostPorts> = {},
  settings: object = {},
  signal = new AbortController().signal,
): Promise<Collected> {
  const records: { resource: string; record: JsonObject }[] = []
  const collected: Collected = {
    of: resource => records.filter(one => one.resource === resource).map(one => one.record),
    incomplete: new Map(),
    asked: [],
    clock: undefined,
  }
  const run: CollectionRun = {
    signal,
    clock: new SimulatedClock(new Date('2026-06-30T00:00:00Z')),
    workDir: '/nonexistent',
    asked: question => collected.asked.push(`${question.resource}: ${question.request}`),
    total: () => undefined,
    incomplete: (resource, reason) =>
      collected.incomplete.set(resource, [...(collected.incomplete.get(resource) ?? []), reason]),
    sourceClock: time => {
      collected.clock = time
    },
    progress: () => undefined,
  }
  const connector = hostConnectorWith({ privileged: true, ...ports })
  for await (const one of connector.collect(connector.settings.parse({ root, ...settings }), run)) records.push(one)
  for (const declaration of resources) {
    const own = collected.of(declaration.name)
    for (const record of own)
      expect(Object.keys(declaration.columns), declaration.name).toEqual(expect.arrayContaining(Object.keys(record)))
    const keys = own.map(record =>
      JSON.stringify(
        declaration.key.map(column => record[column] ?? expect.fail(`${declaration.name}: ${column} is null`)),
      ),
    )
    expect(new Set(keys).size, declaration.name).toBe(keys.length)
  }
  return collected
}

const passwd = `root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
ann:x:1000:1000:Ann:/home/ann:/bin/zsh
old:x:1001:1001::/home/old:
guest::1002:1002::/home/guest:/bin/sh
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`
const shadow = `root:!:19000:0:99999:7:::
daemon:*:19000:0:99999:7:::
ann:$y$j9T$salt$hash:20000:0:90:7::20500:
old:$1$salt$hash:0:0:99999:7:::
`

describe('accounts', () => {
  it('tell how a password is kept as root, and never the hash', async () => {
    const all = await collect(
      tree({
        '/etc/passwd': passwd,
        '/etc/shadow': shadow,
        '/etc/login.defs': 'UID_MIN 1000\n',
        '/etc/group': 'sudo:x:27:ann,old\nempty:x:28:\n',
      }),
    )
    const byName = Object.fromEntries(all.of('host.account').map(record => [record.name, record]))
    expect(byName.root).toMatchObject({
      uid: 0,
      line: 1,
      password_state: 'locked',
      login_possible: true,
      system: false,
    })
    expect(byName.daemon).toMatchObject({ password_state: 'locked', login_possible: false, system: true })
    expect(byName.ann).toMatchObject({
      password_state: 'set',
      password_hash: 'yescrypt',
      last_change: '2024-10-04',
      max_days: 90,
      expires_on: '2026-02-16',
    })
    expect(byName.old).toMatchObject({
      password_hash: 'md5',
      last_change: null,
      max_days: null,
      expires_on: null,
      shell: '/bin/sh',
      login_possible: true,
    })
    expect(byName.guest).toMatchObject({ password_state: 'empty' })
    expect(byName.nobody).toMatchObject({ system: true })
    expect(all.of('host.group')).toEqual([
      { name: 'sudo', gid: 27, line: 1, members: ['ann', 'old'] },
      { name: 'empty', gid: 28, line: 2, members: [] },
    ])
    expect(JSON.stringify(all.of('host.account'))).not.toContain('$')
  })

  it('leave passwords unknown without root, but for those that stand in the open', async () => {
    const all = await collect(tree({ '/etc/passwd': passwd, '/etc/shadow': denied }), { privileged: false })
    const states = Object.fromEntries(all.of('host.account').map(record => [record.name, record.password_state]))
    expect(states).toEqual({ root: null, daemon: null, ann: null, old: null, guest: 'empty', nobody: null })
    expect(all.incomplete.has('host.account')).toBe(false)
  })

  it('are incomplete with network accounts, broken lines, or no file', async () => {
    const all = await collect(
      tree({ '/etc/passwd': 'ann:x:1000:1000:::/bin/sh\n+::::::\nbroken:x\nann:x:1001:1:::\n', '/etc/group': denied }),
    )
    expect(all.of('host.account')).toHaveLength(2)
    expect(all.incomplete.get('host.account')).toEqual([
      expect.stringMatching(/line 2.*NIS/),
      expect.stringMatching(/line 3.*not valid/),
    ])
    expect(all.incomplete.get('host.group')).toHaveLength(1)
    expect((await collect(tree({}))).incomplete.get('host.account')).toHaveLength(1)
  })
})

describe('sudo', () => {
  it('follows includes and skips what sudo skips', async () => {
    const all = await collect(
      tree({
        '/etc/sudoers': 'root ALL=(ALL) ALL\n@includedir /etc/sudoers.d\n',
        '/etc/sudoers.d/90-cloud': 'ubuntu ALL=(ALL) NOPASSWD:ALL\n',
        '/etc/sudoers.d/old.bak': 'evil ALL=ALL\n',
        '/etc/sudoers.d/note~': 'evil ALL=ALL\n',
      }),
    )
    expect(all.of('host.sudo_rule')).toMatchObject([
      { file: '/etc/sudoers', line: 1, who: ['root'], all_commands: true, nopasswd: false, run_as: 'ALL' },
      { file: '/etc/sudoers.d/90-cloud', line: 1, who: ['ubuntu'], all_commands: true, nopasswd: true },
    ])
    expect(all.of('host.system')).toMatchObject([{ sudo_installed: true }])
  })

  it('is incomplete when a file may not be read, and nothing when sudo is not there', async () => {
    const hidden = await collect(tree({ '/etc/sudoers': denied }), { privileged: false })
    expect(hidden.incomplete.get('host.sudo_rule')).toEqual([expect.stringMatching(/only be read by root/)])
    const loop = await collect(tree({ '/etc/sudoers': '@include /etc/sudoers\n' }))
    expect(loop.incomplete.get('host.sudo_rule')).toEqual([expect.stringMatching(/128 deep/)])
    const none = await collect(tree({ '/etc/passwd': passwd }))
    expect(none.incomplete.has('host.sudo_rule')).toBe(false)
    expect(none.of('host.system')).toMatchObject([{ sudo_installed: false, ssh_server_installed: false }])
  })
})

describe('the SSH server', () => {
  const files = {
    '/usr/sbin/sshd': '',
    '/etc/ssh/sshd_config':
      'Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin yes\nMatch Group guests\n  PasswordAuthentication yes\n',
    '/etc/ssh/sshd_config.d/10-ours.conf': 'PermitRootLogin no\n',
    '/etc/ssh/sshd_config.d/notes.txt': 'PermitRootLogin yes\n',
  }
  const find = (all: Collected, name: string) => all.of('host.ssh_setting').filter(record => record.name === name)

  it('is asked itself, and its Match blocks are read from the files', async () => {
    const all = await collect(tree(files), {
      command: answers({
        'sshd -T': 'port 22\nport 2222\npermitrootlogin no\npasswordauthentication no\nciphers aes256-ctr\n',
      }),
    })
    expect(find(all, 'permitrootlogin')).toEqual([
      { name: 'permitrootlogin', condition: 'all', position: 1, value: 'no', source: 'sshd -T' },
    ])
    expect(find(all, 'port').map(record => [record.position, record.value])).toEqual([
      [1, '22'],
      [2, '2222'],
    ])
    expect(find(all, 'passwordauthentication')).toMatchObject([
      { condition: 'all', value: 'no' },
      { condition: 'Group guests', value: 'yes', source: '/etc/ssh/sshd_config:4' },
    ])
  })

  it('is known from its files and defaults when it will not answer', async () => {
    const all = await collect(tree(files))
    expect(find(all, 'permitrootlogin')).toMatchObject([
      { value: 'no', source: '/etc/ssh/sshd_config.d/10-ours.conf:1' },
    ])
    expect(find(all, 'permitemptypasswords')).toMatchObject([{ value: 'no', source: 'default' }])
    expect(find(all, 'ciphers')).toMatchObject([{ value: null, source: 'default' }])
    expect(all.incomplete.has('host.ssh_setting')).toBe(false)
  })

  it('is incomplete when a file may not be read', async () => {
    const all = await collect(tree({ ...files, '/etc/ssh/sshd_config.d/20-hidden.conf': denied }))
    expect(all.incomplete.get('host.ssh_setting')).toEqual([expect.stringMatching(/20-hidden/)])
  })
})

describe('sockets', () => {
  const header = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
  const listening = (inode: number) =>
    ` 0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000 33 0 ${inode} 1\n`

  it('name their programs as far as they can be seen', async () => {
    const root = tree({
      '/proc/net/tcp': header + listening(7) + listening(8),
      '/proc/net/udp': header,
      '/proc/41/comm': 'nginx\n',
      '/proc/41/fd/3': '',
    })
    rmSync(join(root, '/proc/41/fd/3'))
    symlinkSync('socket:[7]', join(root, '/proc/41/fd/3'))
    const partly = await collect(root)
    expect(partly.of('host.listening_socket')).toEqual([
      { protocol: 'tcp', address: '0.0.0.0', port: 80, exposure: 'all', uid: 33, processes: null, sockets: 2 },
    ])
    symlinkSync('socket:[8]', join(root, '/proc/41/fd/4'))
    expect((await collect(root)).of('host.listening_socket')).toMatchObject([{ processes: ['nginx'] }])
    // A kernel without IPv6 has no tables for it.
    expect(partly.incomplete.has('host.listening_socket')).toBe(false)
  })

  it('are incomplete without the tables', async () => {
    expect((await collect(tree({}))).incomplete.get('host.listening_socket')).toHaveLength(4)
  })
})

describe('updates', () => {
  const lists = () => {
    const root = tree({
      '/usr/bin/apt-get': '',
      '/var/lib/apt/lists/deb_InRelease': '',
      '/var/lib/apt/lists/partial/.keep': '',
    })
    return {
      root,
      refreshed(date: string) {
        for (const path of ['/var/lib/apt/lists/partial', '/var/lib/apt/lists'])
          utimesSync(join(root, path), new Date(date), new Date(date))
      },
    }
  }
  const command = answers({
    'apt-get --simulate': 'Inst bash [5.1] (5.2 Debian-Security:12/stable-security [amd64])\n',
  })

  it('come from fresh lists', async () => {
    const { root, refreshed } = lists()
    refreshed('2026-06-29T00:00:00Z')
    const all = await collect(root, { command })
    expect(all.of('host.pending_update')).toMatchObject([{ package: 'bash', security: true }])
    expect(all.incomplete.has('host.pending_update')).toBe(false)
    expect(all.of('host.system')).toMatchObject([{ package_manager: 'apt', update_lists_time: '2026-06-29T00:00:00Z' }])
  })

  it('are incomplete with old lists, without lists, without an answer, without a package manager', async () => {
    const { root, refreshed } = lists()
    refreshed('2026-06-01T00:00:00Z')
    expect((await collect(root, { command })).incomplete.get('host.pending_update')).toEqual([
      expect.stringMatching(/29 days old/),
    ])
    expect((await collect(root, { command }, { update_list_days: 30 })).incomplete.has('host.pending_update')).toBe(
      false,
    )
    expect((await collect(root, {}, { update_list_days: 30 })).incomplete.get('host.pending_update')).toHaveLength(1)
    expect(
      (await collect(tree({ '/usr/bin/apt-get': '' }), { command })).incomplete.get('host.pending_update'),
    ).toEqual([expect.stringMatching(/no package lists/)])
    expect((await collect(tree({}), { command })).incomplete.get('host.pending_update')).toEqual([
      expect.stringMatching(/no package manager/),
    ])
  })
})

describe('disks', () => {
  it('are encrypted when dm-crypt lies beneath all of their layers', async () => {
    const all = await collect(
      tree({
        '/proc/mounts':
          '/dev/mapper/vg-root / ext4 rw 0 0\n/dev/sda1 /boot ext4 rw 0 0\n/dev/md0 /srv xfs rw 0 0\nproc /proc proc rw 0 0\ntank/data /tank zfs rw 0 0\nnas:/x /nas nfs4 ro 0 0\n/dev/sda1 /boot ext4 rw 0 0\n/dev/loop0 /snap squashfs ro 0 0\n',
        '/proc/swaps': 'Filename Type Size Used Priority\n/dev/sda5 partition 1 0 -2\n/dev/zram0 partition 1 0 100\n',
        '/sys/class/block/dm-1/dm/name': 'vg-root\n',
        '/sys/class/block/dm-1/dm/uuid': 'LVM-abc\n',
        '/sys/class/block/dm-1/slaves/dm-0/.keep': '',
        '/sys/class/block/dm-0/dm/uuid': 'CRYPT-LUKS2-abc\n',
        '/sys/class/block/sda1/size': '1\n',
        '/sys/class/block/sda5/size': '1\n',
        '/sys/class/block/md0/slaves/dm-0/.keep': '',
        '/sys/class/block/md0/slaves/sda1/.keep': '',
      }),
    )
    expect(all.of('host.disk').map(record => [record.mount, record.encrypted, record.network])).toEqual([
      ['/', true, false],
      ['/boot', false, false],
      ['/srv', false, false],
      ['/tank', null, false],
      ['/nas', null, true],
      ['swap', false, false],
    ])
  })

  it('are unknown where /sys is not there', async () => {
    const all = await collect(tree({ '/proc/mounts': '/dev/vda / ext4 rw 0 0\n' }))
    expect(all.of('host.disk')).toMatchObject([{ encrypted: null }])
  })
})

describe('the system', () => {
  it('gives what commands and files say', async () => {
    const command = answers({
      'systemd-detect-virt': { code: 1, stdout: 'none\n' },
      'timedatectl show': 'yes\n',
      'nft list ruleset':
        'table inet f {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t}\n}\n',
      'uname -m': 'aarch64\n',
    })
    const files = {
      '/etc/os-release': 'ID=ubuntu\nVERSION_ID="22.04"\nPRETTY_NAME="Ubuntu 22.04.4 LTS"\n',
      '/proc/sys/kernel/hostname': 'web1\n',
      '/proc/stat': 'cpu 1\nbtime 1780000000\n',
      '/proc/1/comm': 'systemd\n',
      '/proc/9/comm': 'chronyd\n',
      '/usr/bin/apt-get': '',
      '/usr/bin/unattended-upgrade': '',
      '/etc/apt/apt.conf.d/20auto-upgrades': 'APT::Periodic::Unattended-Upgrade "1";\n',
      '/run/reboot-required': '',
      '/sys/kernel/x': '',
      '/sys/module/apparmor/parameters/enabled': 'Y\n',
      '/etc/nsswitch.conf': 'passwd:  files sss [NOTFOUND=return]\n',
      '/var/log/journal/x': '',
      '/usr/lib/systemd/systemd-journald': '',
      '/usr/sbin/rsyslogd': '',
      '/etc/rsyslog.d/50-remote.conf': '# *.* @@old\n*.* @@logs.example.com:6514\n',
    }
    const all = await collect(tree(files), { command })
    expect(all.of('host.system')).toMatchObject([
      {
        hostname: 'web1',
        os_id: 'ubuntu',
        os_version: '22.04',
        support_ends: '2027-06-01',
        extended_support_ends: '2032-04-21',
        architecture: 'aarch64',
        boot_time: '2026-05-28T20:26:40Z',
        virtualisation: 'none',
        container: false,
        reboot_required: true,
        time_service: 'chrony',
        time_synchronised: true,
        firewall: 'nftables',
        firewall_default_deny: true,
        selinux: 'disabled',
        apparmor: true,
        automatic_updates: true,
        account_sources: ['files', 'sss'],
      },
    ])
    expect(all.of('host.log_service')).toMatchObject([
      { name: 'journald', installed: true, running: false, persistent: true, forwards: false },
      { name: 'rsyslog', installed: true, forwards: true },
      { name: 'syslog-ng', installed: false },
      { name: 'auditd', installed: false },
    ])
  })

  it('is unknown, not false, where nothing can be asked', async () => {
    const all = await collect(tree({ '/etc/passwd': passwd }), { privileged: false })
    const [system] = all.of('host.system')
    const unknown = [
      'os_id',
      'support_ends',
      'kernel',
      'boot_time',
      'virtualisation',
      'container',
      'time_synchronised',
      'firewall_rules',
      'firewall_default_deny',
      'selinux',
      'apparmor',
      'automatic_updates',
      'reboot_required',
    ]
    for (const name of unknown) expect(system?.[name], name).toBeNull()
    expect(all.of('host.log_service').map(record => record.running)).toEqual([null, null, null, null])
    expect(all.incomplete.has('host.kernel_setting')).toBe(true)
    expect(all.clock).toBeUndefined()
  })

  it('does not follow a link that leads out of the root folder', async () => {
    const outside = tree({ '/secret': 'root::0:0::/:/bin/sh\n' })
    const root = tree({ '/etc/hostname': 'inner\n' })
    symlinkSync(join(outside, 'secret'), join(root, '/etc/passwd'))
    const all = await collect(root)
    expect(all.of('host.account')).toEqual([])
    expect(all.incomplete.get('host.account')).toHaveLength(1)
  })
})

describe('this machine', () => {
  it('is read without failing, as whoever runs the test', async () => {
    const all = await collect('/', { privileged: process.getuid?.() === 0, command: runCommand })
    expect(all.of('host.system')).toHaveLength(1)
    expect(all.of('host.account').some(record => record.uid === 0)).toBe(true)
    expect(all.of('host.kernel_setting').length).toBeGreaterThan(10)
    expect(all.asked).toContain('host.account: read /etc/passwd')
    expect(new Set(all.asked).size).toBe(all.asked.length)
    expect(all.clock).toBeInstanceOf(Date)
  })

  it('is described by the test of the connection', async () => {
    const signal = new AbortController().signal
    const result = await hostConnector.test(hostConnector.settings.parse({}), signal)
    expect(result).toMatchObject({ ok: true, message: expect.stringMatching(/^This is .*(root|Root)/) })
    const empty = await hostConnector.test(hostConnector.settings.parse({ root: tree({}) }), signal)
    expect(empty).toMatchObject({ ok: false, message: expect.stringMatching(/no Linux system under/) })
  })

  it('stops when told to', async () => {
    const controller = new AbortController()
    const command: RunCommand = async () => {
      controller.abort(new Error('stopped by a person'))
      return { kind: 'unavailable', reason: '' }
    }
    await expect(collect(tree({ '/etc/passwd': passwd }), { command }, {}, controller.signal)).rejects.toThrow(
      'stopped by a person',
    )
  })
})

describe('commands', () => {
  const options = (timeoutMs: number) => ({ timeoutMs, signal: new AbortController().signal })

  it('answer with code and output, are cut off in time, or are not installed', async () => {
    expect(await runCommand('sh', ['-c', 'echo $LC_ALL; exit 3'], options(5000))).toEqual({
      kind: 'answered',
      code: 3,
      stdout: 'C\n',
      stderr: '',
    })
    expect(await runCommand('sleep', ['30'], options(50))).toMatchObject({
      kind: 'unavailable',
      reason: expect.stringMatching(/did not end/),
    })
    expect(await runCommand('no-such-program', [], options(50))).toMatchObject({
      reason: 'no-such-program is not installed',
    })
  })

  it('get their arguments as they are, without a shell', async () => {
    expect(await runCommand('echo', ['$(id); `id` | x'], options(5000))).toMatchObject({ stdout: '$(id); `id` | x\n' })
  })

  it('end when the run is stopped', async () => {
    const controller = new AbortController()
    const running = runCommand('sleep', ['30'], { timeoutMs: 60_000, signal: controller.signal })
    controller.abort(new Error('stopped by a person'))
    await expect(running).rejects.toThrow('stopped by a person')
  })
})
