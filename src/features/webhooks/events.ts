import { z } from 'zod'
import type { FactContent, FactKind } from '../../../verifier/records/facts.ts'

/*
 * What other programs are told, by kind: what happened, to what, by whom as an id, with figures and a page to look at. Never a name, an address or a text that somebody
 * wrote: whoever may see those asks the API for them, with a key of their own (docs/decisions/0023).
 */

/** Not told: nobody can have asked for it yet (a log's first leaf), and what accompanies a change that is told by its own fact; a SIEM follows it otherwise. */
const untold = ['organisation.created', 'activity.recorded'] as const
type ToldKind = Exclude<FactKind, (typeof untold)[number]>

interface Telling<Shape extends z.ZodRawShape> {
  /** When it is sent. */
  readonly means: string
  readonly data: z.ZodObject<Shape>
}

const telling = <Shape extends z.ZodRawShape>(means: string, shape: Shape): Telling<Shape> => ({
  means,
  data: z.object(shape),
})
const id = z.uuid()
const count = z.int().min(0)
const time = z.iso.datetime()

/** The kinds of facts that are told, and the data that each has beside what every event has. */
export const toldFacts = {
  'scope.changed': telling('The scope or the period was decided.', { framework: z.string() }),
  'framework.adopted': telling('The criteria of a framework were taken up as they are.', { framework: z.string() }),
  'control.changed': telling('A control was changed.', {
    control: z.string(),
    implemented: z.boolean(),
    applicable: z.boolean(),
  }),
  'check.changed': telling('A check was changed, switched on or off.', {
    check: z.string(),
    version: z.string(),
    enabled: z.boolean(),
  }),
  'connection.changed': telling('A source was added, changed or taken out of use.', {
    connection: id,
    connector: z.string(),
    archived: z.boolean(),
  }),
  'collection.completed': telling('A source was collected.', {
    connection: id,
    run: id,
    snapshots: count,
    records: count,
    complete: z.boolean(),
  }),
  'collection.failed': telling('A source could not be collected.', { connection: id, run: id }),
  'gap.explained': telling('Somebody explained a gap in monitoring.', { connection: id, since: time }),
  'checks.completed': telling('All checks were run.', {
    batch: id,
    checks: count,
    passed: count,
    failed: count,
    unknown: count,
    not_applicable: count,
  }),
  'exception.granted': telling('A subject was excepted from a check until a date.', {
    exception: id,
    check: z.string(),
    expires_at: time,
  }),
  'exception.revoked': telling('An exception was ended.', { exception: id }),
  'document.filed': telling('A document was filed as evidence.', { document: id, control: z.string() }),
  'member.changed': telling('Somebody joined, left or was given another role.', {
    member: id,
    role: z.string().nullable(),
  }),
  'key.changed': telling('A key for a program was made or ended.', { key: id, ended: z.boolean() }),
  'access_rule.changed': telling('What the organisation requires of its members’ sign-ins was changed.', {
    rule: z.string(),
    required: z.boolean(),
  }),
  'role.changed': telling('A role of the organisation’s own was made, changed or removed.', {
    role: z.string(),
    removed: z.boolean(),
  }),
  'person.erased': telling('A person’s values were erased: aliases lead to nobody any more.', {
    erasure: id,
    aliases: z.array(z.string()),
  }),
  'ledger.key_rotated': telling('The ledger’s signing key was replaced.', {}),
  'package.exported': telling('A report package was made.', { package: id, from: time, to: time }),
} as const satisfies { readonly [Kind in ToldKind]: Telling<z.ZodRawShape> }

const findings = {
  check: z.string(),
  batch: id,
  count,
  findings: z.array(id).max(100).meta({ description: 'The first hundred.' }),
}

/** What follows from a fact, after which it is sent: one for each check. */
export const derivedEvents = {
  'findings.opened': telling('Subjects began to fail a check: one event for each check of a run.', findings),
  'findings.resolved': telling('Subjects no longer fail a check: one event for each check of a run.', findings),
} as const

/** Somebody tries whether an endpoint works. */
const testEvent = { 'webhook.test': telling('Somebody asked for a test.', {}) } as const

const all = { ...toldFacts, ...derivedEvents, ...testEvent }
export type EventKind = keyof typeof all

