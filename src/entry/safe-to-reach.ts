import { missingForSetUp } from '../features/access/set-up.ts'
import { isReachable, isSecure } from '../platform/config/public-address.ts'
import { VouchError } from '../platform/errors/errors.ts'
import type { Services } from '../platform/services.ts'

/** Others than this machine's own programs reach the server over https only, and only once somebody can sign in. Throws `not_ready` with what to do. */
export async function requireSafeToReach(services: Services): Promise<void> {
  const { config } = services
  if (!isReachable(config)) return
  if (!isSecure(config))
    throw new VouchError(
      'not_ready',
      `With VOUCH_HOST=${config.host} others can reach the server, and passwords would cross the network in the clear. Put a reverse proxy with a certificate before it and set VOUCH_URL to its address, such as https://vouch.example.com (docs/operations.md), or unset VOUCH_HOST.`,
    )
  if (config.trustedProxies.length === 0)
    throw new VouchError(
      'not_ready',
      'Set VOUCH_TRUSTED_PROXIES to the address of the reverse proxy, such as 127.0.0.1: without it everybody would seem to come from there, and one attacker’s failures would shut everybody out.',
    )
  if ((await missingForSetUp(services)) !== 'done')
    throw new VouchError(
      'not_ready',
      'Nobody can sign in yet, so others may not reach it. Start it once without VOUCH_URL and VOUCH_HOST and open the link that it shows, from elsewhere through ssh -L 4000:127.0.0.1:4000 to this machine; then start it with them.',
    )
}
