import { LogError } from './log-error.ts'
import { TILE_WIDTH } from './tiles.ts'

/** The longest entry that a bundle can hold: its length is a uint16 (C2SP tlog-tiles, "Log entries"). */
export const MAX_ENTRY_BYTES = 65_535

/**
 * The bytes of an entry bundle: each entry after its big-endian uint16 length (C2SP tlog-tiles, "Log entries").
 * Throws `out_of_range` for no entries, more than 256, or an entry longer than 65,535 bytes.
 */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length < 1 || entries.length > TILE_WIDTH) {
    throw new LogError('out_of_range', `A bundle holds 1 to 256 entries, not ${entries.length}.`)
  }
  let length = 0
  for (const entry of entries) {
    if (entry.length > MAX_ENTRY_BYTES) {
      throw new LogError('out_of_range', `A log entry may take 65,535 bytes; this one takes ${entry.length}.`)
    }
    length += 2 + entry.length
  }
  const bundle = new Uint8Array(length)
  const view = new DataView(bundle.buffer)
  let at = 0
  for (const entry of entries) {
    view.setUint16(at, entry.length)
    bundle.set(entry, at + 2)
    at += 2 + entry.length
  }
  return bundle
}

/** The entries of a bundle that must hold exactly `width` of them. Throws `malformed` when it holds fewer, more, or ends early. */
export function decodeEntryBundle(bundle: Uint8Array, width: number): Uint8Array[] {
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength)
  const entries: Uint8Array[] = []
  let at = 0
  while (at < bundle.length) {
    const end = at + 2 <= bundle.length ? at + 2 + view.getUint16(at) : Number.POSITIVE_INFINITY
    if (end > bundle.length) throw new LogError('malformed', `The bundle ends inside its entry ${entries.length}.`)
    entries.push(bundle.slice(at + 2, end))
    at = end
  }
  if (entries.length !== width) {
    throw new LogError('malformed', `The bundle holds ${entries.length} entries where ${width} were expected.`)
  }
  return entries
}
