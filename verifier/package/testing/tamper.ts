import { formatVerifierKey } from '../../log/note-text.ts'
import { canonicalJson, type Json, type JsonObject, sha256 } from '../../records/canonical.ts'
import type { FactContent, FactKind } from '../../records/facts.ts'
import { runOutcome } from '../../rules/status.ts'
import { factsOf, packageFiles, type SyntheticOrganisation, setContent } from './build-package.ts'
import { append, type SyntheticEntry, signerOf } from './synthetic-log.ts'
import { seal } from './zip-files.ts'

/** A copy that can be changed without changing the original. Keys and objects are shared: they are replaced, never altered. */
export function copyOf(organisation: SyntheticOrganisation): SyntheticOrganisation {
  const { log } = organisation
  return {
    ...organisation,
    objects: new Map(organisation.objects),
    log: {
      ...log,
      entries: log.entries.map((entry): SyntheticEntry => ({ ...entry })),
      checkpointSizes: [...log.checkpointSizes],
      keys: [...log.keys],
      timestamps: new Map(log.timestamps),
      cosignatures: [...log.cosignatures],
    },
  }
}

type Content<Kind extends FactKind> = { -readonly [Key in keyof FactContent<Kind>]: FactContent<Kind>[Key] }

/** Changes what the n-th fact of a kind says. Returns its leaf. */
export function alter<Kind extends FactKind>(
  organisation: SyntheticOrganisation,
  kind: Kind,
  nth: number,
  change: (content: Content<Kind>) => void,
): number {
  const found = factsOf(organisation.log).filter(fact => fact.kind === kind)
  const fact = found.at(nth % found.length)
  if (!fact) throw new Error(`there is no ${kind}`)
  const content = structuredClone(fact.content) as unknown as Content<Kind>
  change(content)
  setContent(organisation.log, fact.index, kind, content as FactContent<Kind>)
  return fact.index
}

/** Changes the records of the n-th snapshot and, as a careful forger would, every hash and count that speaks of them. */
export function alterRecords(
  organisation: SyntheticOrganisation,
  nth: number,
  change: (records: JsonObject[]) => JsonObject[],
): number {
  const collections = factsOf(organisation.log).filter(fact => fact.kind === 'collection.completed')
  const collection = collections[nth % collections.length]?.content as FactContent<'collection.completed'>
  const before = collection.snapshots[0]?.content ?? ''
  const lines = (organisation.objects.get(before)?.toString() ?? '').trimEnd().split('\n')
  const records = change(lines.map(line => JSON.parse(line) as JsonObject))
  const bytes = Buffer.from(records.map(record => `${canonicalJson(record)}\n`).join(''))
  const after = sha256(bytes)
  organisation.objects.set(after, bytes)
  let leaf = -1
  for (const [index, entry] of organisation.log.entries.entries()) {
    if (!entry.content.includes(before)) continue
    if (leaf < 0) leaf = index
    const content = JSON.parse(entry.content.replaceAll(before, after)) as JsonObject & {
      snapshots?: { content: string }[]
    }
    const snapshots = content.snapshots?.map(item =>
      item.content === after ? { ...item, records: records.length, bytes: bytes.length } : item,
    )
    entry.content = canonicalJson((snapshots ? { ...content, snapshots } : content) as Json)
  }
  return leaf
}

/** Makes the n-th run of the last batch say that everybody passes: rows, hashes, counts and outcome. Returns its leaf. */
export function whitewash(organisation: SyntheticOrganisation, nth: number): number {
  return alter(organisation, 'checks.completed', -1, content => {
    const run = content.runs[nth % content.runs.length]
    if (!run?.results) throw new Error('there is no such run')
    const rows = (organisation.objects.get(run.results)?.toString() ?? '').trimEnd().split('\n')
    const bytes = Buffer.from(
      rows
        .map(
          row =>
            `${canonicalJson({ ...(JSON.parse(row) as JsonObject), status: 'pass', reason: 'As it should be' })}\n`,
        )
        .join(''),
    )
    run.results = sha256(bytes)
    organisation.objects.set(run.results, bytes)
    const counts = { passed: rows.length, failed: 0, unknown: 0, excepted: 0 }
    Object.assign(run, counts, { not_applicable: 0 })
    const derived = runOutcome({ ...counts, notApplicable: 0, inputsComplete: true })
    run.outcome = derived.status
    run.outcome_reason = derived.reasons.join(' ')
  })
}

