/**
 * Who may do what: the one table that the server enforces and that pages show. A permission is `<noun>.<verb>`; each operation of the API
 * names the one that it needs. A role is the permissions that its holders need for their work, and the reason.
 */
export const permissions = {
  'api.read': 'Read the description of the API',
  'organisation.read': 'See which organisation this is',
  'organisation.create': 'Make another organisation on this installation',
  'members.read': 'See who belongs to the organisation, and in which role',
  'members.change': 'Invite people, change their roles and remove them',
  'roles.change': 'Make, change and remove the organisation’s own roles',
  'rules.change': 'Decide how members must sign in',
  'keys.make': 'Make personal keys for programs, within what one may do oneself',
  'keys.change': 'Make keys for services, and end anybody’s keys',
  'events.read': 'Hear of changes as they happen',
  'jobs.read': 'See the progress of work in the background',
  'jobs.cancel': 'Stop work in the background',
  'overview.read': 'See the state of the whole program',
  'frameworks.read': 'Read the criteria',
  'scope.read': 'See what is in scope',
  'scope.change': 'Decide what is in scope, and the period',
  'controls.read': 'See controls and their statuses',
  'controls.change': 'Say whether controls operate and apply, and who owns them',
  'checks.read': 'See checks, results, findings and exceptions',
  'checks.change': 'Change checks and try drafts',
  'checks.run': 'Run the checks now',
  'exceptions.grant': 'Except a subject from a check, for a time and a reason',
  'exceptions.revoke': 'End an exception',
  'connections.read': 'See sources and their collections',
  'connections.change': 'Add, change and remove sources, with their secrets',
  'connections.collect': 'Collect from a source now',
  'connections.push': 'Push records to a source whose records come from outside',
  'connections.explain': 'Say why a source was not watched for a time',
  'evidence.read': 'Read raw records and documents',
  'evidence.add': 'File documents as evidence',
  'aliases.read': 'See which personal values are stored as aliases',
  'aliases.change': 'Decide which personal values are stored as aliases',
  'aliases.make': 'Have aliases made for values of other programs',
  'aliases.reveal': 'See whose an alias is',
  'aliases.erase': 'Erase a person’s values for good',
  'ledger.read': 'Read and verify the log',
  'activity.read': 'See who did what, from where, with what was before and after',
  'packages.read': 'Download report packages',
  'packages.make': 'Make report packages',
  'mail.read': 'See which messages were mailed to whom',
  'mail.change': 'Send messages again, call them off, and test the mail',
  'webhooks.read': 'See which programs are told what happens, and what they were sent',
  'webhooks.change': 'Decide which programs are told what happens, and their secrets',
  'providers.read': 'See the identity providers, and whom they sent',
  'providers.change': 'Decide by which identity providers people sign in, and who must',
} as const

export type Permission = keyof typeof permissions

export const permissionNames = Object.keys(permissions) as [Permission, ...Permission[]]

/** What a person does and no program: deciding who belongs to the organisation and which programs act for it, and following an open page. */
export const forSessionsOnly: ReadonlySet<string> = new Set<Permission>([
  'organisation.create',
  'members.change',
  'roles.change',
  'rules.change',
  'keys.make',
  'keys.change',
  'events.read',
  'mail.read',
  'mail.change',
  'providers.change',
])

/** The state of the program, without raw records. */
const figures: readonly Permission[] = [
  'api.read',
  'organisation.read',
  'events.read',
  'overview.read',
  'frameworks.read',
  'scope.read',
  'controls.read',
  'checks.read',
  'ledger.read',
]
/** And what the figures come from. */
const sources: readonly Permission[] = [
  'connections.read',
  'evidence.read',
  'aliases.read',
  'packages.read',
  'jobs.read',
]

export const roles = {
  owner: {
    title: 'Owner',
    reason: 'Answers for the organisation: everything, including who the other owners are.',
    may: permissionNames,
  },
  admin: {
    title: 'Admin',
    reason:
      'Runs the installation day by day: everything but making owners and organisations, and choosing who says who is who.',
    may: permissionNames.filter(permission => !['organisation.create', 'providers.change'].includes(permission)),
  },
  compliance_manager: {
    title: 'Compliance manager',
    reason:
      'Runs the program: scope, controls, sources, checks, evidence and packages, but neither who belongs to the organisation nor what is mailed to them, nor which programs are told of it, nor the erasure of a person.',
    may: permissionNames.filter(
      permission =>
        ![
          'organisation.create',
          'members.change',
          'roles.change',
          'rules.change',
          'keys.change',
          'mail.read',
          'mail.change',
          'webhooks.change',
          'providers.read',
          'providers.change',
          'aliases.erase',
        ].includes(permission),
    ),
  },
  control_owner: {
    title: 'Control owner',
    reason: 'Keeps controls working: sees everything, files evidence, and collects and checks again after a repair.',
    may: [
      ...figures,
      ...sources,
      'members.read',
      'keys.make',
      'evidence.add',
      'connections.collect',
      'connections.explain',
      'checks.run',
    ],
  },
  employee: {
    title: 'Employee',
    reason: 'Has duties of their own, such as policies to acknowledge, and no business with the company’s evidence.',
    may: ['organisation.read'],
  },
  auditor: {
    title: 'Auditor',
    reason: 'An outsider who judges: reads everything that the report rests on, and changes none of it.',
    may: [...figures, ...sources],
  },
  viewer: {
    title: 'Viewer',
    reason: 'Follows the program: figures, controls and results, not the raw records behind them.',
    may: figures,
  },
} as const satisfies Record<string, { title: string; reason: string; may: readonly Permission[] }>

export type Role = keyof typeof roles
export const roleNames = Object.keys(roles) as [Role, ...Role[]]

const sets = new Map<string, ReadonlySet<string>>(roleNames.map(name => [name, new Set<string>(roles[name].may)]))
const nothing: ReadonlySet<string> = new Set()

/** What no role but the owner's has, and no role of an organisation's own can be given. */
export const ownersOnly: ReadonlySet<string> = new Set(
  permissionNames.filter(permission => roleNames.every(name => name === 'owner' || !sets.get(name)?.has(permission))),
)

/**
 * The permissions of a role: of one that Vouch ships, or of the organisation's own, which `own` lists as it is stored. What this version does not know, or what is only for owners,
 * counts for nothing; so does a role that nobody knows.
 */
export function permissionsOf(role: string, own?: readonly string[] | null): ReadonlySet<string> {
  const shipped = sets.get(role)
  if (shipped) return shipped
  return own ? new Set(own.filter(permission => permission in permissions && !ownersOnly.has(permission))) : nothing
}

/** Somebody with a role. */
export interface RoleHolder {
  readonly role: string
  /** The permissions of the role. */
  readonly may: ReadonlySet<string>
}

/** Whether `holder` may give, change or take away a role: nobody passes on what they may not do themselves, and only owners decide about owners. */
export function mayGrant(holder: RoleHolder, other: { readonly id: string; readonly may: Iterable<string> }): boolean {
  if (!holder.may.has('members.change') || (other.id === 'owner' && holder.role !== 'owner')) return false
  return [...other.may].every(permission => holder.may.has(permission))
}
