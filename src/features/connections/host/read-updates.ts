import type { JsonObject } from '../../../../verifier/records/canonical.ts'
import type { Machine } from './machine.ts'
import { parseApkUpdates, parseAptSimulation, parseDnfAdvisories, parseDnfUpdates } from './updates.ts'

export type PackageManager = 'apt' | 'dnf' | 'apk'

/** Where each package manager lives, and whose time of change tells when its lists were last refreshed. */
const traces: Readonly<
  Record<PackageManager, { readonly program: readonly string[]; readonly lists: readonly string[] }>
> = {
  apt: {
    program: ['/usr/bin/apt-get'],
    // The files themselves carry the server's times; the folder changes with each refresh.
    lists: ['/var/lib/apt/periodic/update-success-stamp', '/var/lib/apt/lists/partial', '/var/lib/apt/lists'],
  },
  dnf: {
    program: ['/usr/bin/dnf', '/usr/bin/dnf-3', '/usr/bin/dnf5'],
    lists: ['/var/cache/dnf/last_makecache', '/var/cache/dnf', '/var/cache/libdnf5'],
  },
  apk: { program: ['/sbin/apk'], lists: ['/var/cache/apk'] },
}

export async function packageManagerOf(machine: Machine): Promise<PackageManager | null> {
  for (const name of ['apt', 'dnf', 'apk'] as const) {
    if (await machine.existsAny(...traces[name].program)) return name
  }
  return null
}

/** When the package lists were last refreshed; null when there are none. */
export async function updateListsTime(machine: Machine, manager: PackageManager): Promise<Date | null> {
  if (manager === 'apt') {
    const lists = await machine.list('/var/lib/apt/lists')
    if (lists.kind !== 'found' || !lists.value.some(name => /_(?:In)?Release$/.test(name))) return null
  }
  const found = await Promise.all(traces[manager].lists.map(path => machine.stat(path)))
  const times = found.flatMap(reading => (reading.kind === 'found' ? [reading.value.mtime.getTime()] : []))
  return times.length === 0 ? null : new Date(Math.max(...times))
}

/** Pending updates by the stored lists. Incomplete when these are absent or too old to say anything. */
export async function* readPendingUpdates(machine: Machine): AsyncGenerator<JsonObject> {
  const manager = await packageManagerOf(machine)
  if (manager === null) return machine.incomplete('no package manager that is known here (apt, dnf, apk) was found')
  const time = await updateListsTime(machine, manager)
  if (time === null)
    return machine.incomplete(`${manager} has no package lists: refresh them (${refresh[manager]}), then collect again`)
  const days = (machine.now().getTime() - time.getTime()) / 86_400_000
  const { update_list_days: limit } = machine.settings
  if (days > limit) {
    machine.incomplete(
      `the package lists are ${Math.floor(days)} days old, more than ${limit}: refresh them (${refresh[manager]}), then collect again`,
    )
  }
  yield* await updatesOf(machine, manager)
}

const refresh: Readonly<Record<PackageManager, string>> = {
  apt: 'apt-get update',
  dnf: 'dnf makecache',
  apk: 'apk update',
}

async function updatesOf(machine: Machine, manager: PackageManager): Promise<readonly JsonObject[]> {
  if (manager === 'apt') {
    // Without caches of its own, so that nothing is written even as root.
    const quiet = ['-o', 'Debug::NoLocking=1', '-o', 'Dir::Cache::pkgcache=', '-o', 'Dir::Cache::srcpkgcache=']
    const answer = await machine.command('apt-get', '--simulate', ...quiet, 'dist-upgrade')
    if (answer.kind === 'answered' && answer.code === 0) return parseAptSimulation(answer.stdout)
    machine.incomplete(
      answer.kind === 'answered' ? 'apt-get could not work out the updates: run apt-get check' : answer.reason,
    )
    return []
  }
  if (manager === 'dnf') {
    const answer = await machine.command('dnf', '-C', '-q', 'check-update')
    // 100 says that there are updates (dnf(8)).
    if (answer.kind === 'answered' && (answer.code === 0 || answer.code === 100)) {
      const advisories = await machine.output('dnf', '-C', '-q', 'updateinfo', 'list', '--security')
      return parseDnfUpdates(answer.stdout, advisories === null ? null : parseDnfAdvisories(advisories))
    }
    machine.incomplete(
      answer.kind === 'answered'
        ? 'dnf has no usable cache for this user: run the collector as root, or dnf makecache'
        : answer.reason,
    )
    return []
  }
  const answer = await machine.command('apk', 'version', '--no-network', '-l', '<')
  if (answer.kind === 'answered' && answer.code === 0) return parseApkUpdates(answer.stdout)
  machine.incomplete(answer.kind === 'answered' ? 'apk could not compare versions' : answer.reason)
  return []
}
