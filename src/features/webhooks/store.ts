import { type Selectable, sql, type Updateable } from 'kysely'
import type { Database, TenantTx } from '../../platform/db/database.ts'
import type { WebhooksAttempt, WebhooksDelivery, WebhooksEndpoint } from '../../platform/db/schema.gen.ts'
import { contains, type ListRequest, paginate } from '../../platform/http/paging.ts'

export type EndpointRow = Selectable<WebhooksEndpoint>
export type DeliveryRow = Selectable<WebhooksDelivery>
export type AttemptRow = Omit<Selectable<WebhooksAttempt>, 'id' | 'org_id'>

/** Endpoints with how many of their deliveries wait, and how many were given up in the last 30 days; oldest first. */
function selectEndpoints(tx: TenantTx) {
  const countOf = (state: string) =>
    sql<number>`(select count(*) from webhooks_delivery d where d.org_id = e.org_id and d.endpoint_id = e.id and d.state = ${sql.lit(state)})`
  return tx.sql
    .selectFrom('webhooks_endpoint as e')
    .selectAll('e')
    .select([countOf('waiting').as('waiting'), countOf('dead').as('dead')])
    .orderBy('e.created_at')
    .orderBy('e.id')
}

export async function listEndpoints(tx: TenantTx) {
  return selectEndpoints(tx).execute()
}

export async function findEndpoint(tx: TenantTx, id: string) {
  return selectEndpoints(tx).where('e.id', '=', id).executeTakeFirst()
}

export async function insertEndpoint(
  tx: TenantTx,
  row: Pick<EndpointRow, 'id' | 'url' | 'description' | 'kinds'>,
): Promise<void> {
  await tx.sql
    .insertInto('webhooks_endpoint')
    .values({ org_id: tx.orgId, ...row })
    .execute()
}

