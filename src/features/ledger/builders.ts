import { randomUUID } from 'node:crypto'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Services } from '../../platform/services.ts'
import { appendFacts, type Fact, systemActor } from './append-fact.ts'
import { createLog, originOf } from './keys.ts'

/** An organisation with a log and nothing else; test data. Returns its id and its log's origin. */
export async function makeLog(services: Services): Promise<{ orgId: string; origin: string }> {
  const organisation = { id: randomUUID(), slug: `log-${randomUUID()}`, isSample: true }
  const origin = originOf(organisation)
  await services.database.tenant(organisation.id, services.clock, async tx => {
    const row = {
      id: organisation.id,
      slug: organisation.slug,
      name: 'Test',
      is_sample: true,
      created_at: tx.clock.now(),
    }
    await tx.sql.insertInto('organisation').values(row).execute()
    await createLog(services, tx, origin)
  })
  return { orgId: organisation.id, origin }
}

/** Facts that say nothing much. */
export function sampleFacts(count: number): Fact[] {
  return Array.from({ length: count }, () => {
    const exception = randomUUID()
    return { kind: 'exception.revoked', actor: systemActor, subject: exception, content: { exception } }
  })
}

/** Appends facts in a transaction of their own. Returns the entries' ids. */
export function append(services: Services, orgId: string, count: number): Promise<number[]> {
  return services.database.tenant(orgId, services.clock, tx => appendFacts(tx, sampleFacts(count)))
}

/** A small HTTP server on loopback; test data. */
export async function serveLocally(listener: RequestListener): Promise<{ url: string; close(): Promise<void> }> {
  const server: Server = createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** The whole body of a request. */
export async function bodyOf(request: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}
