import { crc32 } from 'node:zlib'
import { toHex } from '../../log/bytes.ts'
import { type NoteSigner, signNote } from '../../log/note.ts'
import { sha256 } from '../../records/canonical.ts'
import { formatManifest, type Manifest, manifestNoteText } from '../manifest.ts'
import { centralRecord, dataDescriptor, endOfZip, localHeader, type ZipEntry } from '../zip-layout.ts'

/** Adds `manifest.json` and, signed by `signers`, `manifest.sig`. */
export function seal(
  files: ReadonlyMap<string, Buffer>,
  head: Omit<Manifest, 'files' | 'checkpoint'> & {
    checkpoint: { origin: string; size: number; root: Uint8Array | string }
  },
  signers: readonly NoteSigner[],
): Map<string, Buffer> {
  const { root } = head.checkpoint
  const checkpoint = { ...head.checkpoint, root: typeof root === 'string' ? root : toHex(root) }
  const list = [...files].map(([path, bytes]) => ({ path, bytes: bytes.length, sha256: sha256(bytes) }))
  const text = formatManifest({ ...head, checkpoint, files: list })
  const note = signNote(manifestNoteText(checkpoint.origin, text), signers)
  return new Map([...files, ['manifest.json', Buffer.from(text)], ['manifest.sig', Buffer.from(note)]])
}

/** The ZIP of files, byte for byte as a package's is laid out. */
export function zipFiles(files: ReadonlyMap<string, Buffer>): Buffer {
  const parts: Buffer[] = []
  const entries: ZipEntry[] = []
  let offset = 0
  for (const [path, bytes] of files) {
    const entry = { path, offset, bytes: bytes.length, crc32: crc32(bytes), streamed: false }
    entries.push(entry)
    for (const part of [localHeader(entry), bytes, dataDescriptor(entry)]) {
      parts.push(part)
      offset += part.length
    }
  }
  const directory = Buffer.concat(entries.map(centralRecord))
  return Buffer.concat([...parts, directory, endOfZip(entries.length, offset, directory.length)])
}
