import { z } from 'zod'
import type { TenantTx } from '../../platform/db/database.ts'
import { announce } from '../../platform/events/events.ts'
import { type CollectedSnapshot, publishSnapshots } from '../evidence/snapshots.ts'
import { appendFact } from '../ledger/append-fact.ts'

/** Publishes what one run gave: the fact `collection.completed` and every snapshot. In the transaction that ends the run. */
export async function publishCollection(
  tx: TenantTx,
  run: {
    readonly runId: string
    readonly connection: { readonly id: string; readonly name: string; readonly kind: string }
    readonly startedAt: Date
    readonly snapshots: readonly CollectedSnapshot[]
    readonly actor: string
  },
): Promise<void> {
  const { runId, connection, startedAt, snapshots, actor } = run
  const entry = await appendFact(tx, {
    kind: 'collection.completed',
    actor,
    subject: runId,
    content: {
      run: runId,
      connection: connection.id,
      connection_name: connection.name,
      connection_kind: connection.kind,
      started_at: startedAt.toISOString(),
      finished_at: tx.clock.now().toISOString(),
      snapshots: snapshots.map(snapshot => ({
        id: snapshot.id,
        resource: snapshot.declaration.name,
        declaration: snapshot.declaration,
        content: snapshot.content,
        records: snapshot.records,
        bytes: snapshot.bytes,
        complete: snapshot.complete,
        incomplete_reason: snapshot.incompleteReason,
        source_total: snapshot.sourceTotal,
        questions: z.array(z.json()).parse(snapshot.questions),
      })),
    },
  })
  await publishSnapshots(tx, snapshots, entry)
  await announce(tx, 'connections.run', connection.id)
}
