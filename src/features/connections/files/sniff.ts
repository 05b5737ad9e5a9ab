import { VouchError } from '../../../platform/errors/errors.ts'
import type { TableFormat } from './settings.ts'
import { formatOf } from './table.ts'

/** Enough to tell what a file is. */
const headBytes = 4096

const signatures: readonly (readonly [hex: string, what: string])[] = [
  ['d0cf11e0a1b11ae1', 'an old Excel or Office file; save it as .xlsx or CSV'],
  ['25504446', 'a PDF; export a table instead'],
  ['1f8b', 'compressed with gzip; unpack it first'],
  ['28b52ffd', 'compressed with zstd; unpack it first'],
  ['377abcaf271c', 'a 7z archive; unpack it first'],
  ['52617221', 'a RAR archive; unpack it first'],
  ['89504e47', 'a picture; export a table instead'],
  ['ffd8ff', 'a picture; export a table instead'],
  ['7f454c46', 'a program'],
  ['4d5a9000', 'a program'],
  ['53514c69746520666f726d6174', 'a SQLite database; export a table instead'],
  ['50415231', 'a Parquet file; export CSV or JSON Lines instead'],
]

/**
 * Passes bytes on once their beginning is what the name says: a workbook is a ZIP, everything else is text. Throws VouchError
 * `unsupported_media_type` before a byte is passed on, `invalid_input` for an empty file.
 */
export async function* sniffed(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  let head: Buffer | undefined = Buffer.alloc(0)
  for await (const chunk of bytes) {
    if (head === undefined) {
      yield chunk
      continue
    }
    head = Buffer.concat([head, chunk])
    if (head.length < headBytes) continue
    requireKind(head, name)
    yield head
    head = undefined
  }
  if (head === undefined) return
  if (head.length === 0) throw new VouchError('invalid_input', `"${name}" is empty.`)
  requireKind(head, name)
  yield head
}

/** The format that an upload's name tells. Throws VouchError `unsupported_media_type` for others. */
export function uploadFormat(name: string): TableFormat {
  try {
    return formatOf(name)
  } catch (thrown) {
    throw new VouchError(
      'unsupported_media_type',
      `"${name}" is none of CSV, TSV, JSON, JSON Lines and XLSX by its name.`,
      { cause: thrown },
    )
  }
}

function requireKind(head: Buffer, name: string): void {
  const workbook = head.subarray(0, 4).toString('hex') === '504b0304'
  const wanted = uploadFormat(name) === 'xlsx'
  if (workbook && wanted) return
  const start = head.subarray(0, 16).toString('hex')
  const known = signatures.find(([hex]) => start.startsWith(hex))?.[1]
  const found = known ?? (workbook ? 'a workbook or another ZIP' : isText(head) ? 'text' : 'no text')
  if (!wanted && found === 'text') return
  throw new VouchError('unsupported_media_type', `By its content "${name}" is ${found}, not what its name says.`)
}

/** No control characters but white space and escape; UTF-16 shows by its mark, or by a NUL in every other byte of Latin text. */
function isText(head: Buffer): boolean {
  if (['fffe', 'feff'].includes(head.subarray(0, 2).toString('hex'))) return true
  const nuls = [0, 1].map(parity => head.filter((byte, at) => byte === 0 && at % 2 === parity).length)
  const [even = 0, odd = 0] = nuls
  if (Math.min(even, odd) === 0 && even + odd > head.length / 4) return true
  return !head.some(byte => byte < 9 || (byte > 13 && byte < 27) || (byte > 27 && byte < 32))
}
