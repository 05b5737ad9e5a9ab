import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openCheckpoint, signCheckpoint } from './checkpoint.ts'
import { cosignatureVerifier, cosigner } from './cosignature.ts'
import { emptyRoot, leafHash, rootOf, verifyConsistency } from './merkle.ts'
import { noteSigner, noteVerifier } from './note.ts'
import { formatSignatureLine } from './note-text.ts'
import { type NodeReader, proveConsistency } from './prove.ts'
import { sampleEntries } from './testing/naive-tree.ts'
import {
  formatAddCheckpoint,
  type PostAddCheckpoint,
  parseAddCheckpoint,
  requestCosignature,
  type WitnessResponse,
} from './witness-client.ts'

const origin = 'ledger.example/acme'
const log = noteSigner(origin, new Uint8Array(32).fill(3))
const key = cosigner('witness.example/w1', new Uint8Array(32).fill(4))
const witnesses = [cosignatureVerifier(key.key)]
const leaves = sampleEntries(100).map(leafHash)
const read: NodeReader = (level, index) => rootOf(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level))
const prove = (oldSize: number, newSize: number) => proveConsistency(oldSize, newSize, read)
const checkpointOf = (size: number) =>
  signCheckpoint({ origin, size, root: rootOf(leaves.slice(0, size)), extensions: [] }, [log])

/** A witness that follows C2SP tlog-witness "add-checkpoint" in memory, and keeps the bodies it was sent. */
function witnessDouble() {
  let seen = { size: 0, root: emptyRoot }
  const bodies: string[] = []
  const answer = (body: string): WitnessResponse => {
    const { oldSize, proof, checkpoint: note } = parseAddCheckpoint(body)
    const checkpoint = openCheckpoint(note, { origin, logKeys: [noteVerifier(log.key)] })
    if (oldSize > checkpoint.size) return { status: 400, body: '' }
    if (oldSize !== seen.size) return { status: 409, contentType: 'text/x.tlog.size', body: `${seen.size}\n` }
    if (!verifyConsistency(oldSize, checkpoint.size, seen.root, checkpoint.root, proof))
      return { status: 422, body: '' }
    seen = { size: checkpoint.size, root: checkpoint.root }
    return { status: 200, body: formatSignatureLine(key.cosign(checkpoint.text, 1_700_000_000 + bodies.length)) }
  }
  const post: PostAddCheckpoint = async body => {
    bodies.push(body)
    return answer(body)
  }
  return { post, bodies }
}

describe('the request', () => {
  test('comes back as the same request', () => {
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 })
    fc.assert(
      fc.property(fc.nat(), fc.array(hash, { maxLength: 63 }), (oldSize, proof) => {
        const request = { oldSize, proof, checkpoint: checkpointOf(1) }
        expect(parseAddCheckpoint(formatAddCheckpoint(request))).toEqual(request)
      }),
    )
  })

  test('is refused when malformed', () => {
    for (const body of ['', 'old 1\n', 'old 01\n\nx\n', 'new 1\n\nx\n', 'old 1\nAAAA\n\nx\n', 'old -1\n\nx\n']) {
      expect(() => parseAddCheckpoint(body)).toThrow()
    }
    expect(() => formatAddCheckpoint({ oldSize: 0, proof: Array(64).fill(emptyRoot), checkpoint: '' })).toThrow('63')
  })
})

describe('a witness', () => {
  test('cosigns each checkpoint of a growing log, and the lines open with it', async () => {
    const witness = witnessDouble()
    let last = 0
    for (const size of [1, 2, 7, 7, 64, 100]) {
      const outcome = await requestCosignature(checkpointOf(size), last, witnesses, prove, witness.post)
      if (!outcome.ok) throw new Error(outcome.detail)
      const opened = openCheckpoint(checkpointOf(size) + outcome.lines, {
        origin,
        logKeys: [noteVerifier(log.key)],
        witnesses,
      })
      expect(opened.cosignatures).toEqual(outcome.cosignatures)
      last = size
    }
    expect(witness.bodies.length).toBe(6)
  })

  test('that has seen another size than we remember is followed', async () => {
    const witness = witnessDouble()
    await requestCosignature(checkpointOf(10), 0, witnesses, prove, witness.post)
    for (const remembered of [0, 3, 1000]) {
      const outcome = await requestCosignature(checkpointOf(20), remembered, witnesses, prove, witness.post)
      expect(outcome.ok).toBe(true)
    }
    expect(witness.bodies.length).toBe(1 + 2 + 2 + 2)
  })

  test('that is ahead of us is reported, not obeyed', async () => {
    const witness = witnessDouble()
    await requestCosignature(checkpointOf(50), 0, witnesses, prove, witness.post)
    const outcome = await requestCosignature(checkpointOf(20), 20, witnesses, prove, witness.post)
    expect(outcome).toMatchObject({ ok: false, reason: 'ahead' })
  })

  test('whose history differs from ours refuses', async () => {
    const witness = witnessDouble()
    await requestCosignature(checkpointOf(10), 0, witnesses, prove, witness.post)
    const wrong = async () => [emptyRoot]
    const outcome = await requestCosignature(checkpointOf(20), 10, witnesses, wrong, witness.post)
    expect(outcome).toMatchObject({ ok: false, reason: 'refused' })
  })

  const stranger = cosigner('stranger.example', new Uint8Array(32).fill(9))
  const text = checkpointOf(5).split('\n\n')[0] ?? ''
  test.each<[string, WitnessResponse, string]>([
    ['nothing', { status: 200, body: '' }, 'bad_cosignature'],
    ['a line that is none', { status: 200, body: 'thanks\n' }, 'bad_answer'],
    ['a stranger', { status: 200, body: formatSignatureLine(stranger.cosign(`${text}\n`, 1)) }, 'bad_cosignature'],
    ['another checkpoint', { status: 200, body: formatSignatureLine(key.cosign('other\n', 1)) }, 'bad_cosignature'],
    ['a size of no type', { status: 409, body: '3\n' }, 'bad_answer'],
    ['no size', { status: 409, contentType: 'text/x.tlog.size', body: 'three\n' }, 'bad_answer'],
    ['a size without newline', { status: 409, contentType: 'text/x.tlog.size', body: '3' }, 'bad_answer'],
    [
      'ever the same conflict',
      { status: 409, contentType: 'text/x.tlog.size; charset=utf-8', body: '3\n' },
      'bad_answer',
    ],
    ['an unknown log', { status: 404, body: '' }, 'refused'],
    ['a failure', { status: 500, body: '' }, 'refused'],
  ])('that answers with %s gives an outcome', async (_, response, reason) => {
    let asked = 0
    const outcome = await requestCosignature(checkpointOf(5), 0, witnesses, prove, async () => {
      asked++
      return response
    })
    expect(outcome).toMatchObject({ ok: false, reason })
    expect(asked).toBeLessThanOrEqual(3)
  })
})
