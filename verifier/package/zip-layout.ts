/*
 * The bytes of a package's ZIP that belong to no file (PKWARE APPNOTE 6.3.10, sections 4.3.7 to 4.3.16). They are fixed: every file is
 * stored, dated 1980-01-01 and has mode 0664, so that no byte of a package is without a meaning and none can be changed unseen.
 */

/** One file in the ZIP. */
export interface ZipEntry {
  readonly path: string
  /** Where its local header begins. */
  readonly offset: number
  readonly bytes: number
  readonly crc32: number
  /** Written as a stream: its sizes follow it in a data descriptor (flag bit 3). */
  readonly streamed: boolean
}

const utf8Flag = 0x0800
const streamedFlag = 0x0008
const dosDate = 0x0021
const madeBy = 0x033f
const attributes = 0o100664 * 0x10000
const largest32 = 0xffffffff

const needs64 = (entry: ZipEntry): boolean => entry.bytes >= largest32 || entry.offset >= largest32

/** A record of fields, each of 2, 4 or 8 bytes, little-endian. */
function record(...fields: readonly (readonly [size: 2 | 4 | 8, value: number])[]): Buffer {
  const bytes = Buffer.alloc(fields.reduce((sum, [size]) => sum + size, 0))
  let at = 0
  for (const [size, value] of fields) {
    if (size === 8) bytes.writeBigUInt64LE(BigInt(value), at)
    else bytes.writeUIntLE(value, at, size)
    at += size
  }
  return bytes
}

/** The local file header (section 4.3.7) with the name. */
export function localHeader(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.path)
  const known = entry.streamed ? 0 : entry.bytes
  const fields = record(
    [4, 0x04034b50],
    [2, 20],
    [2, utf8Flag | (entry.streamed ? streamedFlag : 0)],
    [2, 0],
    [2, 0],
    [2, dosDate],
    [4, entry.streamed ? 0 : entry.crc32],
    [4, known],
    [4, known],
    [2, name.length],
    [2, 0],
  )
  return Buffer.concat([fields, name])
}

/** The data descriptor (section 4.3.9) after a streamed file; nothing after any other. */
export function dataDescriptor(entry: ZipEntry): Buffer {
  if (!entry.streamed) return Buffer.alloc(0)
  const width = needs64(entry) ? 8 : 4
  return record([4, 0x08074b50], [4, entry.crc32], [width, entry.bytes], [width, entry.bytes])
}

/** The entry's record in the central directory (section 4.3.12), with a ZIP64 field (section 4.5.3) where a number needs one. */
export function centralRecord(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.path)
  const large = needs64(entry)
  const extra = large ? record([2, 1], [2, 24], [8, entry.bytes], [8, entry.bytes], [8, entry.offset]) : Buffer.alloc(0)
  const fields = record(
    [4, 0x02014b50],
    [2, madeBy],
    [2, large ? 45 : 20],
    [2, utf8Flag | (entry.streamed ? streamedFlag : 0)],
    [2, 0],
    [2, 0],
    [2, dosDate],
    [4, entry.crc32],
    [4, large ? largest32 : entry.bytes],
    [4, large ? largest32 : entry.bytes],
    [2, name.length],
    [2, extra.length],
    [2, 0],
    [2, 0],
    [2, 0],
    [4, attributes],
    [4, large ? largest32 : entry.offset],
  )
  return Buffer.concat([fields, name, extra])
}

/** What ends the ZIP: with 65,535 files and more, or beyond 4 GiB, the ZIP64 records (sections 4.3.14, 4.3.15), then section 4.3.16. */
export function endOfZip(count: number, directoryOffset: number, directoryBytes: number): Buffer {
  const large = count >= 0xffff || directoryBytes >= largest32 || directoryOffset >= largest32
  const shortCount = Math.min(count, 0xffff)
  const end = record(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, shortCount],
    [2, shortCount],
    [4, Math.min(directoryBytes, largest32)],
    [4, Math.min(directoryOffset, largest32)],
    [2, 0],
  )
  if (!large) return end
  const end64 = record(
    [4, 0x06064b50],
    [8, 44],
    [2, madeBy],
    [2, 45],
    [4, 0],
    [4, 0],
    [8, count],
    [8, count],
    [8, directoryBytes],
    [8, directoryOffset],
  )
  const locator = record([4, 0x07064b50], [4, 0], [8, directoryOffset + directoryBytes], [4, 1])
  return Buffer.concat([end64, locator, end])
}
