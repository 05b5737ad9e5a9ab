import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  leafHashAsync,
  openCheckpointAsync,
  parseVerifierKeyAsync,
  verifyConsistencyAsync,
  verifyInclusionAsync,
  verifyTlogProofAsync,
} from './browser.ts'
import { openCheckpoint, signCheckpoint } from './checkpoint.ts'
import { cosigner } from './cosignature.ts'
import { emptyRoot, leafHash, rootOf, verifyConsistency, verifyInclusion } from './merkle.ts'
import { noteSigner, noteVerifier, parseVerifierKey } from './note.ts'
import { formatSignatureLine, formatVerifierKey } from './note-text.ts'
import { naiveConsistency, naiveInclusion, sampleEntries } from './testing/naive-tree.ts'
import { verifyTlogProof } from './tlog-proof.ts'
import { formatTlogProof, parseTlogProof } from './tlog-proof-text.ts'

const origin = 'ledger.example/acme'
const log = noteSigner(origin, new Uint8Array(32).fill(3))
const trust = { origin, logKeys: [noteVerifier(log.key)] }
const vkey = formatVerifierKey(log.key)
const entries = sampleEntries(60)
const leaves = entries.map(leafHash)
const checkpointOf = (size: number) =>
  signCheckpoint({ origin, size, root: rootOf(leaves.slice(0, size)), extensions: [] }, [log])
const proofOf = (index: number, size: number, extra?: Uint8Array) =>
  formatTlogProof({
    index,
    hashes: naiveInclusion(index, entries.slice(0, size)),
    checkpoint: checkpointOf(size),
    ...(extra && { extra }),
  })
const entryAt = (index: number) => entries[index] ?? new Uint8Array(0)

/** What an action ends with: its value, or the code of its error. */
async function outcome(action: () => unknown): Promise<unknown> {
  try {
    return await action()
  } catch (error) {
    return (error as { code?: string }).code ?? error
  }
}

describe('a tlog-proof', () => {
  test('comes back as the same proof', () => {
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 })
    fc.assert(
      fc.property(fc.nat(), fc.array(hash, { maxLength: 63 }), fc.option(fc.uint8Array()), (index, hashes, extra) => {
        const proof = { index, hashes, checkpoint: checkpointOf(3), ...(extra && { extra }) }
        expect(parseTlogProof(formatTlogProof(proof))).toEqual(proof)
      }),
    )
  })

  test('verifies its entry at every place, on the server and in the browser alike', async () => {
    for (const size of [1, 2, 3, 8, 33]) {
      for (let index = 0; index < size; index++) {
        const proof = proofOf(index, size, index % 2 === 0 ? Uint8Array.of(1, 2) : undefined)
        expect(verifyTlogProof(proof, entryAt(index), trust)).toMatchObject({ index, checkpoint: { size } })
        expect(await verifyTlogProofAsync(proof, entryAt(index), vkey, origin)).toMatchObject({
          index,
          checkpoint: { size },
        })
      }
    }
  })

  test('does not verify another entry', async () => {
    expect(await outcome(() => verifyTlogProof(proofOf(4, 20), entryAt(5), trust))).toBe('bad_proof')
    expect(await outcome(() => verifyTlogProofAsync(proofOf(4, 20), entryAt(5), vkey, origin))).toBe('bad_proof')
  })

  test('with any byte changed verifies nowhere, and both say the same', async () => {
    const proof = Buffer.from(proofOf(4, 20))
    for (let i = 0; i < proof.length; i++) {
      const changed = Buffer.from(proof)
      changed[i] = (changed[i] ?? 0) ^ 1
      const text = changed.toString('utf8')
      const server = await outcome(() => verifyTlogProof(text, entryAt(4), trust))
      expect(['malformed', 'bad_signature', 'bad_proof', 'wrong_log']).toContain(server)
      expect(await outcome(() => verifyTlogProofAsync(text, entryAt(4), vkey, origin))).toBe(server)
    }
  })

  const checkpoint = checkpointOf(2)
  const hash = Buffer.from(emptyRoot).toString('base64')
  test.each([
    ['nothing', ''],
    ['another version', `c2sp.org/tlog-proof@v2\nindex 0\n${hash}\n\n${checkpoint}`],
    ['no index', `c2sp.org/tlog-proof@v1\n${hash}\n\n${checkpoint}`],
    ['a leading zero', `c2sp.org/tlog-proof@v1\nindex 00\n${hash}\n\n${checkpoint}`],
    ['a negative index', `c2sp.org/tlog-proof@v1\nindex -1\n${hash}\n\n${checkpoint}`],
    ['extra after index', `c2sp.org/tlog-proof@v1\nindex 0\nextra AAAA\n${hash}\n\n${checkpoint}`],
    ['two extras', `c2sp.org/tlog-proof@v1\nextra AAAA\nextra AAAA\nindex 0\n${hash}\n\n${checkpoint}`],
    ['a short hash', `c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\n${checkpoint}`],
    ['no blank line', `c2sp.org/tlog-proof@v1\nindex 0\n${hash}`],
    ['64 hashes', `c2sp.org/tlog-proof@v1\nindex 0\n${`${hash}\n`.repeat(64)}\n${checkpoint}`],
    ['carriage returns', `c2sp.org/tlog-proof@v1\r\nindex 0\r\n${hash}\r\n\n${checkpoint}`],
  ])('with %s is malformed', (_, text) => {
    expect(() => parseTlogProof(text)).toThrow(expect.objectContaining({ code: 'malformed' }))
  })

  test('is not written from impossible values', () => {
    expect(() => formatTlogProof({ index: -1, hashes: [], checkpoint })).toThrow('index')
    expect(() => formatTlogProof({ index: 0, hashes: [new Uint8Array(31)], checkpoint })).toThrow('32 bytes')
  })
})

