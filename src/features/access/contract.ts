import { z } from 'zod'
import { listQuery, pageOf } from '../../platform/http/paging.ts'
import { permissionNames } from './permissions.ts'

const email = z
  .email({
    error: ({ input }) =>
      /[^\x20-\x7e]/.test(String(input))
        ? 'Addresses with letters such as ü or 会 are not supported. Give another one of the person’s.'
        : 'Give an e-mail address.',
  })
  .max(254)
const name = z.string().trim().min(1, 'Say who you are.').max(100)
const token = z.string().min(1).max(200)
// What is too short or too easy is said by the service, which knows the person's name.
const newPassword = z.string().max(1_000)
const role = z
  .string()
  .min(1)
  .max(40)
  .meta({ description: 'A role that Vouch ships, or one of the organisation’s own.' })
const permission = z.enum(permissionNames)

/** Who is signed in, where, and what they may do there: what a page needs to know before anything else. */
export const sessionSchema = z
  .object({
    user: z.object({ id: z.uuid(), name: z.string(), email: z.string() }).nullable(),
    organisation: z.object({ id: z.uuid(), name: z.string(), is_sample: z.boolean() }).nullable(),
    role: z.string().nullable(),
    may: z.array(permission).meta({ description: 'The permissions of the role.' }),
    organisations: z.array(z.object({ id: z.uuid(), name: z.string(), role: z.string() })),
    mail: z
      .enum(['smtp', 'preview', 'off'])
      .meta({ description: 'Whether messages are mailed, shown under Mail (demo, development), or neither.' }),
    lacks: z.enum(['second_factor']).nullable().meta({
      description: 'What the organisation requires of a sign-in and this one lacks: nothing else of it is let out.',
    }),
    fresh: z
      .boolean()
      .meta({ description: 'Whether what is sensitive is let through without showing again who you are.' }),
    half: z
      .object({ totp: z.boolean(), passkey: z.boolean(), recovery_codes: z.int() })
      .nullable()
      .meta({ description: 'Somebody has shown the first of two factors here; what they have for the second.' }),
    set_up: z
      .enum(['done', 'owner', 'organisation'])
      .meta({ description: 'What is missing before anybody can sign in: an owner, or an organisation and its owner.' }),
    within: z.boolean().meta({ description: 'Begun by single sign-on: it sees this organisation and no other.' }),
    refusal: z.string().nullable().meta({ description: 'Why the organisation lets this session do nothing.' }),
  })
  .meta({ id: 'Session' })

export const passwordSignIn = z.object({ email, password: z.string().min(1).max(1_000) })
export const linkSignIn = z.object({ token })
export const linkRequest = z.object({ email })
export const passwordReset = z.object({ token, password: newPassword })
export const organisationChoice = z.object({ id: z.uuid() })

export const setUpInput = z.object({
  token,
  name,
  email,
  password: newPassword,
  organisation: z.string().trim().min(1).max(200).optional().meta({ description: 'Needed when there is none yet.' }),
})

export const newOrganisation = z.object({ name: z.string().trim().min(1, 'Give it a name.').max(200) })

export const liveSessionSchema = z
  .object({
    id: z.uuid(),
    method: z.string(),
    second_factor: z.string().nullable(),
    address: z.string(),
    agent: z.string(),
    created_at: z.iso.datetime(),
    used_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
    current: z.boolean(),
  })
  .meta({ id: 'LiveSession' })
export const liveSessions = z.object({ items: z.array(liveSessionSchema) })
export const endedSessions = z.object({ ended: z.int() })

export const accountChange = z.object({ name })
export const passwordChange = z.object({ current: z.string().min(1).max(1_000), password: newPassword })

export const roleSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    reason: z.string(),
    may: z.array(permission),
    own: z.boolean().meta({ description: 'Made by the organisation; else Vouch ships it.' }),
    grantable: z.boolean().meta({ description: 'Whether you may give it to somebody.' }),
    changeable: z.boolean().meta({ description: 'Whether you may change or remove it.' }),
    members: z.int().meta({ description: 'How many have it.' }),
  })
  .meta({ id: 'Role' })
export const roleList = z.object({
  permissions: z.array(
    z.object({
      id: permission,
      title: z.string(),
      for_keys: z.boolean().meta({ description: 'Whether a key can have it; some things only people do.' }),
      grantable: z.boolean().meta({ description: 'Whether you may give it to a role of the organisation.' }),
    }),
  ),
  roles: z.array(roleSchema),
})
const roleReason = z.string().trim().min(1, 'Say what its holders do.').max(300)
const roleMay = z.array(permission).min(1, 'Choose what it may do.').max(permissionNames.length)
export const roleInput = z.object({
  title: z.string().trim().min(2, 'Give it a title.').max(40),
  reason: roleReason,
  may: roleMay,
})
/** A role keeps its title: it is what members, invitations and the ledger name it by. */
export const roleChange = z.object({ reason: roleReason, may: roleMay })

export const memberSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    email: z.string(),
    role: z.string(),
    joined_at: z.iso.datetime(),
    second_factor: z.boolean(),
    changeable: z.boolean().meta({ description: 'Whether you may change their role or remove them.' }),
  })
  .meta({ id: 'Member' })
export const membersQuery = listQuery(['name', 'email', 'role', 'joined_at'], 'name')
export const membersPage = pageOf(memberSchema)
export const memberChange = z.object({ role })

export const invitationSchema = z
  .object({
    id: z.uuid(),
    email: z.string(),
    role: z.string(),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
    expired: z.boolean(),
  })
  .meta({ id: 'Invitation' })
export const invitations = z.object({ items: z.array(invitationSchema) })
export const invitationInput = z.object({ email, role })
/** The link is shown once: only its hash is kept. */
export const invitationMade = invitationSchema.extend({ link: z.url() })

export const joinLook = z.object({ token })
export const joinView = z.object({
  organisation: z.string(),
  email: z.string(),
  role: z.string(),
  has_account: z.boolean(),
})
export const joinInput = z.object({
  token,
  name: name.optional().meta({ description: 'Needed for a new account.' }),
  password: z.string().min(1).max(1_000).meta({ description: 'Of your account, or for the new one.' }),
})

export const keyStates = ['in_use', 'expired', 'revoked'] as const
export const keySchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    member: z.object({ id: z.uuid(), name: z.string() }).nullable().meta({ description: 'Null: a service’s.' }),
    may: z.array(z.string()),
    hint: z.string().meta({ description: 'The last four characters.' }),
    made_by: z.object({ actor: z.string(), name: z.string().nullable() }),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
    last_used_at: z.iso.datetime().nullable().meta({ description: 'To the minute.' }),
    state: z.enum(keyStates),
    ended_at: z.iso.datetime().nullable(),
    revocable: z.boolean().meta({ description: 'Whether you may end it.' }),
  })
  .meta({ id: 'Key' })
export const keysQuery = listQuery(['created_at', 'name', 'expires_at', 'last_used_at'], '-created_at').extend({
  state: z.enum(['in_use', 'ended']).optional(),
})
export const keysPage = pageOf(keySchema)
export const keyInput = z.object({
  name: z.string().trim().min(1, 'Name it after the program that will use it.').max(100),
  personal: z.boolean().default(true).meta({ description: 'Acts for you; else for a service of the organisation.' }),
  may: z.array(z.enum(permissionNames)).min(1, 'Choose what it may do.'),
  days: z.int().min(1).max(365).default(90),
})
/** The key is shown once: only its hash is kept. */
export const keyMade = keySchema.extend({ key: z.string() })
