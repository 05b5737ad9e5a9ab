import { createServer } from '../../src/entry/server.ts'
import { makeKey } from '../../src/features/access/keys.ts'
import { permissionsOf } from '../../src/features/access/permissions.ts'
import { withServices } from '../services.ts'

/*
 * A server of its own process, over a new organisation: prints { url, key } as JSON and serves until its input ends.
 */
await withServices(async (services, orgId) => {
  const app = await createServer(services)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const owner = { actor: 'operator', user: null, sessionId: null, organisation: null, may: permissionsOf('owner') }
  const { key } = await services.database.tenant(orgId, services.clock, tx =>
    makeKey(tx, { name: 'Bench', personal: false, may: ['evidence.add'], days: 1 }, owner),
  )
  console.log(JSON.stringify({ url, key }))
  for await (const _ of process.stdin);
  await app.close()
})
