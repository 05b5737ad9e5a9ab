import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { copyFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { announce } from '../../platform/events/events.ts'
import { sweepTemporaryFiles, temporaryFile } from '../../platform/objects/temporary-files.ts'
import type { Services } from '../../platform/services.ts'
import { appendFact } from '../ledger/append-fact.ts'
import { type ExportOptions, type ExportRange, exportPackage } from './export-package.ts'
import { insertPackage, type NewPackage } from './store.ts'

export interface MakeOptions extends ExportOptions {
  readonly actor: string
  readonly jobId?: string | undefined
  /** Where a copy is to be left, besides the one in the object store; it appears whole or not at all. */
  readonly copyTo?: string | undefined
}

/**
 * Makes a package and keeps it: written to a temporary file, put into the object store, and then, in one transaction, the row by which pages see it and the ledger's fact. Killed at any
 * moment it leaves nothing that is seen; the temporary file goes with the next package.
 * Throws what `exportPackage` throws, and `storage_full`.
 */
export async function makePackage(
  services: Services,
  orgId: string,
  range: ExportRange,
  options: MakeOptions,
): Promise<NewPackage> {
  const folder = join(services.config.dataDir, 'tmp', 'packages')
  await sweepTemporaryFiles(folder)
  const file = temporaryFile(folder)
  try {
    const output = createWriteStream(file, { flags: 'wx', mode: 0o600 })
    const { period, manifest, size } = await exportPackage(services, orgId, range, output, options)
    options.onProgress?.('Keeping the package')
    const stored = await services.objects.put(createReadStream(file), { compression: 'none' })
    if (options.copyTo !== undefined) await leaveCopy(file, options.copyTo)
    options.signal?.throwIfAborted()
    const made: NewPackage = {
      id: randomUUID(),
      jobId: options.jobId ?? null,
      ...period,
      manifest,
      content: stored.id,
      bytes: stored.bytes,
      size,
    }
    await services.database.tenant(orgId, services.clock, async tx => {
      const entry = await appendFact(tx, {
        kind: 'package.exported',
        actor: options.actor,
        subject: made.id,
        content: { package: made.id, manifest, size, ...period },
      })
      await insertPackage(tx, made, entry)
      await announce(tx, 'packages.package', made.id)
    })
    return made
  } finally {
    await rm(file, { force: true })
  }
}

async function leaveCopy(file: string, target: string): Promise<void> {
  const part = `${target}.${process.pid}.part`
  try {
    await copyFile(file, part)
    await rename(part, target)
  } finally {
    await rm(part, { force: true })
  }
}
