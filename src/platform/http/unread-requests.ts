import type { Duplex } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { errorCodes, VouchError } from '../errors/errors.ts'
import { sendProblem } from './problem.ts'

/** Answers a request whose address the router would not take: one that is not UTF-8, or has a part longer than any id. */
export function refuseAddress(_error: Error, request: FastifyRequest, reply: FastifyReply): void {
  sendProblem(new VouchError('invalid_input', 'There is no such address: a part of it is too long.'), request, reply)
}

/** Answers what could not be read as a request at all, on its bare connection, and closes that: headers that are too long, or no HTTP. */
export function refuseUnread(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const long = error.code === 'HPE_HEADER_OVERFLOW'
  const [status, phrase] = long ? [431, 'Request Header Fields Too Large'] : [400, 'Bad Request']
  const code = 'invalid_input'
  const body = JSON.stringify({
    type: `urn:vouch:error:${code}`,
    title: errorCodes[code].title,
    status,
    detail: long ? 'The address and the headers are too long.' : 'This cannot be read as a request.',
    code,
  })
  const head = [
    `HTTP/1.1 ${status} ${phrase}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
