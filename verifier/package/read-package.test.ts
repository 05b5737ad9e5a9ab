import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { deflateRawSync, zstdDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sha256 } from '../records/canonical.ts'
import { parseManifest } from './manifest.ts'
import { UnusablePackage } from './package-error.ts'
import { isSafePath, openPackage } from './read-package.ts'
import { signerOf } from './testing/synthetic-log.ts'
import { zipFiles } from './testing/zip-files.ts'
import { verifyPackage } from './verify-package.ts'
import { PackageWriter } from './write-package.ts'

let dir = ''
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'vouch-read-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

let made = 0
function write(bytes: Uint8Array): string {
  const path = join(dir, `${made++}.zip`)
  writeFileSync(path, bytes)
  return path
}

const small = new Map([
  ['a.txt', Buffer.from('first')],
  ['b/c.txt', Buffer.from('second')],
])

async function opens(bytes: Uint8Array) {
  const opened = await openPackage(write(bytes))
  await opened.close()
  return opened
}

/** The ZIP of `small` with every occurrence of some bytes exchanged for others of the same length. */
function exchanged(from: string, to: string): Buffer {
  return Buffer.from(zipFiles(small).toString('latin1').replaceAll(from, to), 'latin1')
}

/** The ZIP of `small` with two bytes of its first entry's central record changed. */
function patched(offset: number, value: number, size: 2 | 4 = 2): Buffer {
  const zip = zipFiles(small)
  zip.writeUIntLE(value, zip.indexOf('PK\u0001\u0002', 0, 'latin1') + offset, size)
  return zip
}

describe('a ZIP', () => {
  test('of stored files is opened and read from its place', async () => {
    const opened = await openPackage(write(zipFiles(small)))
    expect([...opened.files.keys()]).toEqual(['a.txt', 'b/c.txt'])
    expect(opened.files.get('a.txt')).toMatchObject({ bytes: 5, sha256: sha256('first') })
    expect((await opened.read('b/c.txt', 10))?.toString()).toBe('second')
    expect(await opened.read('c', 10)).toBeUndefined()
    await expect(opened.read('a.txt', 4)).rejects.toThrow('at most 4 are read')
    const chunks: Buffer[] = []
    for await (const chunk of opened.stream('a.txt')) chunks.push(chunk)
    expect(Buffer.concat(chunks).toString()).toBe('first')
    expect(opened.layout).toEqual([])
    await opened.close()
  })

  const hostile: [what: string, zip: () => Uint8Array, why: string][] = [
    ['that is none', () => Buffer.from('hello'), 'not a ZIP'],
    ['that is empty', () => Buffer.alloc(0), 'not a ZIP'],
    ['with something before it', () => Buffer.concat([Buffer.from('MZ'), zipFiles(small)]), 'ZIP'],
    ['with something behind it', () => Buffer.concat([zipFiles(small), Buffer.from('more')]), 'ZIP'],
    ['with a name that climbs', () => exchanged('b/c.txt', '../.txt'), 'ZIP'],
    ['with an absolute name', () => exchanged('b/c.txt', '/bc.txt'), 'ZIP'],
    ['with a backslash', () => exchanged('b/c.txt', 'b\\c.txt'), 'ZIP'],
    ['with a drive', () => exchanged('b/c.txt', 'C:c.txt'), 'ZIP'],
    ['with a NUL in a name', () => exchanged('b/c.txt', 'b/c\0txt'), 'plain relative path'],
    ['with an empty part', () => exchanged('b/c.txt', 'b//.txt'), 'plain relative path'],
    ['with a dot as a part', () => exchanged('b/c.txt', 'b/./txt'), 'plain relative path'],
    ['with a folder', () => exchanged('b/c.txt', 'b/c.tx/'), 'is a folder'],
    [
      'with one name twice',
      () =>
        zipFiles(new Map([...small, ['b/d.txt', Buffer.alloc(0)]]))
          .toString('latin1')
          .replaceAll('b/d.txt', 'b/c.txt') as unknown as Buffer,
      'two files named',
    ],
    ['that is encrypted', () => patched(8, 0x0801), 'ZIP'],
    ['that is compressed', () => patched(10, 8), 'compressed'],
    ['with a link', () => patched(38, 0o120777 * 0x10000, 4), 'link'],
    ['whose files overlap', () => patched(42, 30, 4), 'overlap'],
    ['that says that a file is larger than all', () => patchedSizes(0x7fffffff), 'truncated'],
    ['with a ZIP bomb', () => bomb(), 'compressed'],
  ]
  test.each(hostile)('%s is refused', async (_what, zip, why) => {
    const bytes = zip()
    await expect(opens(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)).rejects.toThrow(why)
  })

  function patchedSizes(size: number): Buffer {
    const zip = patched(20, size, 4)
    zip.writeUInt32LE(size, zip.indexOf('PK\u0001\u0002', 0, 'latin1') + 24)
    return zip
  }

  /** A gigabyte of zeros, deflated, under a stored file's header. */
  function bomb(): Buffer {
    const zip = zipFiles(new Map([['manifest.json', deflateRawSync(Buffer.alloc(1 << 26))]]))
    zip.writeUInt16LE(8, zip.indexOf('PK\u0001\u0002', 0, 'latin1') + 10)
    return zip
  }

  test('that is a folder, or is not there, is refused', async () => {
    mkdirSync(join(dir, 'folder.zip'))
    await expect(openPackage(join(dir, 'folder.zip'))).rejects.toThrow(UnusablePackage)
    await expect(openPackage(join(dir, 'nowhere.zip'))).rejects.toThrow('cannot be opened')
  })

  test('of more files than 16 bits count is opened, with its ZIP64 records', async () => {
    const many = new Map(
      Array.from({ length: 66_000 }, (_, at): [string, Buffer] => [`f/${at}`, Buffer.from(String(at))]),
    )
    const opened = await opens(zipFiles(many))
    expect(opened.files.size).toBe(66_000)
    expect(opened.layout).toEqual([])
  })

  test('of any content comes back as it was', async () => {
    const files = fc.dictionary(fc.stringMatching(/^[a-z]{1,9}(\/[a-z]{1,5})?$/), fc.uint8Array({ maxLength: 5_000 }), {
      maxKeys: 12,
    })
    await fc.assert(
      fc.asyncProperty(files, async content => {
        const given = new Map(
          Object.entries(content).map(([path, bytes]): [string, Buffer] => [path, Buffer.from(bytes)]),
        )
        const opened = await opens(zipFiles(given))
        expect(new Map([...opened.files].map(([path, file]) => [path, file.sha256]))).toEqual(
          new Map([...given].map(([path, bytes]) => [path, sha256(bytes)])),
        )
        expect(opened.layout).toEqual([])
      }),
      { numRuns: 40 },
    )
  })
})

