import { randomUUID } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Services } from '../../platform/services.ts'
import { appendFact } from '../ledger/append-fact.ts'
import { integrate } from '../ledger/integrate.ts'
import { addEndpoint } from './change-endpoint.ts'

export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

type Answer = (response: ServerResponse, received: Received) => void

/** A receiver of webhooks over real HTTP, whose answers a test decides by path. */
export class Receiver {
  readonly #server: Server
  readonly received: Received[] = []
  readonly #answers = new Map<string, Answer>()
  readonly #waiting = new Set<() => void>()

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(): Promise<Receiver> {
    const server = createServer()
    const receiver = new Receiver(server)
    server.on('request', (request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const received = {
          path: request.url ?? '',
          headers: request.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }
        receiver.received.push(received)
        const answer = receiver.#answers.get(received.path) ?? (to => to.end('thanks'))
        answer(response, received)
        for (const look of receiver.#waiting) look()
      })
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return receiver
  }

  url(path: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`
  }

  answer(path: string, answer: Answer): void {
    this.#answers.set(path, answer)
  }

  /** What has come to a path. */
  at(path: string): Received[] {
    return this.received.filter(one => one.path === path)
  }

  /** Waits until so many have come to a path. */
  async until(path: string, many: number): Promise<Received[]> {
    if (this.at(path).length < many)
      await new Promise<void>(resolve => {
        const look = () => {
          if (this.at(path).length < many) return
          this.#waiting.delete(look)
          resolve()
        }
        this.#waiting.add(look)
      })
    return this.at(path)
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }
}

/** An endpoint of `orgId`, at once. */
export async function makeEndpoint(services: Services, orgId: string, url: string, kinds: string[] | null = null) {
  await integrate(services, orgId)
  return services.database.tenant(orgId, services.clock, tx =>
    addEndpoint(services, tx, { url, description: 'Test', kinds }),
  )
}

/** Something that happens in `orgId`: an exception ends. Returns its id. */
export async function somethingHappens(services: Services, orgId: string, integrated = true): Promise<string> {
  const exception = randomUUID()
  await services.database.tenant(orgId, services.clock, tx =>
    appendFact(tx, { kind: 'exception.revoked', actor: 'operator', subject: exception, content: { exception } }),
  )
  if (integrated) await integrate(services, orgId)
  return exception
}