describe('in the browser', () => {
  test('nothing that is imported, however far down, comes from node or from a package', async () => {
    const seen = new Set(['browser.ts'])
    for (const file of seen) {
      const source = await readFile(join(import.meta.dirname, file), 'utf8')
      for (const [, from = ''] of source.matchAll(/from '([^']+)'/g)) {
        expect(from).toMatch(/^\.\/[a-z0-9-]+\.ts$/)
        seen.add(from.slice(2))
      }
      expect(source).not.toMatch(/\bBuffer\b|\bprocess\./)
    }
    expect(seen.size).toBeGreaterThan(5)
  })

  test('Merkle proofs are judged as on the server, right or wrong', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 59 }), fc.nat(), fc.boolean(), async (size, pick, spoil) => {
        const some = entries.slice(0, size)
        const index = pick % size
        const root = spoil ? emptyRoot : rootOf(leaves.slice(0, size))
        const leaf = await leafHashAsync(entryAt(index))
        expect(leaf).toEqual(leafHash(entryAt(index)))
        const inclusion = [leaf, index, size, naiveInclusion(index, some), root] as const
        expect(await verifyInclusionAsync(...inclusion)).toBe(!spoil)
        expect(verifyInclusion(...inclusion)).toBe(!spoil)
        const oldRoot = rootOf(leaves.slice(0, index + 1))
        const consistency = [index + 1, size, oldRoot, root, naiveConsistency(index + 1, some)] as const
        expect(await verifyConsistencyAsync(...consistency)).toBe(verifyConsistency(...consistency))
      }),
      { numRuns: 60 },
    )
    expect(await verifyConsistencyAsync(0, 1, emptyRoot, leafHash(entryAt(0)), [])).toBe(true)
    expect(await verifyConsistencyAsync(0, 1, leafHash(entryAt(0)), leafHash(entryAt(0)), [])).toBe(false)
  })

  test('keys and checkpoints are judged as on the server', async () => {
    const witness = cosigner('witness.example', new Uint8Array(32).fill(4))
    expect(await parseVerifierKeyAsync(vkey)).toEqual(parseVerifierKey(vkey))
    expect(await outcome(() => parseVerifierKeyAsync(`x${vkey}`))).toBe('malformed')
    expect(await outcome(() => parseVerifierKeyAsync(formatVerifierKey(witness.key)))).toBe('malformed')
    const note = checkpointOf(7)
    const opened = openCheckpoint(note, trust)
    const cosigned = note + formatSignatureLine(witness.cosign(opened.text, 1))
    expect((await openCheckpointAsync(cosigned, vkey, origin)).root).toEqual(opened.root)
    expect(await outcome(() => openCheckpointAsync(note, vkey, 'other.example'))).toBe('wrong_log')
    const stranger = noteSigner(origin, new Uint8Array(32).fill(8))
    expect(await outcome(() => openCheckpointAsync(note, formatVerifierKey(stranger.key), origin))).toBe(
      'bad_signature',
    )
    const lie = signCheckpoint({ origin, size: 0, root: leafHash(entryAt(0)), extensions: [] }, [log])
    expect(await outcome(() => openCheckpointAsync(lie, vkey, origin))).toBe('bad_proof')
  })
})
