import { IconBan, IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import type { StatusWords } from '../../../web/components/status-words.ts'
import { humanise } from '../../../web/format.ts'
import type { Activity } from './queries.ts'

export const outcomeWords: Readonly<Record<Activity['outcome'], StatusWords>> = {
  done: { label: 'Done', tone: 'good', icon: IconCircleCheck, means: 'It was done.' },
  refused: { label: 'Refused', tone: 'warn', icon: IconBan, means: 'Their role does not include it.' },
  failed: { label: 'Failed', tone: 'bad', icon: IconCircleX, means: 'It was tried and changed nothing.' },
}

/** `changeControl` → `Change control`, `connections.collect` → `Connections collect`. */
export function operationWords(operation: string): string {
  if (operation === 'database.change') return 'Change in the database'
  if (operation.startsWith('vouch ')) return `./${operation}`
  const spaced = operation.replaceAll('.', ' ').replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)
  return humanise(spaced)
}

/** Who did it: a name where there is one. */
export function actorWords({ actor, actor_name }: Pick<Activity, 'actor' | 'actor_name'>): string {
  if (actor_name !== null) return actor_name
  if (actor === 'operator') return 'Whoever has the machine'
  if (actor === 'system') return 'Vouch'
  if (actor === 'anonymous') return 'Somebody not signed in'
  if (actor.startsWith('provider:')) return 'An identity provider'
  return actor.startsWith('key:') ? 'A key' : 'Somebody unknown'
}

const nouns: Readonly<Record<string, string>> = {
  organisation: 'The organisation',
  scope_scope: 'The scope',
  controls_control: 'Control',
  connections_connection: 'Connection',
  evidence_document: 'Document',
  checks_check: 'Check',
  checks_exception: 'Exception',
  access_member: 'Member',
  access_invitation: 'Invitation',
  access_key: 'Key',
  mail_message: 'Message',
  packages_package: 'Package',
  vault_secret: 'Secret in the vault',
  webhooks_endpoint: 'Webhook',
  providers_provider: 'Identity provider',
  providers_person: 'Person of an identity provider',
  providers_group: 'Group of an identity provider',
  providers_token: 'Token for provisioning',
  access_sign_in_rule: 'Rule for signing in',
}
const verbs = { insert: 'was added', update: 'was changed', delete: 'was removed' } as const

/** `Control was changed`. */
export function changeWords({ table, verb }: { table: string; verb: keyof typeof verbs }): string {
  return `${nouns[table] ?? humanise(table)} ${verbs[verb]}`
}

/** A UUID by its first digits; a readable id whole. */
export function shortId(id: string): string {
  return id.replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, uuid => `${uuid.slice(0, 8)}…`)
}

/** The page of a record, if it has one. */
export function pageOf(kind: string, id: string): string | null {
  return ['controls', 'connections', 'checks', 'webhooks'].includes(kind) && id !== ''
    ? `/${kind}/${encodeURIComponent(id)}`
    : null
}

/** A browser's long name, shortened to what tells browsers apart. */
export function agentWords(agent: string): string {
  const found = /(Firefox|Edg|OPR|Chrome|Safari|curl)\/[\d.]+/.exec(agent)?.[0]
  const system = /\(([^;)]+)/.exec(agent)?.[1]
  return [found ?? agent.slice(0, 60), found && system].filter(Boolean).join(', ')
}
