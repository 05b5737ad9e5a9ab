import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signCheckpoint } from '../../verifier/log/checkpoint.ts'
import { formatCheckpoint } from '../../verifier/log/checkpoint-text.ts'
import { cosigner } from '../../verifier/log/cosignature.ts'
import { encodeEntryBundle } from '../../verifier/log/entry-bundle.ts'
import { leafHash } from '../../verifier/log/merkle.ts'
import { noteSigner } from '../../verifier/log/note.ts'
import { formatSignatureLine, formatVerifierKey } from '../../verifier/log/note-text.ts'
import { proveInclusion } from '../../verifier/log/prove.ts'
import { TileBuilder, tileNodeReader } from '../../verifier/log/tile-tree.ts'
import { entryBundlesOf, tilePath, tilesOf } from '../../verifier/log/tiles.ts'
import { formatTlogProof } from '../../verifier/log/tlog-proof-text.ts'

const run = promisify(execFile)
const here = import.meta.dirname
const origin = 'ledger.example/acme'
const log = noteSigner(origin, new Uint8Array(32).fill(11))
const witness = cosigner('witness.example/w1', new Uint8Array(32).fill(12))

let scratch = ''
let program = ''

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'go-tlog-'))
  program = join(scratch, 'go-tlog')
  const path = `${process.env.PATH}:/usr/local/go/bin`
  await run('go', ['build', '-buildvcs=false', '-o', program, '.'], { cwd: here, env: { ...process.env, PATH: path } })
})

afterAll(() => rm(scratch, { recursive: true, force: true }))

interface Verdict {
  readonly code: number
  readonly out: string
  readonly reason: string
}

async function judge(dir: string): Promise<Verdict> {
  try {
    const { stdout } = await run(program, [dir])
    return { code: 0, out: stdout.trim(), reason: '' }
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string }
    return { code, out: '', reason: stderr.trim() }
  }
}

/** Writes a log of `size` entries, signed and cosigned, with the partial tiles of the sizes in `checkpointsAt` left behind, and a proof for each of a few entries; returns its folder. */
async function writeLog(size: number, options: { checkpointsAt?: readonly number[] } = {}): Promise<string> {
  const dir = await mkdtemp(join(scratch, `log-${size}-`))
  const put = async (name: string, bytes: Uint8Array | string) => {
    await mkdir(dirname(join(dir, name)), { recursive: true })
    await writeFile(join(dir, name), bytes)
  }
  const entries = Array.from({ length: size }, (_, i) => new TextEncoder().encode(`{"kind":"sample","n":${i}}`))
  const tiles = new Map<string, Uint8Array>()
  const builder = new TileBuilder(({ tile, bytes }) => tiles.set(tilePath(tile), bytes))
  const publish = () => {
    for (const { tile, bytes } of builder.partialTiles()) tiles.set(tilePath(tile), bytes)
  }
  for (const entry of entries) {
    builder.append(leafHash(entry))
    if (options.checkpointsAt?.includes(builder.size)) publish()
  }
  publish()
  for (const [path, bytes] of tiles) await put(path, bytes)
  for (const bundle of entryBundlesOf(size)) {
    const first = bundle.index * 256
    await put(tilePath(bundle), encodeEntryBundle(entries.slice(first, first + bundle.width)))
  }
  const checkpoint = { origin, size, root: builder.root(), extensions: [] }
  const cosignature = witness.cosign(formatCheckpoint(checkpoint), 1_700_000_000)
  const signed = signCheckpoint(checkpoint, [log]) + formatSignatureLine(cosignature)
  await put('checkpoint', signed)
  await put('key', `${formatVerifierKey(log.key)}\n`)
  await put('witnesses', `${formatVerifierKey(witness.key)}\n`)
  const read = tileNodeReader(size, tile => tiles.get(tilePath(tile)) ?? new Uint8Array(0))
  for (const index of new Set([0, Math.floor(size / 2), size - 1])) {
    const entry = entries[index]
    if (!entry) continue
    const hashes = await proveInclusion(index, size, read)
    const extra = index === 0 ? { extra: Uint8Array.of(1, 2, 3) } : {}
    await put(`${index}.tlog-proof`, formatTlogProof({ index, hashes, checkpoint: signed, ...extra }))
    await put(`${index}.leaf`, entry)
  }
  return dir
}

async function filesOf(dir: string): Promise<string[]> {
  const all = await readdir(dir, { recursive: true, withFileTypes: true })
  return all.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
}

describe('the Go peer', () => {
  test.each([0, 1, 2, 255, 256, 257, 70_000])('agrees with our log of %i entries', async size => {
    const verdict = await judge(await writeLog(size))
    const proofs = Math.min(size, 3)
    expect(verdict).toEqual({
      code: 0,
      out: `ok size=${size} tiles=${[...tilesOf(size)].length} proofs=${proofs}`,
      reason: '',
    })
  })

  test('agrees with the partial tiles of earlier checkpoints left in place', async () => {
    expect((await judge(await writeLog(600, { checkpointsAt: [3, 255, 300, 511] }))).code).toBe(0)
  })

  test('refuses a log in which any one file has one bit flipped', async () => {
    const dir = await writeLog(257)
    for (const file of await filesOf(dir)) {
      const bytes = await readFile(file)
      const changed = Buffer.from(bytes)
      const at = Math.floor((bytes.length * 2) / 3)
      changed[at] = (changed[at] ?? 0) ^ 1
      await writeFile(file, changed)
      const verdict = await judge(dir)
      expect({ file, code: verdict.code }).toEqual({ file, code: 1 })
      expect(verdict.reason).toMatch(/^refused: /)
      await writeFile(file, bytes)
    }
    expect((await judge(dir)).code).toBe(0)
  })

  test('refuses a log with any one tile missing', async () => {
    const dir = await writeLog(257)
    for (const file of (await filesOf(dir)).filter(name => name.includes('/tile/'))) {
      const bytes = await readFile(file)
      await rm(file)
      expect((await judge(dir)).code).toBe(1)
      await writeFile(file, bytes)
    }
  })

  test('refuses a log of another key, and one without the witness it must have', async () => {
    const dir = await writeLog(5)
    const checkpoint = await readFile(join(dir, 'checkpoint'), 'utf8')
    await writeFile(join(dir, 'checkpoint'), checkpoint.replace(/— witness.*\n/, ''))
    expect((await judge(dir)).code).toBe(1)
    await writeFile(join(dir, 'checkpoint'), checkpoint)
    await writeFile(join(dir, 'key'), formatVerifierKey(noteSigner(origin, new Uint8Array(32).fill(1)).key))
    expect((await judge(dir)).code).toBe(1)
  })
})
