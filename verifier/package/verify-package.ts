import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cosignatureVerifier } from '../log/cosignature.ts'
import { LogError } from '../log/log-error.ts'
import { noteVerifier, parseVerifierKey } from '../log/note.ts'
import { canonicalJson } from '../records/canonical.ts'
import type { LoggedFact } from '../records/facts.ts'
import { isKind, objectPath, packageContents } from './contents.ts'
import { type Manifest, parseManifest } from './manifest.ts'
import { UnusablePackage } from './package-error.ts'
import { planRuns } from './plan-runs.ts'
import { openingsPath, readFacts } from './read-facts.ts'
import { type OpenPackage, openPackage } from './read-package.ts'
import { Findings, type VerifyReport } from './report.ts'
import { compareRoots, openCheckpoints, readKeys, verifyManifestSignature } from './verify-checkpoints.ts'
import { readFrameworks, verifyDerived } from './verify-derived.ts'
import { verifyFiles, verifyNothingElse } from './verify-files.ts'
import { verifyRotations, verifyTrust } from './verify-keys.ts'
import { verifyObjects } from './verify-objects.ts'
import { verifyRuns } from './verify-runs.ts'
import { verifyCosignatures, verifyTimestamps } from './verify-timestamps.ts'
import { verifyTree } from './verify-tree.ts'

export interface VerifyOptions {
  /** The log's verifier key (`name+id+key`) as the reader has it from a source of their own. */
  readonly key?: string | undefined
  /** Verifier keys of witnesses whose cosignatures are to be judged. */
  readonly witnesses?: readonly string[] | undefined
  /**
   * `always`, unless said otherwise: checks are performed again wherever what they read is sound, so that all that differs is named.
   * `unless-different`: only when nothing differs so far; enough to know whether a package holds.
   */
  readonly performChecks?: 'always' | 'unless-different' | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((step: string, done?: number, total?: number) => void) | undefined
}

const maxManifestBytes = 128 * 2 ** 20

/**
 * Verifies a package from nothing but itself (docs/package-format.md): every hash, signature, proof and time stamp; every check performed
 * again on its snapshots and compared row by row; every status derived again. It goes on after a difference as far as what follows can
 * still be judged. Offline; writes only to a private temporary folder that it removes.
 * Throws UnusablePackage when there is no package to judge or a given key is none, and the signal's reason when aborted.
 */
export async function verifyPackage(file: string, options: VerifyOptions = {}): Promise<VerifyReport> {
  requireKeys(options)
  const started = performance.now()
  const files = await openPackage(file, options.signal)
  const workDir = await mkdtemp(join(tmpdir(), 'vouch-verify-'))
  try {
    const text = (await files.read('manifest.json', maxManifestBytes))?.toString('utf8')
    if (text === undefined) throw new UnusablePackage('It has no manifest.json: it is a ZIP, but not a Vouch package.')
    const { manifest, canonical } = parseManifest(text)
    const findings = new Findings()
    verifyFiles(files, manifest, canonical, findings)
    const { keyTrusted, key } = await verifyAll(files, manifest, text, workDir, findings, options)
    const { differences, more } = findings.sorted()
    const { sample, ...organisation } = manifest.organisation
    return {
      ok: differences.length === 0,
      sample: sample || manifest.checkpoint.origin.startsWith('vouch-sample/'),
      keyTrusted,
      key,
      origin: manifest.checkpoint.origin,
      organisation,
      period: manifest.period,
      createdAt: manifest.created_at,
      counts: findings.counts,
      differences,
      moreDifferences: more,
      notes: findings.notes,
      durationMs: Math.round(performance.now() - started),
    }
  } finally {
    await files.close()
    await rm(workDir, { recursive: true, force: true })
  }
}

function requireKeys(options: VerifyOptions): void {
  try {
    if (options.key !== undefined) noteVerifier(parseVerifierKey(options.key))
    for (const witness of options.witnesses ?? []) cosignatureVerifier(parseVerifierKey(witness))
  } catch (error) {
    if (!(error instanceof LogError)) throw error
    throw new UnusablePackage(`The key that you gave cannot be used: ${error.message}`, { cause: error })
  }
}

