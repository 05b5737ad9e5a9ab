import { expect, test } from 'vitest'
import { toBase64, utf8 } from '../../../verifier/log/bytes.ts'
import { signCheckpoint } from '../../../verifier/log/checkpoint.ts'
import { leafHash, nodeHash } from '../../../verifier/log/merkle.ts'
import { noteSigner } from '../../../verifier/log/note.ts'
import { formatVerifierKey } from '../../../verifier/log/note-text.ts'
import { canonicalJson, commitmentOf, sha256 } from '../../../verifier/records/canonical.ts'
import { allHold } from './steps.ts'
import { verifyEntry } from './verify-entry.ts'
import { verifyContent, verifyNames, verifyRecord } from './verify-records.ts'

const origin = 'log.example/acme'
const signer = noteSigner(origin, new Uint8Array(32).fill(7))
const vkey = formatVerifierKey(signer.key)
const otherKey = formatVerifierKey(noteSigner(origin, new Uint8Array(32).fill(8)).key)

function makeEntry() {
  const salt = 'ab'.repeat(32)
  const canonical_content = canonicalJson({ resource: 'git.commit', content: sha256('records') })
  const head = { kind: 'collection.completed', time: '2026-06-01T00:00:00.000Z', actor: 'system', subject: 'run-1' }
  const leaf = canonicalJson({ ...head, commitment: commitmentOf(salt, canonical_content) })
  const sibling = leafHash(utf8('another leaf'))
  const root = nodeHash(sibling, leafHash(utf8(leaf)))
  const checkpoint = signCheckpoint({ origin, size: 2, root, extensions: [] }, [signer])
  return {
    ...head,
    id: 9,
    index: 1,
    leaf,
    content: JSON.parse(canonical_content) as unknown,
    salt,
    canonical_content,
    proof: { size: 2, hashes: [toBase64(sibling)], checkpoint, vkey },
  }
}

test('every step of a true entry holds', async () => {
  const steps = await verifyEntry(makeEntry(), origin, [vkey])
  expect(steps.map(step => step.state)).toEqual(['holds', 'holds', 'holds', 'holds'])
})

test.each([
  ['content', { canonical_content: '{"resource":"git.tag"}' }],
  ['salt', { salt: 'cd'.repeat(32) }],
  ['leaf', { leaf: makeEntry().leaf.replace('system', 'sYstem') }],
  ['index', { index: 0 }],
  [
    'checkpoint',
    { proof: { ...makeEntry().proof, checkpoint: makeEntry().proof.checkpoint.replace('\n2\n', '\n3\n') } },
  ],
  ['proof', { proof: { ...makeEntry().proof, hashes: [] } }],
  ['base64 of the proof', { proof: { ...makeEntry().proof, hashes: ['not base64'] } }],
  ['key', { proof: { ...makeEntry().proof, vkey: otherKey } }],
])('a changed %s does not hold', async (_part, change) => {
  const steps = await verifyEntry({ ...makeEntry(), ...change }, origin, [vkey])
  expect(steps.some(step => step.state === 'fails')).toBe(true)
})

test('an entry of another log, or signed by a key that the reader does not trust, does not hold', async () => {
  expect(allHold(await verifyEntry(makeEntry(), 'log.example/other', [vkey]))).toBe(false)
  expect(allHold(await verifyEntry(makeEntry(), origin, [otherKey]))).toBe(false)
})

test('what was erased or has no place yet is open, never held', async () => {
  const erased = await verifyEntry({ ...makeEntry(), content: null, salt: null, canonical_content: null }, origin, [
    vkey,
  ])
  expect(erased.map(step => step.state)).toEqual(['open', 'holds', 'holds', 'holds'])
  const waiting = await verifyEntry({ ...makeEntry(), index: null, proof: null }, origin, [vkey])
  expect(waiting.map(step => step.state)).toEqual(['holds', 'open'])
})

test('records and contents are held to their hashes, entries to the hashes that they name', async () => {
  const record = { b: 1, a: 'ü' }
  expect((await verifyRecord({ line: 1, sha256: sha256(canonicalJson(record)), record })).state).toBe('holds')
  expect(
    (await verifyRecord({ line: 1, sha256: sha256(canonicalJson(record)), record: { ...record, b: 2 } })).state,
  ).toBe('fails')
  expect((await verifyContent(utf8('records'), sha256('records'))).state).toBe('holds')
  expect((await verifyContent(utf8('record'), sha256('records'))).state).toBe('fails')
  expect(verifyNames(makeEntry(), sha256('records'), 'the snapshot').state).toBe('holds')
  expect(verifyNames(makeEntry(), sha256('others'), 'the snapshot').state).toBe('fails')
  expect(verifyNames({ ...makeEntry(), canonical_content: null }, sha256('records'), 'it').state).toBe('open')
})
