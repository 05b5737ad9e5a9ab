import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { VouchError } from '../errors/errors.ts'
import { compressions, explainWrite, idOf, nameOf, restore, spool, syncFolder } from './content.ts'
import type { Compression, ObjectEntry, ObjectStore, PutOptions, StoredObject } from './object-store.ts'
import { sweepTemporaryFiles, temporaryFile } from './temporary-files.ts'

/**
 * Objects as read-only files `<folder>/ab/cd/<id>.zst`. Written to `<folder>/tmp`, fsynced, renamed, and the folder fsynced: what has a
 * name is whole. Any number of processes may use one folder.
 */
export class FolderStore implements ObjectStore {
  readonly #folder: string
  readonly #temporary: string

  private constructor(folder: string) {
    this.#folder = folder
    this.#temporary = join(folder, 'tmp')
  }

  /** Opens the store in `folder`, made when missing, and clears away the temporary files of killed processes. */
  static async open(folder: string): Promise<FolderStore> {
    const store = new FolderStore(folder)
    await sweepTemporaryFiles(store.#temporary)
    return store
  }

  async put(source: AsyncIterable<Uint8Array> | Uint8Array, options: PutOptions = {}): Promise<StoredObject> {
    const file = temporaryFile(this.#temporary)
    const { id, bytes, storedBytes } = await spool(file, source, options)
    try {
      const there = await this.#find(id)
      const path = there?.path ?? join(this.#folder, nameOf(id, options.compression ?? 'zstd'))
      if (there === undefined) {
        await this.#makeFolders(dirname(path))
        await rename(file, path)
      }
      // Also when it was there: the process that put it may not have come this far yet.
      await syncFolder(dirname(path))
      return { id, bytes, storedBytes: there?.storedBytes ?? storedBytes, created: there === undefined }
    } catch (thrown) {
      throw explainWrite(thrown, this.#folder)
    } finally {
      await rm(file, { force: true })
    }
  }

  async get(id: string): Promise<Readable> {
    const found = await this.#find(id)
    if (found === undefined) throw new VouchError('not_found', `There is no object ${id} in ${this.#folder}.`)
    // Opened here, so that a file that cannot be read is refused now, and one erased from now on can still be read to its end.
    const handle = await open(found.path)
    return restore(id, found.compression, createReadStream('', { fd: handle }))
  }

  async has(id: string): Promise<boolean> {
    return (await this.#find(id)) !== undefined
  }

  async *list(): AsyncIterable<ObjectEntry> {
    for (const first of await folders(this.#folder)) {
      for (const second of await folders(join(this.#folder, first))) {
        const folder = join(this.#folder, first, second)
        for (const name of await readdir(folder)) {
          const id = idOf(name)
          const found = id === undefined ? undefined : await stat(join(folder, name)).catch(() => undefined)
          if (id !== undefined && found !== undefined) yield { id, storedBytes: found.size }
        }
      }
    }
  }

  async erase(id: string): Promise<boolean> {
    let erased = false
    // Again until nothing is found: two processes may have put it at the same time, one compressed and one not.
    for (let found = await this.#find(id); found !== undefined; found = await this.#find(id)) {
      await rm(found.path, { force: true })
      await syncFolder(dirname(found.path))
      erased = true
    }
    return erased
  }

  async #find(id: string): Promise<{ path: string; compression: Compression; storedBytes: number } | undefined> {
    for (const compression of compressions) {
      const path = join(this.#folder, nameOf(id, compression))
      const found = await stat(path).catch((thrown: unknown) => {
        if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined
        throw thrown
      })
      if (found !== undefined) return { path, compression, storedBytes: found.size }
    }
    return undefined
  }

  /** New folders are entries of their parents, which must reach the disk too. */
  async #makeFolders(folder: string): Promise<void> {
    if ((await mkdir(folder, { recursive: true })) === undefined) return
    await syncFolder(dirname(folder))
    await syncFolder(this.#folder)
  }
}

async function folders(parent: string): Promise<string[]> {
  const entries = await readdir(parent, { withFileTypes: true })
  return entries.filter(entry => entry.isDirectory() && /^[0-9a-f]{2}$/.test(entry.name)).map(entry => entry.name)
}
