import { opendir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { findFiles, openFolder } from './folder.ts'
import { formatOf } from './table.ts'

export interface FolderListing {
  /** With symbolic links resolved. */
  readonly folder: string
  /** The tables in it and in the folders below it, by name, relative to it. */
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly modifiedAt: Date }[]
  /** Files that are no tables by their names, or that may not be read. */
  readonly others: number
  /** There is more than is listed: a pattern or a path reaches it. */
  readonly more: boolean
}

const limits = { depth: 3, entries: 5_000, files: 200 } as const

/**
 * The files of a folder that could be read, at most 200, three levels deep; hidden folders are passed over, links that lead out too.
 * Throws VouchError `not_found` when there is no such folder.
 */
export async function listFolder(path: string, signal: AbortSignal): Promise<FolderListing> {
  const folder = await openFolder(path)
  const files: FolderListing['files'][number][] = []
  let others = 0
  let entries = 0
  let more = false
  const waiting = ['']
  for (let prefix = waiting.shift(); prefix !== undefined; prefix = waiting.shift()) {
    const depth = prefix === '' ? 0 : prefix.split('/').length
    for (const entry of await entriesOf(join(folder, prefix))) {
      signal.throwIfAborted()
      const name = join(prefix, entry.name)
      entries += 1
      if (entries > limits.entries || files.length >= limits.files)
        return { folder, files: sorted(files), others, more: true }
      if (entry.isDirectory()) {
        if (depth + 1 < limits.depth && !entry.name.startsWith('.')) waiting.push(name)
        else more ||= !entry.name.startsWith('.')
      } else if (isTable(entry.name)) {
        const found = await readable(folder, name)
        if (found) files.push(found)
        else others += 1
      } else others += 1
    }
  }
  return { folder, files: sorted(files), others, more }
}

const sorted = <T extends { readonly name: string }>(files: readonly T[]) =>
  files.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))

async function entriesOf(folder: string) {
  const found = []
  try {
    for await (const entry of await opendir(folder)) {
      found.push(entry)
      if (found.length > limits.entries) break
    }
  } catch {
    // A folder that may not be read holds nothing that could be collected.
  }
  return found
}

function isTable(name: string): boolean {
  try {
    formatOf(name)
    return !name.startsWith('.')
  } catch {
    return false
  }
}

async function readable(folder: string, name: string) {
  try {
    if ((await findFiles(folder, name)).length === 0) return undefined
    const { size, mtime } = await stat(join(folder, name))
    return { name, bytes: size, modifiedAt: mtime }
  } catch {
    return undefined
  }
}
