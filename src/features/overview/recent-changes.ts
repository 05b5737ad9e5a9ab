import type { z } from 'zod'
import type { FactContent, FactKind } from '../../../verifier/records/facts.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { readBatchOutcomes } from '../checks/read-checks.ts'
import { readNewestFacts } from '../ledger/read-ledger.ts'
import type { overviewSchema } from './contract.ts'

type Change = z.infer<typeof overviewSchema>['changes'][number]

const shown = 12

interface Telling {
  readonly sentence: string
  readonly href: string | null
}

/** Not asked for: what is no news, and what accompanies a change that is told by its own fact. */
const untold = ['framework.adopted', 'activity.recorded'] as const

/** A batch's own rows tell of it: the fact has every run of it, some 30 kB, and reading a dozen took as long as the rest of the page. */
const batchKind = 'checks.completed'
type ToldKind = Exclude<FactKind, typeof batchKind | (typeof untold)[number]>

/** One sentence for each kind of fact; null for what is not news. */
const tell: { readonly [Kind in ToldKind]: (content: FactContent<Kind>) => Telling | null } = {
  'organisation.created': content => ({ sentence: `${content.name} was set up.`, href: '/scope' }),
  'scope.changed': content => ({
    sentence: `The scope is now ${content.categories.join(', ').replaceAll('_', ' ')}.`,
    href: '/scope',
  }),
  'control.changed': content => ({
    sentence: `${content.definition.title} was changed.`,
    href: `/controls/${content.id}`,
  }),
  'check.changed': content => ({
    sentence: `The check “${content.definition.metadata.title}” was changed.`,
    href: `/checks/${content.id}`,
  }),
  'connection.changed': content => ({
    sentence: `${content.name} was ${content.archived ? 'taken out of use' : 'connected or changed'}.`,
    href: `/connections/${content.id}`,
  }),
  'collection.completed': content => ({
    sentence: `${content.connection_name}: ${content.snapshots.reduce((sum, snapshot) => sum + snapshot.records, 0).toLocaleString('en')} records were collected.`,
    href: `/connections/${content.connection}`,
  }),
  'collection.failed': content => ({
    sentence: `${content.connection_name} could not be read: ${content.reason}`,
    href: `/connections/${content.connection}`,
  }),
  'gap.explained': content => ({
    sentence: `A gap in monitoring was explained: ${content.text}`,
    href: `/connections/${content.connection}`,
  }),
  'exception.granted': content => ({
    sentence: `An exception was granted for ${content.subject}.`,
    href: `/checks/${content.check}`,
  }),
  'exception.revoked': () => ({ sentence: 'An exception was revoked.', href: '/findings' }),
  'document.filed': content => ({ sentence: `“${content.title}” was filed.`, href: `/controls/${content.control}` }),
  'member.changed': content => ({
    sentence:
      content.role === null
        ? 'Somebody left the organisation.'
        : `Somebody became ${content.role.replaceAll('_', ' ')}.`,
    href: '/members',
  }),
  'key.changed': content => ({
    sentence: content.may.length > 0 ? 'A key for a program was made.' : 'A key for a program was ended.',
    href: '/keys',
  }),
  'role.changed': content => ({
    sentence: `The role ${content.title} was ${content.may.length > 0 ? 'made or changed' : 'removed'}.`,
    href: '/members',
  }),
  'person.erased': content => ({
    sentence: `A person’s values were erased: ${content.count} aliases lead to nobody any more.`,
    href: '/aliases',
  }),
  'access_rule.changed': content => ({
    sentence: `Members ${content.required ? 'now need' : 'no longer need'} a second factor to sign in.`,
    href: '/members',
  }),
  'ledger.key_rotated': () => ({ sentence: 'The ledger’s signing key was replaced.', href: '/ledger' }),
  'package.exported': () => ({ sentence: 'A report package was made.', href: '/packages' }),
}

/** The newest facts, told in a sentence each; the many of the first set-up are left out. */
export async function recentChanges(tx: TenantTx): Promise<Change[]> {
  const rows = await readNewestFacts(tx, shown, { except: untold, brief: batchKind })
  const batches = await readBatchOutcomes(
    tx,
    rows.filter(row => row.kind === batchKind).map(row => row.subject),
  )
  return rows.flatMap(({ kind, time, subject, content }) => {
    const telling = kind === batchKind ? tellBatch(batches.get(subject)) : content && tellFact(kind, content)
    return telling ? [{ time: time.toISOString(), kind, subject, ...telling }] : []
  })
}

function tellBatch(batch: { runs: number; pass: number; fail: number } | undefined): Telling | null {
  if (!batch) return null
  return { sentence: `${batch.runs} checks ran: ${batch.pass} pass, ${batch.fail} fail.`, href: '/checks' }
}

function tellFact<Kind extends ToldKind>(kind: string, content: string): Telling | null {
  if (!Object.hasOwn(tell, kind)) return null
  const known = kind as Kind
  return tell[known](JSON.parse(content) as FactContent<Kind>)
}
