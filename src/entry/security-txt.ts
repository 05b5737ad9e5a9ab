import { VouchError } from '../platform/errors/errors.ts'
import type { App } from '../platform/http/app.ts'
import type { Services } from '../platform/services.ts'

const path = '/.well-known/security.txt'
// RFC 9116 advises less than a year. Whole days: what is asked for twice on a day is the same.
const validDays = 180
const day = 86_400_000

/** `/.well-known/security.txt` (RFC 9116), when the installation says to whom a vulnerability is reported. Who serves it is there to renew it: it is valid for half a year from today. */
export function serveSecurityTxt(app: App, { config, clock }: Services): void {
  app.get(path, { schema: { hide: true } }, (_request, reply) => {
    const { securityContact, url } = config
    if (securityContact === undefined) throw new VouchError('not_found', 'There is nothing at this address.')
    const expires = new Date((Math.floor(clock.now().getTime() / day) + validDays) * day).toISOString()
    const lines = [
      `Contact: ${securityContact}`,
      `Expires: ${expires.replace('.000Z', 'Z')}`,
      'Preferred-Languages: en',
      ...(url === undefined ? [] : [`Canonical: ${url}${path}`]),
    ]
    return reply.type('text/plain; charset=utf-8').send(`${lines.join('\n')}\n`)
  })
}
