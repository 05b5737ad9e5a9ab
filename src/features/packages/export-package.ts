import type { Writable } from 'node:stream'
import { type Framework, frameworkSchema } from '../../../verifier/content/framework.ts'
import { toHex } from '../../../verifier/log/bytes.ts'
import { encodeEntryBundle } from '../../../verifier/log/entry-bundle.ts'
import type { TileData } from '../../../verifier/log/tile-tree.ts'
import { TILE_WIDTH, tilePath } from '../../../verifier/log/tiles.ts'
import { frameworkPath, isKind, objectPath, type Period, packageContents } from '../../../verifier/package/contents.ts'
import { derive, derivedFiles } from '../../../verifier/package/derive.ts'
import { FactInterner } from '../../../verifier/package/intern-facts.ts'
import { type Manifest, packageFormat } from '../../../verifier/package/manifest.ts'
import { openingsPath } from '../../../verifier/package/read-facts.ts'
import { PackageWriter } from '../../../verifier/package/write-package.ts'
import { canonicalJson } from '../../../verifier/records/canonical.ts'
import type { FactKind, LoggedFact } from '../../../verifier/records/facts.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { messageOf, VouchError } from '../../platform/errors/errors.ts'
import type { Services } from '../../platform/services.ts'
import { type ExportedLog, readLogForExport, streamEntries, streamLeaves } from '../ledger/export-log.ts'
import { integrate } from '../ledger/integrate.ts'
import { signersFor } from '../ledger/keys.ts'

/** What to export: whole days in UTC, both included. From the beginning, and until now, when left out. */
export interface ExportRange {
  readonly from?: string | undefined
  readonly to?: string | undefined
}

export interface ExportOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((message: string, done?: number, total?: number) => void) | undefined
}

export interface ExportedPackage {
  readonly period: Period
  /** SHA-256 of `manifest.json`. */
  readonly manifest: string
  /** Leaves in the checkpoint that it ends with. */
  readonly size: number
}

/**
 * Writes the package of a period to `output` (docs/package-format.md), in one snapshot of the database and in memory that grows with the log alone. Statuses are derived from the log's
 * facts by the verifier's own rules, not read from the tables that pages use.
 * Throws `invalid_input` for a period that is none, `not_found` before anything was logged, `integrity` when the log or an object does not hold, or the signal's reason; what `output` has
 * taken by then is worthless.
 */
export async function exportPackage(
  services: Services,
  orgId: string,
  range: ExportRange,
  output: Writable,
  options: ExportOptions = {},
): Promise<ExportedPackage> {
  await integrate(services, orgId)
  const writer = new PackageWriter(output)
  try {
    return await services.database.tenantSnapshot(orgId, services.clock, tx =>
      writeAll(services, tx, range, writer, options),
    )
  } catch (error) {
    await writer.abandon(error instanceof Error ? error : new Error(messageOf(error)))
    throw error
  }
}

async function writeAll(
  services: Services,
  tx: TenantTx,
  range: ExportRange,
  writer: PackageWriter,
  options: ExportOptions,
): Promise<ExportedPackage> {
  const progress = (message: string, done?: number, total?: number) => {
    options.signal?.throwIfAborted()
    options.onProgress?.(message, done, total)
  }
  progress('Ledger')
  const log = await readLogForExport(tx)
  const facts = await writeLog(tx, log, writer, progress)
  const [first] = facts
  if (!first || !isKind(first, 'organisation.created'))
    throw new VouchError('integrity', 'The ledger does not begin with its organisation. Restore the newest backup.')
  const createdAt = services.clock.now().toISOString()
  const period = periodOf(range, first.time, createdAt)
  const contents = packageContents(facts, period)
  const { organisation: id, name, slug, sample } = first.content
  const head: Omit<Manifest, 'files'> = {
    format: packageFormat,
    organisation: { id, name, slug, sample },
    period,
    created_at: createdAt,
    checkpoint: { origin: log.origin, size: log.size, root: toHex(log.root) },
  }
  const frameworks = await writeFrameworks(services, contents.frameworks, writer)
  progress('Statuses')
  const derived = derive(facts, contents, period, frameworks)
  for (const [path, text] of derivedFiles(derived, contents, head, log.keys)) await writer.add(path, text)
  let done = 0
  for (const content of [...contents.objects].sort()) {
    progress('Evidence', done++, contents.objects.size)
    await writer.addCompressed(objectPath(content), await services.objects.get(content))
  }
  progress('Evidence', done, done)
  const { manifest } = await writer.finish(head, await signersFor(services, tx, log.origin, log.size, log.size))
  return { period, manifest, size: log.size }
}