describe('names', () => {
  test('that are safe have nothing that could leave a folder', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), name => {
        if (!isSafePath(name)) return
        const resolved = join('/root/of/all', name)
        expect(resolved.startsWith('/root/of/all/')).toBe(true)
        expect(resolved).toBe(`/root/of/all/${name}`)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('a manifest', () => {
  const verifies = (manifest: string) =>
    verifyPackage(write(zipFiles(new Map([['manifest.json', Buffer.from(manifest)]]))))
  test('that is missing, no JSON, of another format, or endlessly deep makes a file unusable', async () => {
    await expect(verifyPackage(write(zipFiles(small)))).rejects.toThrow('no manifest.json')
    await expect(verifies('{')).rejects.toThrow('not JSON')
    await expect(verifies('{"format":"vouch-package/1"}')).rejects.toThrow('knows vouch-package/2')
    await expect(verifies('{}')).rejects.toThrow(UnusablePackage)
    await expect(verifies('['.repeat(5_000_000))).rejects.toThrow(UnusablePackage)
    await expect(verifies(`{"format":${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}}`)).rejects.toThrow(
      UnusablePackage,
    )
  })
})

describe('the writer', () => {
  test('writes what the reader accepts: small files, large ones, streams; all listed in the manifest', async () => {
    const path = join(dir, 'written.zip')
    const writer = new PackageWriter(createWriteStream(path))
    const large = Buffer.alloc(3 << 20, 'records of all kinds ')
    await writer.add('small.txt', 'small')
    await writer.add('large.bin', large)
    await writer.addCompressed('objects/small.zst', Readable.from([Buffer.from('one')]))
    await writer.addCompressed(
      'objects/large.zst',
      Readable.from(Array.from({ length: 30 }, () => large.subarray(0, 100_000))),
    )
    await writer.addCompressed('objects/empty.zst', Readable.from([]))
    const head = {
      format: 'vouch-package/2' as const,
      organisation: { id: '0b8f3a52-4a5e-4f2c-9a51-3f0a8d7c1e10', name: 'N', slug: 's', sample: true },
      period: { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' },
      created_at: '2026-01-02T00:00:00Z',
      checkpoint: { origin: 'vouch-sample/s', size: 1, root: '0'.repeat(64) },
    }
    const { manifest } = await writer.finish(head, [signerOf('vouch-sample/s', 'k')])
    const opened = await openPackage(path)
    expect(opened.layout).toEqual([])
    const text = (await opened.read('manifest.json', 1e6))?.toString() ?? ''
    expect(sha256(text)).toBe(manifest)
    const parsed = parseManifest(text)
    expect(parsed.canonical).toBe(true)
    for (const file of parsed.manifest.files)
      expect(opened.files.get(file.path)).toMatchObject({ sha256: file.sha256, bytes: file.bytes })
    expect(zstdDecompressSync((await opened.read('objects/large.zst', 1e8)) ?? Buffer.alloc(0))).toHaveLength(3_000_000)
    expect(zstdDecompressSync((await opened.read('objects/empty.zst', 1e8)) ?? Buffer.alloc(0))).toHaveLength(0)
    await opened.close()
    expect(readFileSync(path).subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004')
  })

  test('fails when what it writes to fails, or what it reads from', async () => {
    const writer = new PackageWriter(createWriteStream('/nowhere/at/all.zip'))
    await expect(
      writer.addCompressed(
        'a',
        Readable.from(Array.from({ length: 40 }, () => Buffer.alloc(100_000, Math.random().toString()))),
      ),
    ).rejects.toThrow()
    const other = new PackageWriter(createWriteStream(join(dir, 'other.zip')))
    const source = async function* () {
      yield Buffer.alloc(2 << 20)
      throw new Error('the source broke')
    }
    await expect(other.addCompressed('a', source())).rejects.toThrow('the source broke')
    await other.abandon(new Error('given up'))
  })
})
