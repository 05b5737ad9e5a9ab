import { VouchError } from '../errors/errors.ts'
import type { App } from './app.ts'

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Until second factors and single sign-on exist, only this machine's own programs may reach the server:
 * - the Host header must be a loopback name, or a page on the internet could reach us by pointing its own name here (DNS rebinding);
 * - a browser's request that changes something must come from our own page (Sec-Fetch-Site, else Origin), or any page could post to us.
 * A program that is not a browser sends neither header and is let through.
 */
export function guardLoopback(app: App): void {
  app.addHook('onRequest', async request => {
    // HTTP/1.0 has no Host header.
    const host = request.headers.host ?? ''
    const name = host.replace(/:\d+$/, '')
    if (!loopbackNames.has(name)) {
      throw new VouchError(
        'forbidden',
        'This server answers on localhost only. Open it as http://localhost or http://127.0.0.1.',
      )
    }
    if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return
    if (request.routeOptions.config.crossSite) return
    const site = request.headers['sec-fetch-site']
    const origin = request.headers.origin
    const foreign =
      site !== undefined
        ? site !== 'same-origin' && site !== 'none'
        : origin !== undefined && origin !== `http://${host}`
    if (foreign) throw new VouchError('forbidden', 'This request comes from another site and was refused.')
  })
}
