import { connect } from 'node:net'
import { setTimeout as atMost } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { endSession } from '../features/access/account.ts'
import { makeMember } from '../features/access/builders.ts'
import { removeMember } from '../features/access/members.ts'
import { makeOrganisation } from '../features/scope/builders.ts'
import { announce } from '../platform/events/events.ts'
import { type TestServices, testServices } from '../platform/testing/services.ts'
import { createServer } from './server.ts'

let services: TestServices
let ours = ''
let theirs = ''

beforeAll(async () => {
  services = await testServices()
  ours = await makeOrganisation(services)
  theirs = await makeOrganisation(services)
})
afterAll(() => services.close())

describe('a server that listens', () => {
  it('is shut to who does not say whom he wants', async () => {
    const listening = await createServer(services)
    await listening.listen({ host: '127.0.0.1', port: 0 })
    const address = listening.server.address()
    const socket = connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1')
    socket.end('GET /api/v1/organisation HTTP/1.0\r\n\r\n')
    let answer = ''
    for await (const chunk of socket) answer += String(chunk)
    expect(answer).toMatch(/^HTTP\/1\.1 403 /)
    await listening.close()
  })
})

describe('the stream of changes', () => {
  it('tells of the changes of its own organisation, after they are committed, and ends when its reader leaves', async () => {
    let listening = 0
    const real = services.changes.onChange.bind(services.changes)
    vi.spyOn(services.changes, 'onChange').mockImplementation(listener => {
      listening++
      const stop = real(listener)
      return () => {
        listening--
        stop()
      }
    })
    const streaming = await createServer(services)
    const url = await streaming.listen({ host: '127.0.0.1', port: 0 })
    const controller = new AbortController()
    const { cookie } = await makeMember(services, ours, 'viewer')
    const response = await fetch(`${url}/api/v1/events`, { signal: controller.signal, headers: { cookie } })
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(listening).toBe(1)

    const say = (orgId: string, topic: string, commit = true) =>
      services.database.tenant(orgId, services.clock, async tx => {
        await announce(tx, topic, 'an id')
        if (!commit) throw new Error('rolled back')
      })
    await say(theirs, 'of theirs')
    await say(ours, 'of what was rolled back', false).catch(() => {})
    await say(ours, 'of ours')
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (!text.includes('of ours')) text += (await reader?.read())?.value
    expect(text.match(/^data: .*$/gm)).toEqual(['data: {"topic":"of ours","id":"an id"}'])
    expect(text).toMatch(/event: change\ndata: .*\n\n/)

    controller.abort()
    await vi.waitFor(() => expect(listening).toBe(0), { timeout: 5_000 })
    streaming.server.closeAllConnections()
    await Promise.race([streaming.close(), atMost(5_000).then(() => Promise.reject(new Error('it did not close')))])
  })

  it('is not begun for a reader who left while they were being looked up', async () => {
    let listening = 0
    const onChange = vi.spyOn(services.changes, 'onChange').mockImplementation(() => {
      listening++
      return () => listening--
    })
    const { cookie } = await makeMember(services, ours, 'viewer')
    const found = services.signIn.authenticate.bind(services.signIn)
    const streaming = await createServer(services)
    const lookUp = vi.spyOn(services.signIn, 'authenticate').mockImplementation(async caller => {
      socket.destroy()
      await vi.waitFor(() => expect(sockets()).resolves.toBe(0))
      return found(caller)
    })
    const sockets = () => new Promise(resolve => streaming.server.getConnections((_, count) => resolve(count)))
    await streaming.listen({ host: '127.0.0.1', port: 0 })
    const address = streaming.server.address()
    const socket = connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1')
    socket.write(`GET /api/v1/events HTTP/1.1\r\nhost: localhost\r\ncookie: ${cookie}\r\n\r\n`)
    await vi.waitFor(() => expect(onChange).toHaveBeenCalled(), { timeout: 5_000 })
    expect(listening).toBe(0)
    lookUp.mockRestore()
    onChange.mockRestore()
    await streaming.close()
  })

  it('ends at once when its reader’s session ends, or their membership, and for nobody else', async () => {
    const streaming = await createServer(services)
    const url = await streaming.listen({ host: '127.0.0.1', port: 0 })
    const follow = async (cookie: string) => {
      const response = await fetch(`${url}/api/v1/events`, { headers: { cookie } })
      expect(response.status).toBe(200)
      const reader = response.body?.getReader()
      await reader?.read()
      const end = (async () => {
        for (;;) if ((await reader?.read())?.done !== false) return
      })()
      return { end, cancel: () => reader?.cancel() }
    }
    const [signedOut, removed, stays] = [
      await makeMember(services, ours, 'viewer'),
      await makeMember(services, ours, 'viewer'),
      await makeMember(services, ours, 'viewer'),
    ]
    const streams = await Promise.all([signedOut, removed, stays].map(person => follow(person.cookie)))
    let still = true
    void streams[2]?.end.then(() => (still = false))

    await endSession(services, signedOut.user.id, signedOut.sessionId)
    await streams[0]?.end
    await services.database.tenant(ours, services.clock, tx =>
      removeMember(tx, removed.user.id, { actor: 'operator', role: 'owner' }),
    )
    await streams[1]?.end
    expect(still).toBe(true)
    await streams[2]?.cancel()
    streaming.server.closeAllConnections()
    await streaming.close()
  })
})
