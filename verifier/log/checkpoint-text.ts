import { fromBase64, parseDecimal, toBase64 } from './bytes.ts'
import { LogError } from './log-error.ts'
import { requireNoteText } from './note-text.ts'

/** What a log states about itself: C2SP tlog-checkpoint ("Note text"). */
export interface Checkpoint {
  /** The log's identity, its first line. */
  readonly origin: string
  /** The number of leaves. */
  readonly size: number
  /** The 32-byte RFC 6962 root over them. */
  readonly root: Uint8Array
  /** Further lines, opaque, normally none. */
  readonly extensions: readonly string[]
}

/** The note text of a checkpoint. Throws `malformed` for an empty or multi-line origin or extension, or a root that is not 32 bytes. */
export function formatCheckpoint(checkpoint: Checkpoint): string {
  const { origin, size, root, extensions } = checkpoint
  if (!Number.isSafeInteger(size) || size < 0) throw new LogError('out_of_range', `${size} is not a tree size.`)
  if (root.length !== 32) throw new LogError('malformed', `A root is 32 bytes, not ${root.length}.`)
  for (const line of [origin, ...extensions]) {
    if (line === '' || line.includes('\n'))
      throw new LogError('malformed', 'A checkpoint line must be one line, not empty.')
  }
  const text = `${[origin, size, toBase64(root), ...extensions].join('\n')}\n`
  requireNoteText(text)
  return text
}

/**
 * Reads the note text of a checkpoint, strictly: every line ends with a newline and none is empty, the size has no sign, no leading
 * zero and no space, the root is 32 bytes of canonical base64. Throws `malformed`.
 */
export function parseCheckpoint(text: string): Checkpoint {
  requireNoteText(text)
  const [origin, size, root, ...extensions] = text.slice(0, -1).split('\n')
  if (origin === undefined || size === undefined || root === undefined) {
    throw new LogError('malformed', 'A checkpoint has at least three lines: origin, size and root.')
  }
  if (origin === '' || extensions.includes('')) throw new LogError('malformed', 'A checkpoint may hold no empty line.')
  const rootBytes = fromBase64(root)
  if (rootBytes.length !== 32)
    throw new LogError('malformed', `The checkpoint's root is ${rootBytes.length} bytes, not 32.`)
  return { origin, size: parseDecimal(size, 'tree size'), root: rootBytes, extensions }
}
