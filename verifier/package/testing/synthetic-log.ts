import { hash } from 'node:crypto'
import { zstdCompressSync } from 'node:zlib'
import { signCheckpoint } from '../../log/checkpoint.ts'
import { encodeEntryBundle } from '../../log/entry-bundle.ts'
import { leafHash } from '../../log/merkle.ts'
import { type NoteSigner, noteSigner } from '../../log/note.ts'
import { formatVerifierKey } from '../../log/note-text.ts'
import { TileBuilder, type TileData } from '../../log/tile-tree.ts'
import { entryBundlesOf, tilePath } from '../../log/tiles.ts'
import { canonicalJson, commitmentOf, type Json } from '../../records/canonical.ts'
import type { FactContent, FactKind } from '../../records/facts.ts'
import { openingsPath } from '../read-facts.ts'

/** One entry of a synthetic log, free to be changed: files are made from it afresh each time. */
export interface SyntheticEntry {
  kind: string
  time: string
  actor: string
  subject: string
  salt: string
  content: string
  /** False: its opening is left out. */
  opened: boolean
}

/** A log made without the product: entries, the sizes at which it was signed, and its keys with the leaf from which each one signs. */
export interface SyntheticLog {
  origin: string
  entries: SyntheticEntry[]
  /** Ascending; the last is the size of the log. */
  checkpointSizes: number[]
  keys: { from: number; signer: NoteSigner }[]
  timestamps: Map<string, Buffer>
  cosignatures: { line: string; size: number }[]
}

/** A signer whose key follows from a word. */
export function signerOf(origin: string, word: string): NoteSigner {
  return noteSigner(origin, hash('sha256', word, 'buffer'))
}

/** A new log with one key. */
export function newLog(origin: string): SyntheticLog {
  const keys = [{ from: 0, signer: signerOf(origin, 'first key') }]
  return { origin, entries: [], checkpointSizes: [], keys, timestamps: new Map(), cosignatures: [] }
}

/** Appends a fact. Salts follow from the place, so that the same log is the same bytes. */
export function append<Kind extends FactKind>(
  log: SyntheticLog,
  kind: Kind,
  time: string,
  content: FactContent<Kind>,
  subject = 'subject',
): number {
  const salt = hash('sha256', `salt ${log.entries.length}`, 'hex')
  const text = canonicalJson(content as unknown as Json)
  return log.entries.push({ kind, time, actor: 'system', subject, salt, content: text, opened: true }) - 1
}

/** Goes over to a new key: the leaf that says so is the next one. */
export function rotate(log: SyntheticLog, time: string, word: string): void {
  const before = log.keys.at(-1)
  if (!before) throw new Error('a log has a key')
  const signer = signerOf(log.origin, word)
  const content = { from: formatVerifierKey(before.signer.key), to: formatVerifierKey(signer.key) }
  log.keys.push({ from: append(log, 'ledger.key_rotated', time, content), signer })
}

/** Signs the log as it stands. */
export function sign(log: SyntheticLog): void {
  log.checkpointSizes.push(log.entries.length)
}

/** The bytes of a leaf. */
export function leafOf({ kind, time, actor, subject, salt, content }: SyntheticEntry): string {
  return canonicalJson({ actor, commitment: commitmentOf(salt, content), kind, subject, time })
}

/** The keys, newest first, as `ledger/keys` lists them. */
export function vkeysOf(log: SyntheticLog): string[] {
  return log.keys.map(key => formatVerifierKey(key.signer.key)).reverse()
}

/** Who signs a checkpoint of `size` leaves when the one before it had `before`. */
function signersAt(log: SyntheticLog, size: number, before: number): NoteSigner[] {
  const current = log.keys.filter(key => key.from === 0 || key.from < size)
  const known = log.keys.filter(key => key.from === 0 || key.from < before)
  return current.slice(Math.max(0, known.length - 1)).map(key => key.signer)
}

/** Every file below `ledger/`, and the root over all leaves. */
export function ledgerFiles(log: SyntheticLog): { files: Map<string, Buffer>; root: Uint8Array; size: number } {
  const files = new Map<string, Buffer>()
  const leaves = log.entries.map(entry => Buffer.from(leafOf(entry)))
  const tiles: TileData[] = []
  const builder = new TileBuilder(full => tiles.push(full))
  let before = 0
  const sizes = new Set(log.checkpointSizes)
  const last = log.checkpointSizes.at(-1)
  for (const leaf of leaves.slice(0, last)) {
    builder.append(leafHash(leaf))
    if (!sizes.has(builder.size)) continue
    const checkpoint = { origin: log.origin, size: builder.size, root: builder.root(), extensions: [] }
    const note = signCheckpoint(checkpoint, signersAt(log, builder.size, before))
    const path = builder.size === last ? 'ledger/checkpoint' : `ledger/checkpoints/${builder.size}`
    files.set(path, Buffer.from(note))
    before = builder.size
  }
  for (const { tile, bytes } of [...tiles, ...builder.partialTiles()]) {
    files.set(`ledger/${tilePath(tile)}`, Buffer.from(bytes))
  }
  for (const bundle of entryBundlesOf(builder.size)) {
    const start = bundle.index * 256
    const bytes = encodeEntryBundle(leaves.slice(start, start + bundle.width))
    files.set(`ledger/${tilePath(bundle)}`, Buffer.from(bytes))
  }
  const openings = log.entries
    .slice(0, last)
    .flatMap(({ content, salt, opened }, index) => (opened ? [`${canonicalJson({ content, index, salt })}\n`] : []))
  files.set(openingsPath, zstdCompressSync(openings.join('')))
  files.set('ledger/keys', Buffer.from(`${vkeysOf(log).join('\n')}\n`))
  for (const [name, token] of log.timestamps) files.set(`ledger/timestamps/${name}.tst`, token)
  files.set('ledger/cosignatures.json', Buffer.from(canonicalJson(log.cosignatures)))
  return { files, root: builder.root(), size: builder.size }
}
