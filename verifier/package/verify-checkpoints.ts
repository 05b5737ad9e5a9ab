import { toHex } from '../log/bytes.ts'
import { openCheckpoint, type SignedCheckpoint } from '../log/checkpoint.ts'
import { LogError } from '../log/log-error.ts'
import { noteVerifier, openNote, parseVerifierKey } from '../log/note.ts'
import type { VerifierKey } from '../log/note-text.ts'
import { type Manifest, manifestNoteText } from './manifest.ts'
import type { OpenPackage } from './read-package.ts'
import type { Findings } from './report.ts'

/** A checkpoint whose signature by a key of the log holds. */
export interface OpenedCheckpoint extends SignedCheckpoint {
  readonly path: string
  /** The signed note, byte for byte. */
  readonly note: Buffer
}

/** A key of the log as the package names it. */
export interface LogKey extends VerifierKey {
  readonly vkey: string
}

const maxNoteBytes = 1_000_000
const maxKeys = 1_000

/** Reads `ledger/keys`, newest first. What is not a key of this log is named and left out. */
export async function readKeys(files: OpenPackage, origin: string, findings: Findings): Promise<LogKey[]> {
  const path = 'ledger/keys'
  const text = (await files.read(path, maxNoteBytes))?.toString('utf8')
  const lines = text?.endsWith('\n') ? text.slice(0, -1).split('\n').slice(0, maxKeys) : []
  if (lines.length === 0) findings.differ({ code: 'key.form', where: path, message: `${path} holds no keys.` })
  const keys: LogKey[] = []
  for (const [at, vkey] of lines.entries()) {
    const where = `${path} line ${at + 1}`
    try {
      const key = parseVerifierKey(vkey)
      noteVerifier(key)
      if (key.name !== origin) throw new LogError('wrong_log', `It is a key of "${key.name}".`)
      if (keys.some(known => known.keyId === key.keyId)) throw new LogError('malformed', 'It is there twice.')
      keys.push({ ...key, vkey })
    } catch (error) {
      if (!(error instanceof LogError)) throw error
      findings.differ({ code: 'key.form', where, message: `${where} is not a key of this log: ${error.message}` })
    }
  }
  return keys
}

/** Checks that the newest key signed the manifest as it is (format section 2). */
export async function verifyManifestSignature(
  files: OpenPackage,
  manifest: Manifest,
  manifestText: string,
  keys: readonly LogKey[],
  findings: Findings,
): Promise<void> {
  const differ = (message: string) => findings.differ({ code: 'manifest.signature', where: 'manifest.sig', message })
  const note = await files.read('manifest.sig', maxNoteBytes)
  const [newest] = keys
  if (!note) return differ('The package has no manifest.sig: nobody vouches for its manifest.')
  if (!newest) return differ('There is no key to check the signature of the manifest with.')
  try {
    const { text } = openNote(note, [noteVerifier(newest)])
    if (text !== manifestNoteText(manifest.checkpoint.origin, manifestText)) {
      differ('What was signed is another manifest: manifest.json was changed after it was signed.')
    }
  } catch (error) {
    if (!(error instanceof LogError)) throw error
    differ(`The signature of the manifest does not hold: ${error.message}`)
  }
}

/**
 * Opens the checkpoint that the package ends with and every earlier one: their signatures by the log's keys, their origin, their place.
 * Smallest first. Those that do not hold are named and left out.
 */
export async function openCheckpoints(
  files: OpenPackage,
  manifest: Manifest,
  keys: readonly LogKey[],
  expected: Set<string>,
  findings: Findings,
): Promise<OpenedCheckpoint[]> {
  const { origin, size, root } = manifest.checkpoint
  const logKeys = keys.map(noteVerifier)
  const opened: OpenedCheckpoint[] = []
  const last = 'ledger/checkpoint'
  expected.add(last)
  const earlier = [...files.files.keys()].filter(path => path.startsWith('ledger/checkpoints/'))
  for (const path of [...earlier, last]) {
    const note = await files.read(path, maxNoteBytes)
    if (!note) {
      findings.differ({
        code: 'file.missing',
        where: path,
        message: `The package has no ${path}: nobody vouches for the log's end.`,
      })
      continue
    }
    try {
      const checkpoint = openCheckpoint(note, { origin, logKeys })
      findings.counts.checkpoints++
      if (path !== last && (path !== `ledger/checkpoints/${checkpoint.size}` || checkpoint.size >= size)) {
        const message = `${path} is a checkpoint of ${checkpoint.size} leaves and does not belong there.`
        findings.differ({ code: 'checkpoint.form', where: path, message })
        continue
      }
      expected.add(path)
      opened.push({ ...checkpoint, path, note })
      if (path === last && (checkpoint.size !== size || toHex(checkpoint.root) !== root)) {
        const message = 'The checkpoint that the manifest names is not the one in the package.'
        const found = `${checkpoint.size} leaves, ${toHex(checkpoint.root)}`
        findings.differ({
          code: 'checkpoint.inconsistent',
          where: path,
          expected: `${size} leaves, ${root}`,
          found,
          message,
        })
      }
    } catch (error) {
      if (!(error instanceof LogError)) throw error
      expected.add(path)
      const code = error.code === 'malformed' ? 'checkpoint.form' : 'checkpoint.signature'
      findings.differ({ code, where: path, message: `The checkpoint in ${path} does not hold: ${error.message}` })
    }
  }
  return opened.sort((a, b) => a.size - b.size)
}

/** Compares each checkpoint's root with that of the tree's first leaves: the log only ever grew (RFC 6962 section 2.1.4's purpose). */
export function compareRoots(
  checkpoints: readonly OpenedCheckpoint[],
  roots: ReadonlyMap<number, string>,
  findings: Findings,
): void {
  for (const { path, size, root } of checkpoints) {
    const found = roots.get(size)
    const expected = toHex(root)
    if (found === expected) continue
    const isLast = path === 'ledger/checkpoint'
    const message = isLast
      ? `The leaves in the package do not lead to the root that was signed: a leaf was changed, added or removed.`
      : `The log's first ${size} leaves are not those that the checkpoint of ${size} was signed over: its past was rewritten.`
    findings.differ({
      code: isLast ? 'tree.root' : 'checkpoint.inconsistent',
      where: path,
      expected,
      ...(found && { found }),
      message,
    })
  }
}
