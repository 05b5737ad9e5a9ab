import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sameBytes } from '../../../verifier/log/bytes.ts'
import { openCheckpoint } from '../../../verifier/log/checkpoint.ts'
import { parseCheckpoint } from '../../../verifier/log/checkpoint-text.ts'
import { cosignatureVerifier, cosigner } from '../../../verifier/log/cosignature.ts'
import { emptyRoot, sha256, verifyConsistency } from '../../../verifier/log/merkle.ts'
import { noteVerifier, openNote, parseVerifierKey } from '../../../verifier/log/note.ts'
import { formatSignatureLine, formatVerifierKey } from '../../../verifier/log/note-text.ts'
import { OpensslAuthority, timestampingExtensions } from '../../../verifier/log/testing/openssl-authority.ts'
import { verifyTimestamp } from '../../../verifier/log/timestamp.ts'
import { parseAddCheckpoint } from '../../../verifier/log/witness-client.ts'
import { createApp } from '../../platform/http/app.ts'
import type { Services } from '../../platform/services.ts'
import { everythingIn } from '../../platform/testing/principals.ts'
import { type TestServices, testServices } from '../../platform/testing/services.ts'
import { append, bodyOf, makeLog, serveLocally } from './builders.ts'
import { integrate } from './integrate.ts'
import { ledgerTick } from './integrator.ts'
import { ledgerRoutes } from './routes.ts'
import { stampNewest } from './stamp-checkpoints.ts'
import { listCosignatures, listKeys, listTimestamps } from './store.ts'
import { witnessNewest } from './witness-checkpoints.ts'

let services: TestServices
beforeAll(async () => {
  services = await testServices()
})
afterAll(() => services.close())

const configured = (config: Partial<Services['config']>): Services => ({
  ...services,
  config: { ...services.config, allowPrivateHosts: ['127.0.0.1'], ...config },
})
const within = <T>(orgId: string, read: (tx: Parameters<typeof listKeys>[0]) => Promise<T>) =>
  services.database.tenant(orgId, services.clock, read)

/** What the ledger's page is told. */
async function ledgerPage(orgId: string, by: Services) {
  const app = await createApp({
    services: by,
    routes: [ledgerRoutes],
    access: everythingIn(() => orgId),
    version: 'test',
  })
  const response = await app.inject({ url: '/api/v1/ledger', headers: { host: 'localhost' } })
  await app.close()
  return response.json()
}

