import { canonicalJson, type Json } from '../../../verifier/records/canonical.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import type { Services } from '../../platform/services.ts'
import { appendFact } from '../ledger/append-fact.ts'
import { frameworkHash, soc2 } from './content.ts'

/** Logs which text of the framework the organisation uses from now on, and keeps that text as an object. */
export async function adoptFramework(services: Services, tx: TenantTx, actor: string): Promise<void> {
  const framework = await soc2()
  const content = frameworkHash(framework)
  await services.objects.put(Buffer.from(canonicalJson(framework as unknown as Json)), { id: content })
  await appendFact(tx, {
    kind: 'framework.adopted',
    actor,
    subject: framework.id,
    content: { id: framework.id, content },
  })
}
