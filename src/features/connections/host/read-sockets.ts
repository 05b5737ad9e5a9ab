import type { JsonObject } from '../../../../verifier/records/canonical.ts'
import type { Machine } from './machine.ts'
import { exposureOf, parseSockets, type Socket } from './sockets.ts'

const protocols = ['tcp', 'tcp6', 'udp', 'udp6'] as const

/** The four tables of /proc/net. Sockets that share protocol, address, port and user are one record. */
export async function* readListeningSockets(machine: Machine): AsyncGenerator<JsonObject> {
  const holders = await holdersOfSockets(machine)
  for (const protocol of protocols) {
    const table = await machine.read(`/proc/net/${protocol}`)
    // Without IPv6 in the kernel its tables are absent.
    if (table.kind === 'absent' && protocol.endsWith('6') && (await machine.exists('/proc/net/tcp'))) continue
    if (table.kind !== 'found') {
      machine.incomplete(`/proc/net/${protocol} cannot be read`)
      continue
    }
    const groups = Map.groupBy(parseSockets(table.value, protocol.startsWith('tcp') ? 'tcp' : 'udp'), keyOf)
    for (const [first, ...rest] of groups.values()) {
      if (!first) continue
      const sockets = [first, ...rest]
      const names = sockets.map(({ inode }) => holders.get(inode))
      yield {
        protocol,
        address: first.address,
        port: first.port,
        exposure: exposureOf(first.address),
        uid: first.uid,
        processes: names.some(name => name === undefined)
          ? null
          : [...new Set(names.flatMap(name => [...(name ?? [])]))].sort(),
        sockets: sockets.length,
      }
    }
  }
}

function keyOf({ address, port, uid }: Socket): string {
  return `${address}\n${port}\n${uid}`
}

/** Names of the programs that hold each socket, by inode, as far as this user may look. */
async function holdersOfSockets(machine: Machine): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const holders = new Map<string, Set<string>>()
  const processes = await machine.list('/proc')
  if (processes.kind !== 'found') return holders
  for (const pid of processes.value) {
    if (!/^\d+$/.test(pid)) continue
    const open = await machine.list(`/proc/${pid}/fd`)
    if (open.kind !== 'found') continue
    const links = await Promise.all(open.value.map(descriptor => machine.link(`/proc/${pid}/fd/${descriptor}`)))
    const inodes = links.flatMap(link => /^socket:\[(\d+)\]$/.exec(link ?? '')?.[1] ?? [])
    if (inodes.length === 0) continue
    const name = await machine.word(`/proc/${pid}/comm`)
    for (const inode of inodes) holders.set(inode, (holders.get(inode) ?? new Set()).add(name ?? pid))
  }
  return holders
}