/** Writes everything below `ledger/`; returns the facts in the order of the log. */
async function writeLog(
  tx: TenantTx,
  log: ExportedLog,
  writer: PackageWriter,
  progress: (message: string, done: number, total: number) => void,
): Promise<LoggedFact[]> {
  const facts: LoggedFact[] = []
  const tiles: TileData[] = []
  const interner = new FactInterner()
  const openings = async function* (): AsyncGenerator<Buffer> {
    for await (const { index, leaf, opening } of streamEntries(tx, log, all => tiles.push(...all))) {
      if (index % 1_000 === 0) progress('Ledger', index, log.size)
      if (!opening) continue
      facts.push(interner.intern(openFact(index, leaf, opening.content)))
      yield Buffer.from(`${canonicalJson({ content: opening.content, index, salt: opening.salt })}\n`)
    }
  }
  await writer.addCompressed(openingsPath, openings())
  for (const { size, note } of log.checkpoints)
    await writer.add(size === log.size ? 'ledger/checkpoint' : `ledger/checkpoints/${size}`, note)
  await writer.add('ledger/keys', `${log.keys.join('\n')}\n`)
  for (const { tile, bytes } of tiles) await writer.add(`ledger/${tilePath(tile)}`, bytes)
  await writeBundles(tx, log.size, writer)
  const ofSize = new Map<number, number>()
  for (const { size, token } of log.timestamps) {
    const number = (ofSize.get(size) ?? 0) + 1
    ofSize.set(size, number)
    await writer.add(`ledger/timestamps/${size}-${number}.tst`, token)
  }
  await writer.add(
    'ledger/cosignatures.json',
    canonicalJson(log.cosignatures.map(({ size, line }) => ({ size, line }))),
  )
  return facts
}

function openFact(index: number, leaf: string, content: string): LoggedFact {
  const { kind, time, actor, subject }: { kind: FactKind; time: string; actor: string; subject: string } =
    JSON.parse(leaf)
  return { index, kind, time, actor, subject, content: JSON.parse(content) }
}

async function writeBundles(tx: TenantTx, size: number, writer: PackageWriter): Promise<void> {
  let held: Buffer[] = []
  let index = 0
  const flush = async (entries: readonly Buffer[]) => {
    await writer.add(
      `ledger/${tilePath({ level: 'entries', index: index++, width: entries.length })}`,
      encodeEntryBundle(entries),
    )
  }
  for await (const leaves of streamLeaves(tx, size)) {
    held.push(...leaves.map(leaf => Buffer.from(leaf)))
    for (; held.length >= TILE_WIDTH; held = held.slice(TILE_WIDTH)) await flush(held.slice(0, TILE_WIDTH))
  }
  if (held.length > 0) await flush(held)
}

async function writeFrameworks(
  services: Services,
  hashes: readonly string[],
  writer: PackageWriter,
): Promise<Map<string, Framework>> {
  const frameworks = new Map<string, Framework>()
  for (const content of hashes) {
    const chunks: Buffer[] = []
    for await (const chunk of await services.objects.get(content)) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString('utf8')
    frameworks.set(content, frameworkSchema.parse(JSON.parse(text)))
    await writer.add(frameworkPath(content), text)
  }
  return frameworks
}

/** The period as times. Ends no later than now: what is still to come cannot be vouched for. */
function periodOf({ from, to }: ExportRange, beginning: string, now: string): Period {
  const begin = from === undefined ? beginning : new Date(`${from}T00:00:00.000Z`).toISOString()
  const end = to === undefined ? now : new Date(`${to}T23:59:59.999Z`).toISOString()
  const period = { from: begin, to: end < now ? end : now }
  if (period.from > period.to)
    throw new VouchError(
      'invalid_input',
      `The period from ${period.from} to ${period.to} ends before it begins. Choose another first or last day.`,
    )
  return period
}
