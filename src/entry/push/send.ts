import { createReadStream } from 'node:fs'
import { type IncomingMessage, request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import { pipeline } from 'node:stream/promises'
import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { messageOf } from '../../platform/errors/errors.ts'

/** What is sent: a file, with what stands before and after it in the body. */
export interface Sending {
  readonly url: URL
  /** Of the key and of what the body is; without those of its length and of retrying. */
  readonly headers: Readonly<Record<string, string>>
  readonly before: string
  readonly file: string
  readonly fileBytes: number
  readonly after: string
  /** The same for every attempt, so that what was done already is not done again. */
  readonly idempotencyKey: string
  readonly retries: number
  /** Before the first retry; twice as long before each that follows. Milliseconds. */
  readonly firstWaitMs: number
  readonly onProgress: (sentBytes: number) => void
  readonly onRetry: (why: string, waitMs: number) => void
}

/** How sending ended: 0 done, 1 refused, 75 not reached (EX_TEMPFAIL of sysexits: try later), 77 not allowed (EX_NOPERM). */
export interface Sent {
  readonly exitCode: 0 | 1 | 75 | 77
  /** The answer of a push that was done. */
  readonly answer?: unknown
  /** What was wrong otherwise. */
  readonly message?: string
}

const longestWaitMs = 30_000
/** Sorting a million records takes some seconds; a line that is dead takes for ever. */
const silenceMs = 300_000
const longestAnswer = 1024 * 1024
const problem = z.object({ detail: z.string() })

/** Sends, and sends again under the same idempotency key while the network or the server is not up to it. */
export async function send(sending: Sending): Promise<Sent> {
  for (let attempt = 0; ; attempt++) {
    const { status, body, retryAfterMs } = await attemptToSend(sending)
    if (status >= 200 && status < 300) return { exitCode: 0, answer: JSON.parse(body) }
    const message = status === 0 ? `${sending.url.origin} was not reached: ${body}` : detailOf(status, body)
    if (!isPassing(status, retryAfterMs)) return { exitCode: status === 401 || status === 403 ? 77 : 1, message }
    if (attempt >= sending.retries) return { exitCode: 75, message }
    const waitMs = Math.min(Math.max(sending.firstWaitMs * 2 ** attempt, retryAfterMs ?? 0), longestWaitMs)
    sending.onRetry(message, waitMs)
    await setTimeout(waitMs)
  }
}

/** Not reached, over its limits, broken for a moment, or at work on an earlier attempt of the same: worth another try. */
function isPassing(status: number, retryAfterMs: number | undefined): boolean {
  return [0, 429, 500, 502, 503, 504].includes(status) || (status === 409 && retryAfterMs !== undefined)
}

interface Attempted {
  /** 0 when there was no answer; `body` says why. */
  readonly status: number
  readonly body: string
  readonly retryAfterMs: number | undefined
}

async function attemptToSend(sending: Sending): Promise<Attempted> {
  const { url, headers, before, file, fileBytes, after, idempotencyKey, onProgress } = sending
  const begin = url.protocol === 'https:' ? secureRequest : plainRequest
  const request = begin(url, {
    method: 'POST',
    headers: {
      ...headers,
      'idempotency-key': idempotencyKey,
      'content-length': Buffer.byteLength(before) + fileBytes + Buffer.byteLength(after),
    },
  })
  request.setTimeout(silenceMs, () => request.destroy(new Error(`nothing was heard for ${silenceMs / 1000} seconds`)))
  const answered = new Promise<Attempted>((resolve, reject) => {
    request.once('error', reject)
    // Before everything is sent, too: then it is a refusal, and the rest is not needed.
    request.once('response', response => resolve(readAnswer(response)))
  })
  const bytes = createReadStream(file, { start: 0, end: Math.max(fileBytes - 1, 0) })
  let sent = 0
  bytes.on('data', chunk => {
    sent += chunk.length
    onProgress(sent)
  })
  const uploaded = (async () => {
    request.write(before)
    await pipeline(bytes, request, { end: false })
    request.end(after)
  })()
  uploaded.catch(() => undefined)
  try {
    return await answered
  } catch (thrown) {
    return {
      status: 0,
      body: messageOf(thrown) || String((thrown as { code?: unknown }).code),
      retryAfterMs: undefined,
    }
  } finally {
    bytes.destroy()
    request.destroy()
  }
}

async function readAnswer(response: IncomingMessage): Promise<Attempted> {
  let body = ''
  response.setEncoding('utf8')
  for await (const text of response) {
    body += text
    if (body.length > longestAnswer) break
  }
  const seconds = Number(response.headers['retry-after'])
  return {
    status: response.statusCode ?? 0,
    body,
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined,
  }
}

function detailOf(status: number, body: string): string {
  try {
    return problem.parse(JSON.parse(body)).detail
  } catch {
    return `The server answered with ${status}. Is VOUCH_URL the address of Vouch?`
  }
}
