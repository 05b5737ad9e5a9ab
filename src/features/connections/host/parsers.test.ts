import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { describe, expect, it } from 'vitest'
import { parseIptables, parseNftRuleset } from './firewall.ts'
import { supportDatesOf } from './os-support.ts'
import { parseMounts } from './read-disks.ts'
import { addressOf, exposureOf, parseSockets } from './sockets.ts'
import { effectiveLines, parseEffective, sshdLines } from './sshd-config.ts'
import { parseApkUpdates, parseAptSimulation, parseDnfAdvisories, parseDnfUpdates } from './updates.ts'

/** As the kernel of a little-endian machine prints an address. */
const kernelHex = (bytes: readonly number[]) =>
  Array.from({ length: bytes.length / 4 }, (_, word) => bytes.slice(word * 4, word * 4 + 4).reverse())
    .flat()
    .map(byte => byte.toString(16).padStart(2, '0').toUpperCase())
    .join('')

describe('sockets', () => {
  it('decode every address as ipaddr.js writes it', () => {
    const byte = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 255 }))
    const address = fc.oneof(
      fc.array(byte, { minLength: 4, maxLength: 4 }),
      fc.array(byte, { minLength: 16, maxLength: 16 }),
    )
    fc.assert(
      fc.property(address, bytes => {
        const parsed = ipaddr.fromByteArray(bytes)
        const mapped = parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress()
        const expected =
          parsed instanceof ipaddr.IPv6
            ? mapped
              ? `::ffff:${parsed.toIPv4Address().toString()}`
              : parsed.toRFC5952String()
            : parsed.toString()
        expect(addressOf(kernelHex(bytes))).toBe(expected)
      }),
      { numRuns: 500 },
    )
  })

  it('tell who can reach them', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'].map(exposureOf)).toEqual(Array(4).fill('loopback'))
    expect(['0.0.0.0', '::', '::ffff:0.0.0.0'].map(exposureOf)).toEqual(Array(3).fill('all'))
    expect(['10.0.0.5', 'fe80::1', '1.127.0.1'].map(exposureOf)).toEqual(Array(3).fill('address'))
  })

  it('are those that wait: TCP that listens, UDP without a peer', () => {
    const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000   101        0 1162 1 0000 100 0 0 10 0
   1: 0100007F:1538 0100007F:9C40 01 00000000:00000000 00:00000000 00000000   101        0 1163 1 0000 20 4 30 10 -1
   2: 00000000:0044 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1164 2 0000 0`
    expect(parseSockets(table, 'tcp')).toEqual([{ address: '127.0.0.1', port: 5432, uid: 101, inode: '1162' }])
    expect(parseSockets(table, 'udp')).toEqual([{ address: '0.0.0.0', port: 68, uid: 0, inode: '1164' }])
  })
})

describe('sshd_config', () => {
  it('counts the first value, adds up ports, and keeps Match blocks apart', () => {
    const lines = sshdLines(
      '/etc/ssh/sshd_config',
      'Port 22\nPort 2222\nPermitRootLogin no # ours\npermitrootlogin yes\nBanner="/etc/issue net"\nMatch User root\n  PermitRootLogin yes\nMatch all\nX11Forwarding yes\n#UsePAM no\n',
    )
    expect(
      effectiveLines(lines).map(
        ({ keyword, value, condition, source }) => `${keyword} ${value} (${condition}) ${source.split(':')[1]}`,
      ),
    ).toEqual([
      'port 22 (all) 1',
      'port 2222 (all) 2',
      'permitrootlogin no (all) 3',
      'banner /etc/issue net (all) 5',
      'permitrootlogin yes (User root) 7',
      'x11forwarding yes (all) 9',
    ])
  })

  it('reads what the server prints', () => {
    expect(parseEffective('port 22\npermitrootlogin without-password\nbanner none\n\n')).toMatchObject([
      { keyword: 'port', value: '22', source: 'sshd -T' },
      { keyword: 'permitrootlogin', value: 'without-password' },
      { keyword: 'banner', value: 'none' },
    ])
  })
})

describe('updates', () => {
  it('of apt', () => {
    const output = `Reading package lists...
Inst libc6 [2.36-9+deb12u7] (2.36-9+deb12u10 Debian:12.9/stable, Debian-Security:12/stable-security [amd64]) []
Inst tzdata [2024a] (2025b Debian:12.9/stable [all])
Inst linux-image-6.1.0-30 (6.1.124-1 Debian-Security:12/stable-security [amd64])
Inst bash:i386 [5.2] (5.2.1 Ubuntu:24.04/noble-security [i386])
Conf libc6 (2.36-9+deb12u10 Debian:12.9/stable [amd64])`
    expect(parseAptSimulation(output)).toEqual([
      {
        package: 'libc6',
        architecture: 'amd64',
        installed: '2.36-9+deb12u7',
        candidate: '2.36-9+deb12u10',
        source: 'Debian:12.9/stable, Debian-Security:12/stable-security',
        security: true,
      },
      {
        package: 'tzdata',
        architecture: 'all',
        installed: '2024a',
        candidate: '2025b',
        source: 'Debian:12.9/stable',
        security: false,
      },
      expect.objectContaining({ package: 'linux-image-6.1.0-30', installed: null, security: true }),
      expect.objectContaining({ package: 'bash', architecture: 'i386', security: true }),
    ])
  })

  it('of dnf, with and without its advisories', () => {
    const output = `
openssl-libs.x86_64      1:3.2.2-6.el9_5.1     baseos
vim-minimal.x86_64       2:8.2.2637-21.el9     baseos
Obsoleting Packages
old.noarch  1-1  baseos
`
    const advisories = parseDnfAdvisories('RLSA-2025:1 Important/Sec. openssl-libs-1:3.2.2-6.el9_5.1.x86_64\n')
    expect(parseDnfUpdates(output, advisories).map(update => [update.package, update.security])).toEqual([
      ['openssl-libs', true],
      ['vim-minimal', false],
    ])
    expect(parseDnfUpdates(output, null).map(update => update.security)).toEqual([null, null])
  })

  it('of apk, where security is not known', () => {
    expect(
      parseApkUpdates('Installed:      Available:\nbusybox-1.36.1-r2  < 1.36.1-r5\npy3-pip-23.1-r0 < 23.1.2-r0\n'),
    ).toEqual([
      {
        package: 'busybox',
        architecture: 'any',
        installed: '1.36.1-r2',
        candidate: '1.36.1-r5',
        source: null,
        security: null,
      },
      expect.objectContaining({ package: 'py3-pip', installed: '23.1-r0' }),
    ])
  })
})

describe('packet filters', () => {
  const nft = (rules: string, policy: string) =>
    `table inet filter {\n\tset allowed {\n\t\ttype inet_service\n\t\telements = { 22, 443 }\n\t}\n\tchain input {\n\t\ttype filter hook input priority filter; policy ${policy};\n${rules}\t}\n\tchain forward {\n\t\ttype filter hook forward priority filter; policy drop;\n\t}\n}\n`

  it('deny by policy or by a last rule for everything', () => {
    expect(parseNftRuleset(nft('\t\tct state established accept\n', 'drop'))).toEqual({
      kind: 'nftables',
      rules: true,
      defaultDeny: true,
    })
    expect(
      parseNftRuleset(nft('\t\ttcp dport { 22, 443 } accept\n\t\treject with icmpx admin-prohibited\n', 'accept')),
    ).toMatchObject({ defaultDeny: true })
    expect(parseNftRuleset(nft('\t\ttcp dport 23 drop\n', 'accept'))).toMatchObject({ rules: true, defaultDeny: false })
    expect(parseNftRuleset(nft('', 'accept'))).toMatchObject({ rules: false, defaultDeny: false })
    expect(parseNftRuleset('')).toMatchObject({ rules: false, defaultDeny: false })
  })

  it('of iptables likewise', () => {
    expect(parseIptables('-P INPUT DROP\n-A INPUT -i lo -j ACCEPT\n')).toEqual({
      kind: 'iptables',
      rules: true,
      defaultDeny: true,
    })
    expect(
      parseIptables(
        '-P INPUT ACCEPT\n-A INPUT -p tcp --dport 22 -j ACCEPT\n-A INPUT -j REJECT --reject-with icmp-port-unreachable\n',
      ),
    ).toMatchObject({ defaultDeny: true })
    expect(parseIptables('-P INPUT ACCEPT\n-A INPUT -p tcp --dport 23 -j DROP\n')).toMatchObject({
      rules: true,
      defaultDeny: false,
    })
    expect(parseIptables('-P INPUT ACCEPT\n')).toMatchObject({ rules: false, defaultDeny: false })
  })
})

describe('facts', () => {
  it('are found by the parts of the version that count', () => {
    expect(supportDatesOf('debian', '12')?.standard).toBe('2028-06-30')
    expect(supportDatesOf('rhel', '9.4')?.standard).toBe('2032-05-31')
    expect(supportDatesOf('ubuntu', '22.04')?.extended).toBe('2032-04-21')
    expect(supportDatesOf('alpine', '3.20.3')?.standard).toBe('2026-04-01')
    expect(supportDatesOf('amzn', '2023')).not.toBeNull()
    expect(supportDatesOf('ubuntu', '22')).toBeNull()
    expect(supportDatesOf('homemade', '1')).toBeNull()
    expect(supportDatesOf('constructor', 'name')).toBeNull()
  })

  it('of mounts with spaces in their names', () => {
    expect(parseMounts('/dev/sda1 /mnt/my\\040disk ext4 rw,noatime 0 0\n')).toEqual([
      { device: '/dev/sda1', mount: '/mnt/my disk', fstype: 'ext4', options: 'rw,noatime' },
    ])
  })
})
