/** A socket of /proc/net that waits for peers. */
export interface Socket {
  readonly address: string
  readonly port: number
  readonly uid: number
  readonly inode: string
}

/** State numbers of the kernel (include/net/tcp_states.h): LISTEN for TCP; UDP sockets without a peer are in CLOSE. */
const waiting = { tcp: '0A', udp: '07' } as const

/** The waiting sockets of a table such as /proc/net/tcp6 (proc_net_tcp.rst). `family` decides which state is waiting. */
export function parseSockets(table: string, family: 'tcp' | 'udp'): readonly Socket[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap(line => {
      const [, local, remote, state, , , , uid, , inode] = line.trim().split(/\s+/)
      if (
        local === undefined ||
        remote === undefined ||
        uid === undefined ||
        inode === undefined ||
        state !== waiting[family]
      )
        return []
      const [hex = '', port = ''] = local.split(':')
      return [{ address: addressOf(hex), port: Number.parseInt(port, 16), uid: Number(uid), inode }]
    })
}

/** The kernel writes an address as 32-bit words, each in the machine's byte order (little-endian on all machines supported here). */
export function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap(word =>
    (word.match(/../g) ?? []).reverse().map(byte => Number.parseInt(byte, 16)),
  )
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16),
  )
  if (groups.slice(0, 5).every(group => group === '0') && groups[5] === 'ffff')
    return `::ffff:${bytes.slice(12).join('.')}`
  return shortened(groups)
}

/** The longest run of two or more zero groups, the first of equals, becomes `::` (RFC 5952, section 4.2). */
function shortened(groups: readonly string[]): string {
  let [start, length] = [0, 1]
  for (let from = 0; from < groups.length; from += 1) {
    const end = groups.findIndex((group, index) => index >= from && group !== '0')
    const run = (end < 0 ? groups.length : end) - from
    if (run > length) [start, length] = [from, run]
  }
  if (length === 1) return groups.join(':')
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`
}

/** Who can reach a socket bound to this address: this machine only, everyone on any interface, or those who reach the one address. */
export function exposureOf(address: string): 'loopback' | 'all' | 'address' {
  if (/^(?:::ffff:)?127\./.test(address) || address === '::1') return 'loopback'
  return /^(?:::ffff:)?0\.0\.0\.0$/.test(address) || address === '::' ? 'all' : 'address'
}