async function verifyAll(
  files: OpenPackage,
  manifest: Manifest,
  manifestText: string,
  workDir: string,
  findings: Findings,
  options: VerifyOptions,
): Promise<{ keyTrusted: boolean; key: string }> {
  const progress = (step: string, done?: number, total?: number) => {
    options.signal?.throwIfAborted()
    options.onProgress?.(step, done, total)
  }
  const expected = new Set(['ledger/keys', openingsPath])
  progress('Signatures')
  const keys = await readKeys(files, manifest.checkpoint.origin, findings)
  await verifyManifestSignature(files, manifest, manifestText, keys, findings)
  const checkpoints = await openCheckpoints(files, manifest, keys, expected, findings)
  progress('Ledger')
  const sizes = new Set(checkpoints.map(checkpoint => checkpoint.size))
  const tree = await verifyTree(files, manifest.checkpoint.size, sizes, expected, findings)
  if (tree) compareRoots(checkpoints, tree.roots, findings)
  const { facts, erased, unknown } = tree
    ? await readFacts(files, tree.leaves, findings)
    : { facts: [], erased: [], unknown: new Set([0]) }
  const rotations = facts.flatMap(fact =>
    isKind(fact, 'ledger.key_rotated') ? [{ index: fact.index, ...fact.content }] : [],
  )
  if (unknown.size === 0) verifyRotations(keys, rotations, checkpoints, findings)
  const outcome = { key: keys[0]?.vkey ?? '', keyTrusted: false }
  if (options.key !== undefined) outcome.keyTrusted = verifyTrust(keys, options.key, findings) && unknown.size === 0
  await verifyTimestamps(files, checkpoints, facts, manifest.organisation.sample, expected, findings)
  await verifyCosignatures(files, checkpoints, options.witnesses ?? [], expected, findings)
  if (unknown.size > 0) {
    findings.note('What some leaves say is not known, so nothing that follows from the log was performed again.')
    return outcome
  }
  verifyOrganisation(manifest, facts, findings)

  const contents = packageContents(facts, manifest.period)
  for (const content of contents.objects) expected.add(objectPath(content))
  let objects = 0
  const sound = await verifyObjects(files, contents, workDir, findings, () =>
    progress('Evidence', ++objects, contents.objects.size),
  )
  const frameworks = await readFrameworks(files, contents, expected, findings)
  const planned = planRuns(facts, contents, findings)
  progress('Statuses')
  await verifyDerived(
    files,
    facts,
    contents,
    manifest.period,
    manifest,
    keys.map(key => key.vkey),
    frameworks,
    expected,
    findings,
  )
  verifyNothingElse(manifest, expected, findings)
  if (options.performChecks === 'unless-different' && findings.total > 0) {
    findings.note('Something differs already, so no check was performed again, as you asked.')
    return outcome
  }
  const erasedExceptions = erased.filter(leaf => leaf.kind === 'exception.granted').length
  const onProgress = (done: number, total: number) => progress('Checks', done, total)
  await verifyRuns(planned, { files, workDir, sound, findings, erasedExceptions, signal: options.signal, onProgress })
  return outcome
}

/** The manifest says whose the package is, and of which time; leaf 0 says whose log it is. */
function verifyOrganisation(manifest: Manifest, facts: readonly LoggedFact[], findings: Findings): void {
  const { origin } = manifest.checkpoint
  const { organisation, period, created_at } = manifest
  const first = facts.find(fact => fact.index === 0)
  const said = first && isKind(first, 'organisation.created') ? first.content : undefined
  const expected = said && { id: said.organisation, name: said.name, slug: said.slug, sample: said.sample }
  if (!expected || canonicalJson(expected) !== canonicalJson(organisation)) {
    const message = 'The organisation that the manifest names is not the one whose log this is.'
    const found = canonicalJson(organisation)
    findings.differ({
      code: 'organisation.changed',
      where: 'manifest.json',
      ...(expected && { expected: canonicalJson(expected) }),
      found,
      message,
    })
  }
  if (facts.some(fact => fact.index > 0 && fact.kind === 'organisation.created')) {
    findings.differ({ code: 'organisation.changed', where: 'leaf 0', message: 'The log says twice whose it is.' })
  }
  if (origin.startsWith('vouch-sample/') !== (said?.sample ?? organisation.sample)) {
    const message = 'The name of the log and its first leaf do not agree on whether this is sample data.'
    findings.differ({ code: 'organisation.changed', where: 'leaf 0', found: origin, message })
  }
  const times = [period.from, period.to, created_at].map(time => Date.parse(time))
  if (times.some((time, at) => at > 0 && time < (times[at - 1] ?? 0))) {
    const message = 'The period must begin before it ends, and end before the package was made.'
    findings.differ({
      code: 'manifest.form',
      where: 'manifest.json',
      found: `${period.from} to ${period.to}, made ${created_at}`,
      message,
    })
  }
}
