import { z } from 'zod'
import { VouchError } from '../../platform/errors/errors.ts'

/** What a backup holds, in this order: manifest, keys, every table, the queue, every object, the end. */
export const headSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('manifest'),
    postgres: z.string(),
    /** In an order in which each table's foreign keys point to tables before it. */
    tables: z.array(z.strictObject({ name: z.string(), columns: z.array(z.string()) })),
    /** Identity columns and the last value that each has given out; null when it has given none. */
    sequences: z.array(z.strictObject({ table: z.string(), column: z.string(), last: z.int().nullable() })),
  }),
  /** Data: the rows as PostgreSQL's COPY writes them (text format, UTF-8). */
  z.strictObject({ kind: z.literal('table'), name: z.string() }),
  /** What waits on the job queue. */
  z.strictObject({
    kind: z.literal('queue'),
    jobs: z.array(
      z.strictObject({
        payload: z.json(),
        queue: z.string().nullable(),
        key: z.string().nullable(),
        max_attempts: z.int(),
        priority: z.int(),
      }),
    ),
  }),
  /** Data: the uncompressed content, whose SHA-256 the id is. */
  z.strictObject({ kind: z.literal('object'), id: z.string().regex(/^[0-9a-f]{64}$/) }),
  /** The vault's master keys, base64, the one to wrap with first. */
  z.strictObject({
    kind: z.literal('keys'),
    source: z.enum(['file', 'environment']),
    keys: z.array(z.string()).min(1).max(2),
  }),
  z.strictObject({
    kind: z.literal('end'),
    rows: z.int(),
    objects: z.int(),
    /** Ids of objects that were damaged or missing when the backup was made. */
    lost: z.array(z.string()),
  }),
])
export type Head = z.infer<typeof headSchema>

const tailSchema = z.strictObject({
  /** Rows of a table. */
  rows: z.int().optional(),
  /** The object could not be read to its end: what came of it is worth nothing. */
  abandoned: z.boolean().optional(),
})
export type Tail = z.infer<typeof tailSchema>

/** One entry: its head, its data in any number of pieces, its tail. */
export type ArchiveRecord =
  | { readonly type: 'head'; readonly value: Head }
  | { readonly type: 'data'; readonly value: Uint8Array }
  | { readonly type: 'tail'; readonly value: Tail }

const types = { head: 0x48, data: 0x44, tail: 0x54 } as const
const largestData = 1024 * 1024
const largestJson = 64 * 1024 * 1024

/** Records as bytes: the type (`H`, `D`, `T`), the length (4 bytes, big-endian), and JSON or data of that length. */
export async function* encodeRecords(records: AsyncIterable<ArchiveRecord>): AsyncGenerator<Buffer> {
  for await (const { type, value } of records) {
    if (type !== 'data') yield frame(types[type], Buffer.from(JSON.stringify(value)))
    else
      for (let at = 0; at < value.length; at += largestData)
        yield frame(types.data, value.subarray(at, at + largestData))
  }
}

function frame(type: number, payload: Uint8Array): Buffer {
  const prefix = Buffer.alloc(5)
  prefix[0] = type
  prefix.writeUInt32BE(payload.length, 1)
  return Buffer.concat([prefix, payload])
}

/** The opposite of `encodeRecords`. Throws VouchError('integrity') for anything that it would not have written. */
export async function* decodeRecords(source: AsyncIterable<Uint8Array>): AsyncGenerator<ArchiveRecord> {
  let rest: Buffer = Buffer.alloc(0)
  let pieces: Uint8Array[] = []
  let needed = 5
  for await (const chunk of source) {
    pieces.push(chunk)
    needed -= chunk.length
    if (needed > 0) continue
    rest = Buffer.concat([rest, ...pieces])
    pieces = []
    for (;;) {
      if (rest.length < 5) {
        needed = 5 - rest.length
        break
      }
      const length = rest.readUInt32BE(1)
      if (length > largestJson) throw malformed('a record is too long')
      needed = 5 + length - rest.length
      if (needed > 0) break
      yield decode(rest[0] ?? 0, rest.subarray(5, 5 + length))
      rest = rest.subarray(5 + length)
    }
  }
  if (rest.length > 0 || pieces.length > 0) throw malformed('it ends in the middle of a record')
}

function decode(type: number, payload: Buffer): ArchiveRecord {
  if (type === types.data) return { type: 'data', value: payload }
  try {
    if (type === types.head) return { type: 'head', value: headSchema.parse(JSON.parse(payload.toString('utf8'))) }
    if (type === types.tail) return { type: 'tail', value: tailSchema.parse(JSON.parse(payload.toString('utf8'))) }
  } catch (cause) {
    throw malformed('a record cannot be read', cause)
  }
  throw malformed('a record is of no known type')
}

export function malformed(how: string, cause?: unknown): VouchError {
  return new VouchError(
    'integrity',
    `This is not a backup that Vouch wrote: ${how}. Use another copy of it, or another backup.`,
    {
      cause,
    },
  )
}
