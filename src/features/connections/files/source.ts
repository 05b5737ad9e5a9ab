import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, matchesGlob } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { VouchError } from '../../../platform/errors/errors.ts'
import type { Uploads } from '../connector.ts'
import { findFiles, openFolder } from './folder.ts'
import type { Place } from './settings.ts'

/** Where the files of a connection are: a folder of this machine, or what was uploaded. */
export interface FileSource {
  /** The files that a pattern names, sorted. A name that is there as it is names only itself. */
  find(pattern: string): Promise<string[]>
  /** A path under which a found file can be read. */
  pathOf(name: string): Promise<string>
}

/** Opens the place that settings name. `workDir` takes copies of uploads, since tables are read more than once and from any position. */
export async function openSource(
  place: Place,
  uploads: Uploads | undefined,
  workDir: string,
  signal: AbortSignal,
): Promise<FileSource> {
  if (place.folder !== undefined) {
    const folder = await openFolder(place.folder)
    return { find: pattern => findFiles(folder, pattern), pathOf: async name => join(folder, name) }
  }
  const contents = new Map((place.uploads ?? []).map(({ name, content }) => [name, content]))
  if (!uploads) throw new Error('a connector that reads uploads was given none')
  const copies = new Map<string, string>()
  return {
    find: async pattern => (contents.has(pattern) ? [pattern] : matching([...contents.keys()], pattern)),
    async pathOf(name) {
      const content = contents.get(name)
      if (content === undefined) throw new VouchError('not_found', `No file "${name}" was uploaded.`)
      const path = copies.get(content) ?? (await copy(uploads, content, workDir, signal))
      copies.set(content, path)
      return path
    },
  }
}

/** The names that a pattern with `*`, `?` or `[…]` fits, sorted. */
export function matching(names: readonly string[], pattern: string): string[] {
  return /[*?[]/.test(pattern) ? names.filter(name => matchesGlob(name, pattern)).sort() : []
}

async function copy(uploads: Uploads, content: string, workDir: string, signal: AbortSignal): Promise<string> {
  const bytes = await uploads.open(content)
  const path = join(workDir, content)
  await pipeline(Readable.from(bytes, { objectMode: false }), createWriteStream(path, { mode: 0o600 }), { signal })
  return path
}

/** Opens the place for as long as `use` runs; copies of uploads are removed afterwards. */
export async function withSource<T>(
  place: Place,
  uploads: Uploads | undefined,
  signal: AbortSignal,
  use: (source: FileSource) => Promise<T>,
): Promise<T> {
  const workDir = await mkdtemp(join(tmpdir(), 'vouch-files-'))
  try {
    return await use(await openSource(place, uploads, workDir, signal))
  } finally {
    await rm(workDir, { recursive: true, force: true })
  }
}
