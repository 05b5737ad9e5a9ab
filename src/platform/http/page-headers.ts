import helmet from '@fastify/helmet'
import type { Config } from '../config/config.ts'
import { isSecure } from '../config/public-address.ts'
import type { App } from './app.ts'

const twoYears = 63_072_000
/** Of what a browser can do, pages need the clipboard (links that are shown once) and passkeys. */
const features = [
  ...['accelerometer', 'autoplay', 'camera', 'display-capture', 'fullscreen', 'geolocation', 'gyroscope', 'hid'],
  ...['magnetometer', 'microphone', 'midi', 'payment', 'screen-wake-lock', 'serial', 'usb'],
]
const permissionsPolicy = [
  ...features.map(name => `${name}=()`),
  'clipboard-write=(self)',
  'publickey-credentials-create=(self)',
  'publickey-credentials-get=(self)',
].join(', ')

/** What every answer tells a browser not to do. A page with style elements of its own has a policy of its own: `pagePolicy`. */
export async function setPageHeaders(app: App, config: Pick<Config, 'url'>): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: directives(undefined) },
    // A name that others share ports or subdomains of is theirs to decide for.
    strictTransportSecurity: isSecure(config) && { maxAge: twoYears, includeSubDomains: false },
    crossOriginEmbedderPolicy: true,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  })
  app.addHook('onSend', async (_request, reply) => {
    reply.header('permissions-policy', permissionsPolicy)
  })
}

/** The content security policy of an answer of the API, which is no page. */
export const answerPolicy = "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none';sandbox"

/** The content security policy of a page whose style elements bear `nonce`. */
export function pagePolicy(nonce: string): string {
  return Object.entries(directives(nonce))
    .map(([name, values]) => `${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)} ${values.join(' ')}`)
    .join(';')
}

/** No inline script, no style attribute, and of style elements only those with the page's nonce. */
function directives(nonce: string | undefined) {
  return {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", ...(nonce === undefined ? [] : [`'nonce-${nonce}'`])],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  }
}
