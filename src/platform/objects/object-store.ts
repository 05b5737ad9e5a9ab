import type { Readable } from 'node:stream'

/** How an object's bytes are kept: `zstd` for what compresses (records, text), `none` for what is compressed already (ZIP, PDF, images). */
export type Compression = 'zstd' | 'none'

export interface PutOptions {
  /** The SHA-256 (lower-case hex) of the uncompressed content, when it is known already; otherwise it is found while streaming. */
  readonly id?: string
  /** `zstd` unless said otherwise. Content that is stored already stays as it is. */
  readonly compression?: Compression
}

export interface StoredObject {
  /** SHA-256 of the uncompressed content, 64 lower-case hexadecimal digits. */
  readonly id: string
  /** Length of the content. */
  readonly bytes: number
  /** Length of what is kept of it (compressed, if it is). */
  readonly storedBytes: number
  /** False when the same content was there already. */
  readonly created: boolean
}

export interface ObjectEntry {
  readonly id: string
  readonly storedBytes: number
}

/**
 * Content-addressed, write-once storage of byte strings. The id of an object is the SHA-256 of its uncompressed content, so an object
 * never changes, the same content is one object, and whoever reads it can check it.
 *
 * Every implementation:
 * - MUST NOT answer `put` before the content would survive a power cut.
 * - MUST make an object visible whole or not at all, whatever is killed at whatever moment.
 * - MUST NOT change an object that is there, and MUST keep content that is put twice, also at the same time, once. (Put at the same
 *   time with different compression it may be kept twice; `erase` then erases both.)
 * - MUST check content against its id on every read and end the stream with VouchError('integrity') when it differs.
 * - MUST use memory that does not grow with the size of an object.
 * - MUST refuse an id that is not 64 lower-case hexadecimal digits (VouchError('invalid_input')): ids become paths.
 * - MUST NOT delete anything but by `erase`.
 *
 * `objectStoreConformance` in `object-store.conformance.ts` holds every implementation to this.
 */
export interface ObjectStore {
  /**
   * Stores content. Throws VouchError: 'integrity' when `options.id` is not the content's id, 'storage_full', or what the source
   * threw; nothing is stored then.
   */
  put(source: AsyncIterable<Uint8Array> | Uint8Array, options?: PutOptions): Promise<StoredObject>

  /**
   * The uncompressed content. Throws VouchError('not_found'). The stream fails with VouchError('integrity') when the content differs
   * from its id, which is known only at its end: callers MUST NOT act on content before the stream has ended well.
   */
  get(id: string): Promise<Readable>

  has(id: string): Promise<boolean>

  /** Every object, at least once, in no particular order; what is put or erased meanwhile may be in it or not. */
  list(): AsyncIterable<ObjectEntry>

  /**
   * Destroys content for good: for what the law says must go, never for tidying up. Answers whether it was there. Throws
   * VouchError('conflict') when the storage keeps it locked.
   */
  erase(id: string): Promise<boolean>
}
