import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fetchOutside, isPublic, judgeOutside, type ResolveName } from './outbound.ts'

let server: Server
let port = 0
/** Paths that were asked for. */
const asked: string[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (request.url === '/redirect') response.writeHead(302, { location: `http://127.0.0.1:${port}/secret` }).end()
    else if (request.url === '/never') return
    else if (request.url === '/drip') {
      response.writeHead(200)
      const timer = setInterval(() => response.write('x'), 20)
      response.on('close', () => clearInterval(timer))
    } else if (request.url === '/large') response.end(Buffer.alloc(100_000))
    else
      response.writeHead(200, { 'content-type': 'text/x-test' }).end(`${request.method} ${request.headers['x-test']}`)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const get = (url: string, options: { allowed?: string[]; timeoutMs?: number; maxBytes?: number } = {}) =>
  fetchOutside(options.allowed ?? ['127.0.0.1'], {
    url,
    method: 'GET',
    timeoutMs: options.timeoutMs ?? 5_000,
    ...(options.maxBytes && { maxBytes: options.maxBytes }),
  })

describe('an address that is not public', () => {
  const addresses = [
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:10.0.0.1]',
    '[::127.0.0.1]',
    '[fe80::1]',
    '[fc00::1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '[2001::1]',
    '[ff02::1]',
    '[2001:db8::1]',
    '[fec0::1]',
  ]
  for (const address of addresses) {
    it(`is refused: ${address}`, async () => {
      asked.length = 0
      await expect(get(`http://${address}:${port}/`, { allowed: [] })).rejects.toMatchObject({
        code: 'forbidden',
        message: expect.stringContaining('VOUCH_ALLOW_PRIVATE_HOSTS'),
      })
      expect(asked).toEqual([])
    })
  }

  it('is refused when a name leads to it', async () => {
    asked.length = 0
    for (const name of ['localhost', 'LOCALHOST']) {
      await expect(get(`http://${name}:${port}/`, { allowed: [] }), name).rejects.toMatchObject({ code: 'forbidden' })
    }
    expect(asked).toEqual([])
  })

  it('is reached when the configuration names it, and no other is with it', async () => {
    const { status, contentType, body } = await get(`http://127.0.0.1:${port}/`)
    expect([status, contentType, Buffer.from(body).toString()]).toEqual([200, 'text/x-test', 'GET undefined'])
    expect((await get(`http://localhost:${port}/`, { allowed: ['localhost'] })).status).toBe(200)
    await expect(get(`http://localhost:${port}/`, { allowed: ['127.0.0.1'] })).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(get(`http://127.0.0.1:${port}/`, { allowed: ['localhost'] })).rejects.toMatchObject({
      code: 'forbidden',
    })
  })

  it('is told from a public one', () => {
    for (const address of ['8.8.8.8', '1.1.1.1', '2606:4700:4700::1111', '::ffff:8.8.8.8'])
      expect(isPublic(address), address).toBe(true)
  })
})

describe('an answer', () => {
  it('is not followed elsewhere', async () => {
    asked.length = 0
    expect((await get(`http://127.0.0.1:${port}/redirect`)).status).toBe(302)
    expect(asked).toEqual(['/redirect'])
  })

  it('of another protocol is not asked for', async () => {
    for (const url of ['file:///etc/passwd', 'ftp://example.com/', 'data:text/plain,x'])
      await expect(get(url)).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('may have so many bytes and no more', async () => {
    expect((await get(`http://127.0.0.1:${port}/large`, { maxBytes: 100_000 })).body).toHaveLength(100_000)
    await expect(get(`http://127.0.0.1:${port}/large`, { maxBytes: 99_999 })).rejects.toMatchObject({
      code: 'source_failed',
      message: expect.stringContaining('99999'),
    })
  })

  it('must come, whole, in time', async () => {
    for (const path of ['never', 'drip']) {
      const started = Date.now()
      await expect(get(`http://127.0.0.1:${port}/${path}`, { timeoutMs: 200 }), path).rejects.toMatchObject({
        code: 'source_failed',
      })
      expect(Date.now() - started).toBeLessThan(2_000)
    }
  })

  it('of nobody is a failure with the host named', async () => {
    await expect(get('http://127.0.0.1:1/')).rejects.toMatchObject({
      code: 'source_failed',
      message: expect.stringContaining('127.0.0.1'),
    })
    await expect(get('http://no-such-host.invalid/')).rejects.toMatchObject({
      code: 'source_failed',
      message: expect.stringContaining('no-such-host.invalid'),
    })
  })

  it('is read up to where it is cut, also one that never ends', async () => {
    const cut = (path: string, cutAfter: number) =>
      fetchOutside(['127.0.0.1'], { url: `http://127.0.0.1:${port}/${path}`, method: 'GET', maxBytes: 10, cutAfter })
    expect((await cut('large', 1_024)).body).toHaveLength(1_024)
    expect((await cut('drip', 3)).body).toHaveLength(3)
  })

  it('is waited for no longer when the asker gives up', async () => {
    const asker = new AbortController()
    const url = `http://127.0.0.1:${port}/never`
    const answer = fetchOutside(['127.0.0.1'], { url, method: 'GET', timeoutMs: 60_000, signal: asker.signal })
    asker.abort()
    await expect(answer).rejects.toMatchObject({ code: 'source_failed' })
  })
})

describe('a name', () => {
  it('is asked for once: the address that was judged is the one that is connected to', async () => {
    asked.length = 0
    let times = 0
    // As a server of names of an attacker does: first a public address, then ours.
    const rebinding = ((_name: string, _options: object, done: (error: null, found: object[]) => void) => {
      times += 1
      done(null, [times === 1 ? { address: '2000::1', family: 6 } : { address: '127.0.0.1', family: 4 }])
    }) as unknown as ResolveName
    const get = () =>
      fetchOutside([], { url: `http://rebinding.test:${port}/`, method: 'GET', timeoutMs: 300 }, rebinding)
    await expect(get()).rejects.toMatchObject({ code: 'source_failed' })
    expect(times).toBe(1)
    await expect(get()).rejects.toMatchObject({ code: 'forbidden' })
    expect(asked).toEqual([])
  })

  it('is judged before anything is sent there, and let through when it leads nowhere yet', async () => {
    for (const url of ['https://localhost/', 'https://10.0.0.1/', 'https://[::1]/', 'ftp://8.8.8.8/'])
      await expect(judgeOutside([], url), url).rejects.toMatchObject({ code: 'forbidden' })
    await judgeOutside(['localhost'], 'https://localhost/')
    await judgeOutside([], 'https://no-such-host.invalid/')
    await judgeOutside([], 'https://8.8.8.8/')
  })
})
