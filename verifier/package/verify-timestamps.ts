import { z } from 'zod'
import { cosignatureVerifier } from '../log/cosignature.ts'
import { LogError } from '../log/log-error.ts'
import { sha256 } from '../log/merkle.ts'
import { parseVerifierKey } from '../log/note.ts'
import { parseSignatureLines } from '../log/note-text.ts'
import { verifyTimestamp } from '../log/timestamp.ts'
import type { LoggedFact } from '../records/facts.ts'
import { isCanonical, parseJson } from './json.ts'
import type { OpenPackage } from './read-package.ts'
import type { Findings } from './report.ts'
import type { OpenedCheckpoint } from './verify-checkpoints.ts'

const folder = 'ledger/timestamps/'
const maxTokenBytes = 1_000_000
/** Clocks differ; more than this is no accident. */
const toleranceMs = 10 * 60_000
const hour = 3_600_000

/**
 * Checks each RFC 3161 token over the checkpoint that it names: what a stamped checkpoint holds existed at that time at the latest. A leaf
 * that says it is younger than a stamp over it contradicts the stamp. Of real data it notes how late the stamps came.
 */
export async function verifyTimestamps(
  files: OpenPackage,
  checkpoints: readonly OpenedCheckpoint[],
  facts: readonly LoggedFact[],
  sample: boolean,
  expected: Set<string>,
  findings: Findings,
): Promise<void> {
  const stamps: { size: number; time: number }[] = []
  const signers = new Set<string>()
  for (const path of [...files.files.keys()].filter(name => name.startsWith(folder))) {
    expected.add(path)
    const size = Number(/^(\d{1,15})-\d{1,6}\.tst$/.exec(path.slice(folder.length))?.[1] ?? Number.NaN)
    const checkpoint = checkpoints.find(candidate => candidate.size === size)
    const token = await files.read(path, maxTokenBytes)
    const differ = (message: string) => findings.differ({ code: 'timestamp.invalid', where: path, message })
    if (!checkpoint || !token) {
      differ(`${path} is a time stamp of a checkpoint that is not in the package or does not hold.`)
      continue
    }
    const result = await verifyTimestamp(token, { digest: sha256(checkpoint.note) })
    if (!result.ok) {
      differ(`The time stamp over the checkpoint of ${size} leaves does not hold: ${result.detail}`)
      continue
    }
    findings.counts.timestamps++
    signers.add(result.signerFingerprint)
    stamps.push({ size, time: result.time.getTime() + (result.accuracyMs ?? 0) })
  }
  judgeTimes(stamps, facts, sample, findings)
  if (signers.size > 0) {
    findings.note(
      `Time stamps are by the holders of certificates with these SHA-256 fingerprints; whether you trust them is for you to say: ${[...signers].join(', ')}.`,
    )
  }
}

function judgeTimes(
  stamps: readonly { size: number; time: number }[],
  facts: readonly LoggedFact[],
  sample: boolean,
  findings: Findings,
): void {
  const bySize = stamps.toSorted((a, b) => a.size - b.size)
  let latest = 0
  let unstamped = 0
  for (const fact of facts) {
    const stamp = bySize.find(candidate => candidate.size > fact.index)
    if (!stamp) {
      unstamped++
      continue
    }
    const time = Date.parse(fact.time)
    latest = Math.max(latest, stamp.time - time)
    if (time <= stamp.time + toleranceMs) continue
    const where = `leaf ${fact.index}`
    const message = `Leaf ${fact.index} says ${fact.time}, but a checkpoint that holds it was stamped before that.`
    findings.differ({
      code: 'timestamp.contradiction',
      where,
      expected: `at most ${new Date(stamp.time).toISOString()}`,
      found: fact.time,
      message,
    })
  }
  if (sample) return
  if (stamps.length === 0)
    findings.note(
      'No time-stamping authority stamped the log: when things happened is known from the organisation alone.',
    )
  else {
    findings.note(`Every stamped leaf was stamped at most ${Math.ceil(latest / hour)} h after the time that it states.`)
    if (unstamped > 0) findings.note(`${unstamped} leaves are newer than the last time stamp.`)
  }
}

const cosignaturesPath = 'ledger/cosignatures.json'
const cosignaturesSchema = z.array(z.strictObject({ line: z.string(), size: z.int() }))

/** Checks the cosignatures of the witnesses whose keys the reader gave; others can only be counted. */
export async function verifyCosignatures(
  files: OpenPackage,
  checkpoints: readonly OpenedCheckpoint[],
  witnesses: readonly string[],
  expected: Set<string>,
  findings: Findings,
): Promise<void> {
  expected.add(cosignaturesPath)
  const differ = (where: string, message: string) => findings.differ({ code: 'cosignature.invalid', where, message })
  const text = (await files.read(cosignaturesPath, 64 * 2 ** 20))?.toString('utf8') ?? ''
  const parsed = cosignaturesSchema.safeParse(parseJson(text))
  if (!parsed.success || !isCanonical(parsed.data, text))
    return differ(cosignaturesPath, `${cosignaturesPath} is missing or not as it must be.`)
  const verifiers = witnesses.map(witness => cosignatureVerifier(parseVerifierKey(witness)))
  const proven = new Map<string, number>()
  let unknown = 0
  for (const { line, size } of parsed.data) {
    const checkpoint = checkpoints.find(candidate => candidate.size === size)
    const where = `${cosignaturesPath}, checkpoint of ${size}`
    try {
      for (const signature of parseSignatureLines(line)) {
        const verifier = verifiers.find(key => key.name === signature.name && key.keyId === signature.keyId)
        if (!checkpoint)
          differ(
            where,
            `There is a cosignature of a checkpoint of ${size} leaves, which is not in the package or does not hold.`,
          )
        else if (!verifier) unknown++
        else if (!verifier.verify(checkpoint.text, signature.signature))
          differ(where, `The cosignature by ${signature.name} does not hold.`)
        else {
          findings.counts.cosignatures++
          proven.set(signature.name, Math.max(size, proven.get(signature.name) ?? 0))
        }
      }
    } catch (error) {
      if (!(error instanceof LogError)) throw error
      differ(where, `A cosignature is not as it must be: ${error.message}`)
    }
  }
  for (const [name, size] of proven)
    findings.note(`The witness ${name} saw this log, and no other of its name, up to ${size} leaves.`)
  if (unknown > 0)
    findings.note(`${unknown} cosignatures of witnesses were not judged: give the witnesses' keys to do so.`)
}