/** How far a forger went who does not have the signing key. */
export const forgeries = [
  'keeps the leaves',
  'keeps the signatures',
  'signs with another key',
  'hides another key',
] as const
export type Forgery = (typeof forgeries)[number]

/**
 * The package of a changed organisation as somebody without the log's key can make it from the honest one:
 * - `keeps the leaves`: tree, checkpoints and signatures are the honest ones, everything else is made afresh;
 * - `keeps the signatures`: the tree is made afresh too, the checkpoints and the manifest's signature cannot be;
 * - `signs with another key`: everything is made afresh and signed by a key of their own, which the package names;
 * - `hides another key`: the same, but the package names the honest keys.
 */
export function forge(
  changed: SyntheticOrganisation,
  honest: ReadonlyMap<string, Buffer>,
  forgery: Forgery,
): Map<string, Buffer> {
  const signsItself = forgery === 'signs with another key' || forgery === 'hides another key'
  const log = signsItself ? withOtherKeys(changed).log : changed.log
  const { files, head } = packageFiles({ ...changed, log })
  const keepHonest = (wanted: (path: string) => boolean) => {
    for (const path of files.keys()) if (wanted(path) && !honest.has(path)) files.delete(path)
    for (const [path, bytes] of honest) if (wanted(path)) files.set(path, bytes)
  }
  if (forgery === 'keeps the leaves')
    keepHonest(path => path.startsWith('ledger/') && !path.startsWith('ledger/openings'))
  if (forgery === 'keeps the signatures')
    keepHonest(path => path.startsWith('ledger/checkpoint') || path === 'ledger/keys')
  if (forgery === 'hides another key') keepHonest(path => path === 'ledger/keys')
  const newest = log.keys.at(-1)?.signer
  const sealed = seal(files, head, newest ? [newest] : [])
  const signature = honest.get('manifest.sig')
  if (!signsItself && signature) sealed.set('manifest.sig', signature)
  return sealed
}

/** The same log under keys of the forger's own, rotations included. */
function withOtherKeys(organisation: SyntheticOrganisation): SyntheticOrganisation {
  const changed = copyOf(organisation)
  const { log } = changed
  log.keys = log.keys.map(({ from }, at) => ({ from, signer: signerOf(log.origin, `key ${at} of the forger`) }))
  const vkeys = log.keys.map(({ signer }) => formatVerifierKey(signer.key))
  for (const [at, { from }] of log.keys.entries()) {
    const entry = log.entries[from]
    if (at > 0 && entry?.kind === 'ledger.key_rotated')
      entry.content = canonicalJson({ from: vkeys[at - 1] ?? '', to: vkeys[at] ?? '' })
  }
  return changed
}

/** Appends a rotation to a key of the forger, who signs from there on. */
export function forgeRotation(organisation: SyntheticOrganisation): void {
  const { log, createdAt } = organisation
  const last = log.keys.at(-1)
  if (!last) throw new Error('a log has a key')
  const signer = signerOf(log.origin, 'a key of the forger')
  const content = { from: formatVerifierKey(last.signer.key), to: formatVerifierKey(signer.key) }
  log.keys.push({ from: append(log, 'ledger.key_rotated', createdAt, content), signer })
  log.checkpointSizes.push(log.entries.length)
}

/** Files with the manifest listed and signed again by the log's newest key. */
export function resealed(
  files: ReadonlyMap<string, Buffer>,
  { log, ...rest }: SyntheticOrganisation,
): Map<string, Buffer> {
  const { head } = packageFiles({ log, ...rest })
  const signer = log.keys.at(-1)?.signer
  const listed = [...files].filter(([path]) => !path.startsWith('manifest.'))
  return seal(new Map(listed), head, signer ? [signer] : [])
}
