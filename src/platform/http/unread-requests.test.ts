import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { problemSchema } from './problem.ts'
import { refuseUnread } from './unread-requests.ts'

const server = createServer((_request, response) => response.end('read'))
server.on('clientError', refuseUnread)
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => {
  server.close()
})

/** What the server answers to these bytes, until it closes the connection. */
async function answerTo(bytes: string): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.write(bytes)
  return text(socket)
}

it.each([
  ['an address that is too long', `GET /?q=${'x'.repeat(40_000)} HTTP/1.1\r\nhost: localhost\r\n\r\n`, 431],
  ['headers that are too long', `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`, 431],
  ['what is no HTTP', 'hello\r\n\r\n', 400],
])('%s gets problem details', async (_what, bytes, status) => {
  const [head = '', body = ''] = (await answerTo(bytes)).split('\r\n\r\n')
  expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  expect(head).toContain('content-type: application/problem+json')
  expect(problemSchema.parse(JSON.parse(body))).toMatchObject({ status, code: 'invalid_input' })
})

it('is not asked of what can be read', async () => {
  expect(await answerTo('GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /)
})
