import type { JsonObject } from '../../../../verifier/records/canonical.ts'
import type { Machine } from './machine.ts'

/** The four services that are looked for. */
export async function* readLogServices(machine: Machine): AsyncGenerator<JsonObject> {
  const running = await runningPrograms(machine)
  const runs = (program: string) => running?.has(program) ?? null
  yield { name: 'journald', ...(await journald(machine)), running: runs('systemd-journal') }
  const rsyslog = await machine.existsAny('/usr/sbin/rsyslogd', '/usr/bin/rsyslogd')
  yield {
    name: 'rsyslog',
    installed: rsyslog,
    running: runs('rsyslogd'),
    persistent: rsyslog,
    forwards: rsyslog ? await rsyslogForwards(machine) : rsyslog,
  }
  const syslogNg = await machine.existsAny('/usr/sbin/syslog-ng')
  yield {
    name: 'syslog-ng',
    installed: syslogNg,
    running: runs('syslog-ng'),
    persistent: syslogNg,
    forwards: syslogNg ? await syslogNgForwards(machine) : syslogNg,
  }
  const auditd = await machine.existsAny('/usr/sbin/auditd', '/sbin/auditd')
  yield {
    name: 'auditd',
    installed: auditd,
    running: runs('auditd'),
    persistent: auditd,
    forwards: auditd ? null : auditd,
  }
}

/** Names of the running programs (cut to 15 letters by the kernel); null when processes of others are hidden. */
export async function runningPrograms(machine: Machine): Promise<ReadonlySet<string> | null> {
  const processes = await machine.list('/proc')
  if (processes.kind !== 'found' || !processes.value.includes('1')) return null
  const names = await Promise.all(
    processes.value.filter(pid => /^\d+$/.test(pid)).map(pid => machine.word(`/proc/${pid}/comm`)),
  )
  return new Set(names.filter(name => name !== null))
}

/** journald.conf(5): `auto` keeps the journal when /var/log/journal is there. */
async function journald(machine: Machine): Promise<JsonObject> {
  const installed = await machine.existsAny('/usr/lib/systemd/systemd-journald', '/lib/systemd/systemd-journald')
  if (installed !== true) return { installed, persistent: installed, forwards: installed }
  const settings = await textOf(
    machine,
    '/etc/systemd/journald.conf',
    '/etc/systemd/journald.conf.d',
    '/usr/lib/systemd/journald.conf.d',
  )
  const storage = lastValue(settings, /^\s*Storage\s*=\s*(\S+)/gm) ?? 'auto'
  const folder = await machine.exists('/var/log/journal')
  const upload = await textOf(machine, '/etc/systemd/journal-upload.conf')
  return {
    installed,
    persistent: storage === 'persistent' ? true : storage === 'auto' ? folder : false,
    forwards: /^\s*URL\s*=\s*\S+/m.test(upload) || /^\s*ForwardToSocket\s*=\s*\S+/m.test(settings),
  }
}

async function rsyslogForwards(machine: Machine): Promise<boolean> {
  const text = await textOf(machine, '/etc/rsyslog.conf', '/etc/rsyslog.d')
  return /^[^#\n]*\s@@?[\w[(]/m.test(text) || /^[^#]*type\s*=\s*"(?:omfwd|omrelp)"/im.test(text)
}

async function syslogNgForwards(machine: Machine): Promise<boolean> {
  const text = await textOf(machine, '/etc/syslog-ng/syslog-ng.conf', '/etc/syslog-ng/conf.d')
  return /^[^#\n]*\b(?:network|syslog|tcp6?|udp6?)\s*\(/m.test(text.replace(/source\s+\w+\s*\{[^}]*\}/g, ''))
}

/** Files, and the .conf files of folders, one after the other; what is absent is empty. */
async function textOf(machine: Machine, ...paths: readonly string[]): Promise<string> {
  const parts: string[] = []
  for (const path of paths) {
    const names = await machine.list(path)
    const files =
      names.kind === 'found'
        ? names.value.filter(name => name.endsWith('.conf')).map(name => `${path}/${name}`)
        : [path]
    for (const file of files) {
      const reading = await machine.read(file)
      if (reading.kind === 'denied') machine.incomplete(`${file} cannot be read`)
      if (reading.kind === 'found') parts.push(reading.value)
    }
  }
  return parts.join('\n')
}

function lastValue(text: string, pattern: RegExp): string | undefined {
  return [...text.matchAll(pattern)].at(-1)?.[1]
}
