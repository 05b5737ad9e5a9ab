import type { z } from 'zod'
import type { Principal } from '../../platform/http/access.ts'
import type { Services } from '../../platform/services.ts'
import type { Caller } from '../../platform/sign-in/sign-in.ts'
import { readOrganisation } from '../scope/read-scope.ts'
import type { sessionSchema } from './contract.ts'
import { visible } from './control-access.ts'
import { permissionNames } from './permissions.ts'
import { missingForSetUp } from './set-up.ts'
import { listMemberships } from './store.ts'

// What a page begins with this answer should still be let through when it arrives.
const marginMs = 20_000

/** What a page needs to know before anything else; for nobody, only whether Vouch is set up. */
export async function readSession(
  services: Services,
  principal: Principal | undefined,
  caller: Caller,
): Promise<z.infer<typeof sessionSchema>> {
  const half = await readHalf(services, caller)
  if (!principal) {
    const set_up = await missingForSetUp(services)
    return {
      user: null,
      organisation: null,
      role: null,
      may: [],
      organisations: [],
      mail: services.mail.mode,
      lacks: null,
      fresh: false,
      half,
      set_up,
      within: false,
      refusal: null,
    }
  }
  const { user, organisation, may, lacks, freshUntil } = principal
  const memberships = user ? visible(await listMemberships(services.database, user.id), principal.within) : []
  const current = organisation
    ? await services.database.tenant(organisation.id, services.clock, readOrganisation)
    : undefined
  return {
    user,
    organisation: current ? { id: current.id, name: current.name, is_sample: current.is_sample } : null,
    role: organisation?.role ?? null,
    may: principal.refusal === undefined && !lacks ? permissionNames.filter(name => may.has(name)) : [],
    organisations: memberships.map(({ id, name, role }) => ({ id, name, role })),
    mail: services.mail.mode,
    lacks: lacks ?? null,
    fresh: !freshUntil || freshUntil.getTime() - Date.now() > marginMs,
    half,
    set_up: 'done',
    within: principal.within !== undefined,
    refusal: principal.refusal ?? null,
  }
}

async function readHalf(services: Services, caller: Caller) {
  const factors = await services.signIn.halfway(caller)
  if (!factors) return null
  return { totp: factors.totp !== null, passkey: factors.passkeys > 0, recovery_codes: factors.recoveryCodes }
}
