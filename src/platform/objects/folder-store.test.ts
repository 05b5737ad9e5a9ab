import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FolderStore } from './folder-store.ts'
import { collect, objectStoreConformance } from './object-store.conformance.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vouch-objects-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const pathOf = (id: string): string => {
  const parent = join(folder, id.slice(0, 2), id.slice(2, 4))
  return join(parent, readdirSync(parent).find(name => name.startsWith(id)) ?? 'missing')
}

describe('objects in a folder', () => {
  objectStoreConformance(async () => ({
    store: await FolderStore.open(folder),
    second: await FolderStore.open(folder),
    damage: async (id, change) => {
      chmodSync(pathOf(id), 0o644)
      writeFileSync(pathOf(id), change(readFileSync(pathOf(id))))
    },
    close: async () => undefined,
  }))

  it('keeps read-only files and no temporary ones', async () => {
    const store = await FolderStore.open(folder)
    const { id } = await store.put(randomBytes(1000))
    expect(statSync(pathOf(id)).mode & 0o777).toBe(0o444)
    expect(pathOf(id).endsWith(`/${id.slice(0, 2)}/${id.slice(2, 4)}/${id}.zst`)).toBe(true)
    await expect(store.put(randomBytes(1000), { id })).rejects.toThrow('not stored')
    expect(readdirSync(join(folder, 'tmp'))).toEqual([])
  })

  it('clears away what a process that was killed in the middle left, and nothing that lives', async () => {
    const fixture = join(import.meta.dirname, 'store-until-killed.fixture.ts')
    expect(spawnSync(process.execPath, [fixture, folder, 'kill']).signal).toBe('SIGKILL')
    expect(readdirSync(join(folder, 'tmp'))).toHaveLength(1)
    const living = `${hostname().replaceAll(/[^A-Za-z0-9-]/g, '_')}.${process.pid}.0011223344556677`
    for (const name of [living, 'other-host.1.aa', 'other-host.1.old']) writeFileSync(join(folder, 'tmp', name), 'x')
    utimesSync(join(folder, 'tmp', 'other-host.1.old'), 0, 0)
    const store = await FolderStore.open(folder)
    expect(readdirSync(join(folder, 'tmp')).sort()).toEqual([living, 'other-host.1.aa'].sort())
    expect(await collect(store.list())).toEqual([])
  })

  it('says when there is no room, and leaves nothing behind', () => {
    const fixture = join(import.meta.dirname, 'store-until-killed.fixture.ts')
    // The shell's file-size limit (blocks of 512 bytes or 1 KiB) stands in for a full disk: the system refuses the write.
    const { stdout } = spawnSync('sh', ['-c', 'ulimit -f 2000; exec "$@"', 'sh', process.execPath, fixture, folder])
    expect(stdout.toString().trim()).toBe('storage_full')
    expect(readdirSync(folder)).toEqual(['tmp'])
    expect(readdirSync(join(folder, 'tmp'))).toEqual([])
  })

  it('streams with flat memory', async () => {
    const store = await FolderStore.open(folder)
    const block = randomBytes(1_048_576)
    const many = async function* (): AsyncIterable<Uint8Array> {
      for (let index = 0; index < 256; index += 1) yield block
    }
    const before = process.memoryUsage().rss
    let most = 0
    const { id, bytes } = await store.put(many(), { compression: 'none' })
    for await (const chunk of await store.get(id)) {
      most = Math.max(most, process.memoryUsage().rss)
      expect(chunk.length).toBeGreaterThan(0)
    }
    expect(bytes).toBe(256 * 1_048_576)
    expect(most - before).toBeLessThan(100 * 1_048_576)
  })
})
