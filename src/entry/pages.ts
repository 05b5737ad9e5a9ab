import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { VouchError } from '../platform/errors/errors.ts'
import type { App } from '../platform/http/app.ts'
import { pagePolicy } from '../platform/http/page-headers.ts'

const webDir = new URL('../../dist/web', import.meta.url).pathname

/** Serves the pages, when they were built: files, and for every other address the one document, whose router knows which page it is. */
export async function servePages(app: App): Promise<void> {
  const index = join(webDir, 'index.html')
  if (!existsSync(index)) return
  await app.register(fastifyStatic, {
    root: webDir,
    wildcard: false,
    immutable: true,
    maxAge: '1y',
    index: false,
    globIgnore: ['index.html'],
  })
  const document = readFileSync(index, 'utf8')
  const page = (nonce: string) => document.replaceAll('__NONCE__', nonce)
  app.get('/*', { schema: { hide: true } }, (request, reply) => {
    if (/^\/(api|scim|assets|\.well-known)\//.test(request.url))
      throw new VouchError('not_found', 'There is nothing at this address.')
    const nonce = randomBytes(16).toString('base64')
    return reply
      .header('content-security-policy', pagePolicy(nonce))
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(page(nonce))
  })
}
