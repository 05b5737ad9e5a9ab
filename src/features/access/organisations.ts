import { randomBytes } from 'node:crypto'
import { VouchError } from '../../platform/errors/errors.ts'
import type { Services } from '../../platform/services.ts'
import type { User } from '../../platform/sign-in/sign-in.ts'
import { addMember } from './members.ts'
import { type MakeOrganisation, slugOf } from './set-up.ts'

/** Makes another organisation with the caller as its owner; their session works in it from now on. Returns its id. */
export async function makeAnotherOrganisation(
  services: Services,
  name: string,
  make: MakeOrganisation,
  { user, actor, sessionId }: { user: User; actor: string; sessionId: string },
): Promise<string> {
  const withSlug = (slug: string) =>
    make(services, { slug, name, isSample: false }, actor, tx => addMember(tx, { id: user.id, role: 'owner' }, actor))
  const slug = slugOf(name)
  const id = await withSlug(slug).catch((error: unknown) => {
    // The short name of an organisation that the caller may know nothing of.
    if (error instanceof VouchError && error.code === 'conflict')
      return withSlug(`${slug}-${randomBytes(3).toString('hex')}`)
    throw error
  })
  await services.signIn.setOrganisation(sessionId, id)
  return id
}
