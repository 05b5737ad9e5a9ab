import type { JsonObject } from '../../../../verifier/records/canonical.ts'
import type { Machine } from './machine.ts'

const settings = [
  'fs.protected_fifos',
  'fs.protected_hardlinks',
  'fs.protected_regular',
  'fs.protected_symlinks',
  'fs.suid_dumpable',
  'kernel.dmesg_restrict',
  'kernel.kptr_restrict',
  'kernel.randomize_va_space',
  'kernel.sysrq',
  'kernel.unprivileged_bpf_disabled',
  'kernel.yama.ptrace_scope',
  'net.ipv4.conf.all.accept_redirects',
  'net.ipv4.conf.all.accept_source_route',
  'net.ipv4.conf.all.rp_filter',
  'net.ipv4.conf.all.send_redirects',
  'net.ipv4.icmp_echo_ignore_broadcasts',
  'net.ipv4.ip_forward',
  'net.ipv4.tcp_syncookies',
  'net.ipv6.conf.all.accept_redirects',
  'net.ipv6.conf.all.accept_source_route',
] as const

/** /proc/sys. */
export async function* readKernelSettings(machine: Machine): AsyncGenerator<JsonObject> {
  if (!(await machine.exists('/proc/sys'))) return machine.incomplete('/proc/sys cannot be read')
  for (const name of settings) {
    const reading = await machine.read(`/proc/sys/${name.replaceAll('.', '/')}`)
    yield { name, value: reading.kind === 'found' ? reading.value.trim() : null, present: reading.kind !== 'absent' }
  }
}

const files: readonly (readonly [path: string, secret: boolean])[] = [
  ['/etc/passwd', false],
  ['/etc/group', false],
  ['/etc/shadow', true],
  ['/etc/gshadow', true],
  ['/etc/sudoers', true],
  ['/etc/ssh/sshd_config', false],
  ['/etc/ssh/ssh_host_rsa_key', true],
  ['/etc/ssh/ssh_host_ecdsa_key', true],
  ['/etc/ssh/ssh_host_ed25519_key', true],
  ['/etc/crontab', false],
  ['/etc/cron.d', false],
  ['/etc/profile', false],
  ['/root', true],
  ['/root/.ssh/authorized_keys', true],
]

/** stat(2) of the files that exist. Whether one lies in a folder that is closed to this user cannot be told, and it is left out. */
export async function* readSensitiveFiles(machine: Machine): AsyncGenerator<JsonObject> {
  for (const [path, secret] of files) {
    const found = await machine.stat(path)
    if (found.kind !== 'found') continue
    const { mode, uid, gid } = found.value
    yield {
      path,
      mode: `0${(mode & 0o7777).toString(8).padStart(3, '0')}`,
      uid,
      gid,
      world_writable: (mode & 0o002) !== 0,
      world_readable: (mode & 0o004) !== 0,
      group_writable: (mode & 0o020) !== 0,
      secret,
    }
  }
}
