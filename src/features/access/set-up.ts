import type { TenantTx } from '../../platform/db/database.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import type { Services } from '../../platform/services.ts'
import type { Begun, Caller } from '../../platform/sign-in/sign-in.ts'
import { findOldestOrganisation } from '../scope/read-scope.ts'
import { addMember } from './members.ts'
import { hasMembers } from './store.ts'

const linkHours = 24
const purpose = 'set-up'

/** Makes an organisation with all that it begins with, `andThen` in its own transaction; see `setUpOrganisation`. Returns its id. */
export type MakeOrganisation = (
  services: Services,
  organisation: { slug: string; name: string; isSample: boolean },
  actor: string,
  andThen: (tx: TenantTx) => Promise<void>,
) => Promise<string>

/** What is missing before anybody can sign in. */
export async function missingForSetUp(services: Services): Promise<'done' | 'owner' | 'organisation'> {
  if (await hasMembers(services.database)) return 'done'
  return (await findOldestOrganisation(services.database)) === undefined ? 'organisation' : 'owner'
}

/** The token of a new one-time link by which the first owner sets Vouch up; earlier ones end. Undefined when there is an owner. */
export async function makeSetUpToken(services: Services): Promise<string | undefined> {
  if ((await missingForSetUp(services)) === 'done') return undefined
  await services.signIn.forgetTokens(purpose)
  return services.signIn.makeToken(purpose, purpose, linkHours * 3_600)
}

export interface SetUp {
  readonly token: string
  readonly name: string
  readonly email: string
  readonly password: string
  readonly organisation?: string | undefined
}

/**
 * Makes the first owner, and the organisation when there is none. Returns the session that begins. Throws `gone` for a link that was used or is too old,
 * `invalid_input` for a weak password or a missing name of the organisation; the link stays usable then.
 */
export async function setUp(services: Services, input: SetUp, make: MakeOrganisation, caller: Caller): Promise<Begun> {
  const { signIn, database, clock } = services
  const missing = await missingForSetUp(services)
  if (missing === 'done' || !(await signIn.seesToken(purpose, input.token))) throw over()
  if (missing === 'organisation' && input.organisation === undefined)
    throw new VouchError('invalid_input', 'Name the organisation.', {
      fields: [{ path: 'organisation', message: 'is needed' }],
    })
  const user = await signIn.addOrResetUser(input)
  // Only now is it used up: whatever was refused before can be corrected.
  if ((await signIn.spendToken(purpose, input.token)) === undefined) throw over()
  const own = (tx: TenantTx) => addMember(tx, { id: user.id, role: 'owner' }, `user:${user.id}`)
  const existing = await findOldestOrganisation(database)
  let orgId = existing
  if (orgId === undefined) {
    const name = input.organisation ?? ''
    orgId = await make(services, { slug: slugOf(name), name, isSample: false }, `user:${user.id}`, own)
  } else await database.tenant(orgId, clock, own)
  return signIn.begin(user.id, orgId, 'set_up', caller)
}

/** A short name for the log: lower-case letters, digits and hyphens. */
export function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '')
  return slug === '' ? 'organisation' : slug
}

function over(): VouchError {
  return new VouchError(
    'gone',
    'This link was used or is too old. Start Vouch again, or run ./vouch set-up-link, to get another.',
  )
}
