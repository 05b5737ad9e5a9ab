import type { JsonObject } from '../../../../verifier/records/canonical.ts'
import type { Machine } from './machine.ts'

const onDisk = new Set([
  'ext2',
  'ext3',
  'ext4',
  'xfs',
  'btrfs',
  'vfat',
  'exfat',
  'ntfs',
  'ntfs3',
  'f2fs',
  'jfs',
  'reiserfs',
  'zfs',
  'bcachefs',
  'fuseblk',
])
const overNetwork = new Set(['nfs', 'nfs4', 'cifs', 'smb3', 'ceph', '9p', 'glusterfs', 'fuse.sshfs', 'virtiofs'])

interface Mount {
  readonly device: string
  readonly mount: string
  readonly fstype: string
  readonly options: string
}

/** Mounted file systems that keep data, and swap. */
export async function* readDisks(machine: Machine): AsyncGenerator<JsonObject> {
  const table = await machine.read('/proc/mounts')
  if (table.kind !== 'found') return machine.incomplete('/proc/mounts cannot be read')
  const seen = new Set<string>()
  for (const { device, mount, fstype, options } of parseMounts(table.value)) {
    const network = overNetwork.has(fstype)
    // The root of a container is an overlay: its disk is one of the machine around it.
    if (!onDisk.has(fstype) && !network && !(fstype === 'overlay' && mount === '/')) continue
    if (seen.has(`${mount}\n${device}`)) continue
    seen.add(`${mount}\n${device}`)
    const readOnly = options.split(',').includes('ro')
    yield {
      mount,
      device,
      fstype,
      network,
      read_only: readOnly,
      encrypted: network ? null : await encryptedAt(machine, device),
    }
  }
  const swaps = await machine.read('/proc/swaps')
  for (const line of swaps.kind === 'found' ? swaps.value.split('\n').slice(1) : []) {
    const device = line.split(/\s+/)[0]
    if (!device?.startsWith('/dev/') || device.startsWith('/dev/zram')) continue
    yield {
      mount: 'swap',
      device,
      fstype: 'swap',
      network: false,
      read_only: false,
      encrypted: await encryptedAt(machine, device),
    }
  }
}

/** fstab(5): spaces and the like are written in octal. */
export function parseMounts(table: string): readonly Mount[] {
  return table.split('\n').flatMap(line => {
    const [device, mount, fstype, options] = line
      .split(' ')
      .map(field => field.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))))
    return device && mount && fstype ? [{ device, mount, fstype, options: options ?? '' }] : []
  })
}

/** Whether dm-crypt lies beneath a device, by /sys; null for a device that /sys does not know (ZFS, a container without /sys). */
async function encryptedAt(machine: Machine, device: string): Promise<boolean | null> {
  if (!device.startsWith('/dev/')) return null
  const name = await blockNameOf(machine, device)
  return name === null ? null : encryptedBlock(machine, name, 0)
}

async function blockNameOf(machine: Machine, device: string): Promise<string | null> {
  const plain = device.slice('/dev/'.length)
  if (!plain.includes('/') && (await machine.exists(`/sys/class/block/${plain}`))) return plain
  const wanted = plain.replace(/^mapper\//, '')
  const blocks = await machine.list('/sys/class/block')
  if (blocks.kind !== 'found') return null
  for (const block of blocks.value) {
    if (block.startsWith('dm-') && (await machine.word(`/sys/class/block/${block}/dm/name`)) === wanted) return block
  }
  return null
}

/** A layer of LVM or RAID is encrypted when all that lies beneath it is. Devices never stack as deep as 16. */
async function encryptedBlock(machine: Machine, name: string, depth: number): Promise<boolean | null> {
  const uuid = await machine.word(`/sys/class/block/${name}/dm/uuid`)
  if (uuid?.startsWith('CRYPT-')) return true
  const beneath = await machine.list(`/sys/class/block/${name}/slaves`)
  if (beneath.kind === 'denied' || depth > 16) return null
  if (beneath.kind === 'absent' || beneath.value.length === 0) return false
  const layers = await Promise.all(beneath.value.map(lower => encryptedBlock(machine, lower, depth + 1)))
  return layers.includes(false) ? false : layers.includes(null) ? null : true
}