describe('a time-stamping authority', () => {
  let authority: OpensslAuthority
  let server: Awaited<ReturnType<typeof serveLocally>>
  /** How the authority answers; each test says. */
  let answer: (request: Buffer) => Promise<{ status: number; body: Uint8Array }>
  let asked = 0

  beforeAll(async () => {
    authority = await OpensslAuthority.create()
    await authority.certificate('root')
    await authority.certificate('tsa', { issuer: 'root', extensions: timestampingExtensions })
    server = await serveLocally(async (request, response) => {
      asked++
      expect(request.headers['content-type']).toBe('application/timestamp-query')
      const { status, body } = await answer(await bodyOf(request))
      response.writeHead(status, { 'content-type': 'application/timestamp-reply' }).end(body)
    })
  })
  afterAll(async () => {
    await server.close()
    await authority.remove()
  })
  const honest = async (request: Buffer) => ({ status: 200, body: await authority.reply(request, 'tsa') })

  it('stamps the newest checkpoint, once, with a token that anybody can check', async () => {
    answer = honest
    const stamping = configured({ tsaUrl: server.url })
    const { orgId } = await makeLog(services)
    expect(await stampNewest(stamping, orgId)).toBe(false)
    await append(services, orgId, 1)
    await integrate(services, orgId)
    await append(services, orgId, 1)
    const note = (await integrate(services, orgId))?.note ?? ''
    expect(await stampNewest(configured({}), orgId)).toBe(false)
    asked = 0
    expect(await stampNewest(stamping, orgId)).toBe(true)
    expect(await stampNewest(stamping, orgId)).toBe(false)
    expect(asked).toBe(1)
    const [stamp, ...rest] = await within(orgId, listTimestamps)
    expect(rest).toEqual([])
    expect(stamp).toMatchObject({ size: 2, authority: server.url })
    const root = await authority.read('root.pem')
    const verified = await verifyTimestamp(stamp?.token ?? Buffer.of(), {
      digest: sha256(Buffer.from(note)),
      roots: [root.toString()],
    })
    expect(verified).toMatchObject({ ok: true, chainTrusted: true, time: stamp?.time })
    const { latest, stamping: shown } = await ledgerPage(orgId, stamping)
    expect(latest.timestamps).toEqual([{ authority: server.url, time: stamp?.time.toISOString() }])
    expect(shown).toEqual({ authority: server.url, late: false })
  })

  it('that is down, answers badly or stamps something else is asked again at the next tick, and its stamp is called late after an hour', async () => {
    const stamping = configured({ tsaUrl: server.url })
    const { orgId } = await makeLog(services)
    await append(services, orgId, 1)
    await integrate(services, orgId)
    const bad: (typeof answer)[] = [
      async () => ({ status: 500, body: Buffer.of() }),
      async () => ({ status: 200, body: Buffer.from('no answer') }),
      async () => ({ status: 200, body: randomBytes(2 * 1024 * 1024) }),
      // An honest answer to another request: its nonce and imprint are not ours.
      async request => honest(Buffer.concat([request.subarray(0, -20), randomBytes(20)])),
    ]
    for (const manner of bad) {
      answer = manner
      await expect(stampNewest(stamping, orgId)).rejects.toMatchObject({ code: 'source_failed' })
    }
    const nobody = await serveLocally(() => {})
    await nobody.close()
    await expect(stampNewest(configured({ tsaUrl: nobody.url }), orgId)).rejects.toMatchObject({
      code: 'source_failed',
    })
    await expect(stampNewest(configured({ tsaUrl: server.url, allowPrivateHosts: [] }), orgId)).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect(await within(orgId, listTimestamps)).toEqual([])

    expect((await ledgerPage(orgId, stamping)).stamping.late).toBe(false)
    const superuser = await services.database.dedicatedClient('test')
    await superuser.query(
      "update ledger_checkpoint set created_at = created_at - interval '61 minutes' where org_id = $1",
      [orgId],
    )
    await superuser.end()
    expect((await ledgerPage(orgId, stamping)).stamping.late).toBe(true)
    expect((await ledgerPage(orgId, configured({}))).stamping).toEqual({ authority: null, late: false })

    // One log's trouble is no other's, and the tick goes on.
    const { orgId: other } = await makeLog(services)
    await append(services, other, 1)
    answer = honest
    await ledgerTick(stamping).run()
    expect(await within(orgId, listTimestamps)).toMatchObject([{ size: 1 }])
    expect(await within(other, listTimestamps)).toMatchObject([{ size: 1 }])
    expect((await ledgerPage(orgId, stamping)).stamping.late).toBe(false)
  })
})

/**
 * A witness as C2SP tlog-witness demands ("add-checkpoint"): it knows the log's key, remembers the largest tree that it cosigned, answers 409 with that size when
 * asked from another, 422 to a proof that does not lead from its tree to the offered one, 403 to an unknown key.
 */
async function startWitness(logs: ReadonlyMap<string, readonly string[]>) {
  const signer = cosigner('witness.example/one', randomBytes(32))
  const seen = new Map<string, { size: number; root: Uint8Array }>()
  const answers: number[] = []
  const server = await serveLocally(async (request, response) => {
    const [status, type, body] = judge((await bodyOf(request)).toString())
    answers.push(status)
    response.writeHead(status, { 'content-type': type }).end(body)
  })
  function judge(text: string): [number, string, string] {
    const { oldSize, proof, checkpoint } = parseAddCheckpoint(text)
    const origin = checkpoint.slice(0, checkpoint.indexOf('\n'))
    const keys = (logs.get(origin) ?? []).map(key => noteVerifier(parseVerifierKey(key)))
    try {
      openNote(checkpoint, keys)
    } catch {
      return [403, 'text/plain', '']
    }
    const { text: signed } = openNote(checkpoint, keys)
    const { size, root } = parseCheckpoint(signed)
    const last = seen.get(origin) ?? { size: 0, root: emptyRoot }
    if (oldSize > size) return [400, 'text/plain', '']
    if (oldSize !== last.size) return [409, 'text/x.tlog.size', `${last.size}\n`]
    if (oldSize === size && !sameBytes(root, last.root)) return [409, 'text/x.tlog.size', `${last.size}\n`]
    if (!verifyConsistency(oldSize, size, last.root, root, proof)) return [422, 'text/plain', '']
    seen.set(origin, { size, root })
    return [200, 'text/plain', formatSignatureLine(signer.cosign(signed, Math.floor(Date.now() / 1_000)))]
  }
  return { ...server, key: formatVerifierKey(signer.key), verifier: cosignatureVerifier(signer.key), answers, seen }
}

