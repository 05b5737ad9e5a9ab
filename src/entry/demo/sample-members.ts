import { addMember } from '../../features/access/members.ts'
import type { Role } from '../../features/access/permissions.ts'
import { makeSignInToken } from '../../features/access/sign-in-links.ts'
import { operatorActor } from '../../features/ledger/append-fact.ts'
import type { Services } from '../../platform/services.ts'

/** Who signs in to the sample organisation: one for each kind of person who uses Vouch. Nobody of them exists. */
const sampleMembers: readonly { readonly name: string; readonly email: string; readonly role: Role }[] = [
  { name: 'Noor Haddad', email: 'noor.haddad@larkspur.example', role: 'owner' },
  { name: 'Ivo Tanaka', email: 'ivo.tanaka@larkspur.example', role: 'control_owner' },
  { name: 'Freya Lind', email: 'freya.lind@larkspur.example', role: 'employee' },
  { name: 'Petra Sato', email: 'petra.sato@auditor.example', role: 'auditor' },
]
const linkMinutes = 7 * 24 * 60

/** Gives the sample organisation its members. They have no passwords: links sign them in. */
export async function addSampleMembers(services: Services, orgId: string): Promise<void> {
  for (const { role, ...person } of sampleMembers) {
    const user = await services.signIn.addUserWithoutPassword(person)
    await services.database.tenant(orgId, services.clock, tx => addMember(tx, { id: user.id, role }, operatorActor))
  }
}

/** A one-time sign-in link for each of the sample's members, as lines to be shown; they end with the next start. */
export async function sampleSignInLinks(services: Services, address: string): Promise<string[]> {
  const lines: string[] = []
  for (const { name, email, role } of sampleMembers) {
    const token = await makeSignInToken(services, email, linkMinutes)
    lines.push(`  ${role.replaceAll('_', ' ').padEnd(14)}${name.padEnd(13)}${address}/sign-in#${token}`)
  }
  return lines
}