export const toldKinds = Object.keys(toldFacts) as ToldKind[]
/** What an endpoint can ask for. A test is sent to it whatever it asks for. */
export const choosableKinds = [...toldKinds, ...(Object.keys(derivedEvents) as (keyof typeof derivedEvents)[])] as const
export type ChoosableKind = (typeof choosableKinds)[number]
export const eventKinds = Object.keys(all) as EventKind[]

export const meaningOf = (kind: EventKind): string => all[kind].means

/** What every event has. */
const common = {
  organisation: id,
  entry: z.int().min(1).nullable().meta({ description: 'The entry of the ledger that it follows from.' }),
  actor: z.string().meta({ description: 'user:ID, key:ID, operator or system.' }),
  subject: z.string().meta({ description: 'The id of what it is about.' }),
  page: z.string().meta({ description: 'Where to look at it: a path of this installation.' }),
}

/** The body of an event of a kind. */
export function eventSchema(kind: EventKind) {
  return z.object({
    type: z.literal(kind),
    timestamp: time.meta({ description: 'When it happened.' }),
    data: z.object({ ...common, ...(all[kind].data.shape as z.ZodRawShape) }),
  })
}

type Told<Kind extends ToldKind> = (content: FactContent<Kind>) => {
  readonly page: string
  readonly data: z.infer<(typeof toldFacts)[Kind]['data']>
}

/** How a fact is told. */
export const tell: { readonly [Kind in ToldKind]: Told<Kind> } = {
  'scope.changed': ({ framework }) => ({ page: '/scope', data: { framework } }),
  'framework.adopted': content => ({ page: '/scope', data: { framework: content.id } }),
  'control.changed': content => ({
    page: `/controls/${content.id}`,
    data: {
      control: content.id,
      implemented: content.implemented,
      applicable: content.not_applicable_reason === null,
    },
  }),
  'check.changed': ({ id, version, enabled }) => ({ page: `/checks/${id}`, data: { check: id, version, enabled } }),
  'connection.changed': ({ id, kind, archived }) => ({
    page: `/connections/${id}`,
    data: { connection: id, connector: kind, archived },
  }),
  'collection.completed': ({ connection, run, snapshots }) => ({
    page: `/connections/${connection}`,
    data: {
      connection,
      run,
      snapshots: snapshots.length,
      records: snapshots.reduce((sum, snapshot) => sum + snapshot.records, 0),
      complete: snapshots.every(snapshot => snapshot.complete),
    },
  }),
  'collection.failed': ({ connection, run }) => ({ page: `/connections/${connection}`, data: { connection, run } }),
  'gap.explained': ({ connection, since }) => ({
    page: `/connections/${connection}`,
    data: { connection, since },
  }),
  'checks.completed': ({ batch, runs }) => {
    const outcomes = (outcome: string) => runs.filter(run => run.outcome === outcome).length
    return {
      page: '/checks',
      data: {
        batch,
        checks: runs.length,
        passed: outcomes('pass'),
        failed: outcomes('fail'),
        unknown: outcomes('unknown'),
        not_applicable: outcomes('not_applicable'),
      },
    }
  },
  'exception.granted': ({ exception, check, expires_at }) => ({
    page: `/checks/${check}`,
    data: { exception, check, expires_at },
  }),
  'exception.revoked': ({ exception }) => ({ page: '/findings', data: { exception } }),
  'document.filed': ({ document, control }) => ({ page: `/controls/${control}`, data: { document, control } }),
  'member.changed': ({ member, role }) => ({ page: '/members', data: { member, role } }),
  'key.changed': ({ key, may }) => ({ page: '/keys', data: { key, ended: may.length === 0 } }),
  'access_rule.changed': ({ rule, required }) => ({ page: '/members?tab=sign-in', data: { rule, required } }),
  'role.changed': ({ role, may }) => ({
    page: '/members?tab=roles',
    data: { role, removed: may.length === 0 },
  }),
  'person.erased': ({ erasure, aliases }) => ({ page: '/aliases', data: { erasure, aliases } }),
  'ledger.key_rotated': () => ({ page: '/ledger', data: {} }),
  'package.exported': content => ({
    page: '/packages',
    data: { package: content.package, from: content.from, to: content.to },
  }),
}