describe('a witness', () => {
  it('cosigns each checkpoint from the last one on; when it has another size than we know, it is asked from there', async () => {
    const { orgId, origin } = await makeLog(services)
    const keys = (await within(orgId, listKeys)).map(key => key.vkey)
    const witness = await startWitness(new Map([[origin, keys]]))
    const witnessing = configured({ witness: { url: `${witness.url}/`, key: witness.key } })
    expect(await witnessNewest(witnessing, orgId)).toBe(false)
    for (const count of [1, 5, 300]) {
      await append(services, orgId, count)
      await integrate(services, orgId)
      expect(await witnessNewest(witnessing, orgId)).toBe(true)
      expect(await witnessNewest(witnessing, orgId)).toBe(false)
    }
    expect(witness.answers).toEqual([200, 200, 200])
    const { latest, witness: shown } = await ledgerPage(orgId, witnessing)
    expect(latest).toMatchObject({ size: 306, witnesses: ['witness.example/one'] })
    expect(shown).toEqual({ name: 'witness.example/one' })
    // Its line verifies together with ours, over the very checkpoint that is served.
    const [line] = (await within(orgId, listCosignatures)).filter(row => row.size === 306)
    const logKeys = keys.map(key => noteVerifier(parseVerifierKey(key)))
    const opened = openCheckpoint(`${latest.note}${line?.line}`, { origin, logKeys, witnesses: [witness.verifier] })
    expect(opened.cosignatures).toMatchObject([{ name: 'witness.example/one' }])

    // A backup that was restored, say: the witness has seen what we no longer know that it has.
    const superuser = await services.database.dedicatedClient('test')
    await superuser.query('delete from ledger_cosignature where org_id = $1', [orgId])
    await superuser.end()
    await append(services, orgId, 2)
    await integrate(services, orgId)
    expect(await witnessNewest(witnessing, orgId)).toBe(true)
    expect(witness.answers.slice(3)).toEqual([409, 200])
    await witness.close()
  })

  it('does not cosign another history of the same log, and we say that its tree is larger than ours', async () => {
    const { orgId, origin } = await makeLog(services)
    const keys = (await within(orgId, listKeys)).map(key => key.vkey)
    const witness = await startWitness(new Map([[origin, keys]]))
    const witnessing = configured({ witness: { url: witness.url, key: witness.key } })
    await append(services, orgId, 4)
    await integrate(services, orgId)
    await witnessNewest(witnessing, orgId)
    await append(services, orgId, 4)
    await integrate(services, orgId)
    // The witness saw another tree of four leaves: ours is not its continuation.
    witness.seen.set(origin, { size: 4, root: sha256(Buffer.from('another history')) })
    await expect(witnessNewest(witnessing, orgId)).rejects.toMatchObject({
      code: 'source_failed',
      message: expect.stringContaining('422'),
    })
    witness.seen.set(origin, { size: 9, root: sha256(Buffer.from('a larger tree')) })
    await expect(witnessNewest(witnessing, orgId)).rejects.toMatchObject({ code: 'integrity' })
    expect((await within(orgId, listCosignatures)).map(row => row.size)).toEqual([4])
    await witness.close()
  })

  it('that does not know the log, or signs with another key, gives no cosignature', async () => {
    const { orgId, origin } = await makeLog(services)
    await append(services, orgId, 1)
    await integrate(services, orgId)
    const stranger = await startWitness(new Map())
    await expect(
      witnessNewest(configured({ witness: { url: stranger.url, key: stranger.key } }), orgId),
    ).rejects.toMatchObject({
      code: 'source_failed',
      message: expect.stringContaining('403'),
    })
    const witness = await startWitness(new Map([[origin, (await within(orgId, listKeys)).map(key => key.vkey)]]))
    await expect(
      witnessNewest(configured({ witness: { url: witness.url, key: stranger.key } }), orgId),
    ).rejects.toMatchObject({ code: 'source_failed' })
    expect(await within(orgId, listCosignatures)).toEqual([])
    await stranger.close()
    await witness.close()
  })
})
