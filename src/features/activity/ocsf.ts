import type { z } from 'zod'
import type { JsonObject } from '../../../verifier/records/canonical.ts'
import type { activityEntrySchema } from './contract.ts'

/** The Open Cybersecurity Schema Framework, https://schema.ocsf.io/1.3.0: classes API Activity (6003) and Authentication (3002). */
const version = '1.3.0'
const apiActivity = {
  class_uid: 6003,
  class_name: 'API Activity',
  category_uid: 6,
  category_name: 'Application Activity',
}
const authentication = {
  class_uid: 3002,
  class_name: 'Authentication',
  category_uid: 3,
  category_name: 'Identity & Access Management',
}

/** Operations by which a session begins or ends. */
const sessions: Readonly<Record<string, number>> = {
  signIn: 1,
  signInByLink: 1,
  giveSecondFactor: 1,
  signInByPasskey: 1,
  setUp: 1,
  join: 1,
  signOut: 2,
}
const verbs = { insert: 1, update: 3, delete: 4 } as const
const [read, other] = [2, 99]

/** The set-up of an organisation changes hundreds of rows, more than collectors take in a line; the export has them all. */
const mostChanges = 50

type Entry = z.infer<typeof activityEntrySchema>

export interface FollowedEntry {
  readonly entry: Entry
  /** The place of its leaf in the log: the cursor. */
  readonly index: number
  readonly orgId: string
  readonly changed: readonly {
    table: string
    subject: string
    verb: keyof typeof verbs
    before: string | null
    after: string | null
  }[]
}

/** An entry as an event of OCSF, for a SIEM. */
export function toOcsf({ entry, index, orgId, changed }: FollowedEntry): JsonObject {
  // Who showed the first of two factors has no session yet.
  const half = entry.outcome === 'done' && entry.session === null && entry.operation in sessions
  const session = half ? other : sessions[entry.operation]
  const kind = session === undefined ? apiActivity : authentication
  const [first] = changed
  const activity =
    session ?? (first ? verbs[first.verb] : /^(get|list|download|export|lookAt)/.test(entry.operation) ? read : other)
  const user = { uid: entry.actor, ...(entry.actor_name === null ? {} : { name: entry.actor_name }) }
  return {
    ...kind,
    activity_id: activity,
    type_uid: kind.class_uid * 100 + activity,
    time: Date.parse(entry.time),
    severity_id: entry.outcome === 'done' ? 1 : 2,
    status_id: entry.outcome === 'done' ? 1 : 2,
    status: entry.outcome === 'done' ? 'Success' : 'Failure',
    status_detail: entry.outcome,
    metadata: {
      version,
      uid: `${orgId}/${entry.id}`,
      sequence: index,
      tenant_uid: orgId,
      product: { name: 'Vouch', vendor_name: 'Vouch' },
    },
    actor: { user, ...(entry.session === null ? {} : { session: { uid: entry.session } }) },
    ...(session === undefined ? {} : { user }),
    api: { operation: entry.operation },
    src_endpoint: entry.address === null ? { name: 'this machine' } : { ip: entry.address },
    ...(entry.agent === null ? {} : { http_request: { user_agent: entry.agent } }),
    ...(entry.subject === '' ? {} : { resources: [{ uid: entry.subject, type: entry.subject_kind }] }),
    unmapped: {
      ledger_entry_id: entry.ledger_entry_id,
      changes_total: changed.length,
      changes: changed
        .slice(0, mostChanges)
        .map(({ table, subject, verb, before, after }) => ({ table, subject, verb, before, after })),
    },
  }
}