/** Answers whether there is such an endpoint. */
export async function updateEndpoint(tx: TenantTx, id: string, change: Updateable<WebhooksEndpoint>): Promise<boolean> {
  const { numUpdatedRows } = await tx.sql
    .updateTable('webhooks_endpoint')
    .set(change)
    .where('id', '=', id)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function deleteEndpoint(tx: TenantTx, id: string): Promise<boolean> {
  const { numDeletedRows } = await tx.sql.deleteFrom('webhooks_endpoint').where('id', '=', id).executeTakeFirst()
  return numDeletedRows > 0n
}

/** Begins to tell the log from `next` on; one that is told already goes on where it stands. */
export async function startCursor(tx: TenantTx, next: number): Promise<void> {
  await tx.sql
    .insertInto('webhooks_cursor')
    .values({ org_id: tx.orgId, next_index: next })
    .onConflict(conflict => conflict.doNothing())
    .execute()
}

/** Up to where the log was told, locked until the transaction ends: one tells at a time. Undefined when nobody ever asked to be told. */
export async function lockCursor(tx: TenantTx): Promise<number | undefined> {
  const row = await tx.sql.selectFrom('webhooks_cursor').select('next_index').forUpdate().executeTakeFirst()
  return row?.next_index
}

export async function moveCursor(tx: TenantTx, next: number): Promise<void> {
  await tx.sql.updateTable('webhooks_cursor').set({ next_index: next }).execute()
}

/** The organisations whose log is told. */
export async function listTold(database: Database): Promise<string[]> {
  return database.operator(async trx =>
    (await trx.selectFrom('webhooks_cursor').select('org_id').execute()).map(row => row.org_id),
  )
}

export interface NewDelivery {
  readonly endpointId: string
  readonly message: string
  readonly kind: string
  readonly payload: string
}

/**
 * Puts deliveries on the way, now. One that is there already stays as it is, or with `again` goes on the way anew, unless it waits. Returns how many are on the way
 * because of this.
 */
export async function insertDeliveries(
  tx: TenantTx,
  deliveries: readonly NewDelivery[],
  again = false,
): Promise<number> {
  if (deliveries.length === 0) return 0
  const now = tx.clock.now()
  const { numInsertedOrUpdatedRows = 0n } = await tx.sql
    .insertInto('webhooks_delivery')
    .values(
      deliveries.map(({ endpointId, ...row }) => ({
        org_id: tx.orgId,
        endpoint_id: endpointId,
        ...row,
        created_at: now,
        next_at: now,
      })),
    )
    .onConflict(conflict => {
      const known = conflict.columns(['org_id', 'endpoint_id', 'message'])
      return again
        ? known
            .doUpdateSet({ state: 'waiting', tries: 0, next_at: now, ended_at: null })
            .where('webhooks_delivery.state', '<>', 'waiting')
        : known.doNothing()
    })
    .executeTakeFirst()
  return Number(numInsertedOrUpdatedRows)
}

const attempts = sql<number>`(select count(*) from webhooks_attempt a where a.org_id = d.org_id and a.delivery_id = d.id)`

/** One page of an endpoint's deliveries, those in a state, of a kind or with words in what they say. */
export function pageOfDeliveries(
  tx: TenantTx,
  endpointId: string,
  list: ListRequest & { readonly state?: string | undefined; readonly kind?: string | undefined },
) {
  let query = tx.sql
    .selectFrom('webhooks_delivery as d')
    .selectAll('d')
    .select(attempts.as('attempts'))
    .where('d.endpoint_id', '=', endpointId)
  if (list.state !== undefined) query = query.where('d.state', '=', list.state)
  if (list.kind !== undefined) query = query.where('d.kind', '=', list.kind)
  if (list.q !== undefined) query = query.where(contains(sql.ref('d.payload'), list.q))
  const column = sql.ref('d.created_at')
  return paginate(query, list, { created_at: column }, sql.ref('d.message'))
}

export async function findDelivery(tx: TenantTx, id: string) {
  return tx.sql
    .selectFrom('webhooks_delivery as d')
    .selectAll('d')
    .select(attempts.as('attempts'))
    .where('d.id', '=', id)
    .executeTakeFirst()
}

export async function listAttempts(tx: TenantTx, deliveryId: string) {
  return tx.sql.selectFrom('webhooks_attempt').selectAll().where('delivery_id', '=', deliveryId).orderBy('id').execute()
}

export async function updateDelivery(tx: TenantTx, id: string, change: Updateable<WebhooksDelivery>): Promise<void> {
  await tx.sql.updateTable('webhooks_delivery').set(change).where('id', '=', id).execute()
}

export async function insertAttempt(tx: TenantTx, attempt: AttemptRow): Promise<void> {
  await tx.sql
    .insertInto('webhooks_attempt')
    .values({ org_id: tx.orgId, ...attempt })
    .execute()
}

/** Takes up to `limit` deliveries of an endpoint that are due, oldest first, for as long as `until`: nobody else takes them before. None of one that is off. */
export async function takeDue(
  tx: TenantTx,
  endpointId: string,
  options: { until: Date; limit: number },
): Promise<DeliveryRow[]> {
  const now = tx.clock.now()
  const due = tx.sql
    .selectFrom('webhooks_delivery as d')
    .innerJoin('webhooks_endpoint as e', join =>
      join.onRef('e.org_id', '=', 'd.org_id').onRef('e.id', '=', 'd.endpoint_id'),
    )
    .select('d.id')
    .where('d.endpoint_id', '=', endpointId)
    .where('e.enabled', '=', true)
    .where('d.state', '=', 'waiting')
    .where('d.next_at', '<=', now)
    .where(({ or, eb }) => or([eb('d.taken_until', 'is', null), eb('d.taken_until', '<=', now)]))
    .orderBy('d.next_at')
    .orderBy('d.message')
    .limit(options.limit)
    .forUpdate('d')
    .skipLocked()
  const taken = await tx.sql
    .updateTable('webhooks_delivery')
    .set({ taken_until: options.until })
    .where('id', 'in', due)
    .returningAll()
    .execute()
  return taken.sort((a, b) => (a.message < b.message ? -1 : 1))
}

export interface Due {
  readonly orgId: string
  readonly endpointId: string
  /** When the first of its deliveries may be made. */
  readonly at: Date
}

/** The endpoints that something waits for, of all organisations, the longest waiting first. Those that are off are not among them. */
export async function listDue(database: Database): Promise<Due[]> {
  return database.operator(async trx => {
    const { rows } = await sql<{ org_id: string; endpoint_id: string; at: Date }>`
      select d.org_id, d.endpoint_id, min(greatest(d.next_at, d.taken_until)) as at from webhooks_delivery d
      join webhooks_endpoint e on e.org_id = d.org_id and e.id = d.endpoint_id
      where d.state = 'waiting' and e.enabled group by d.org_id, d.endpoint_id order by at`.execute(trx)
    return rows.map(row => ({ orgId: row.org_id, endpointId: row.endpoint_id, at: row.at }))
  })
}

/** Forgets the deliveries from before a time, those too that wait for an endpoint that is off. */
export async function deleteDeliveriesBefore(database: Database, time: Date): Promise<void> {
  await database.operator(trx => trx.deleteFrom('webhooks_delivery').where('created_at', '<', time).execute())
}
