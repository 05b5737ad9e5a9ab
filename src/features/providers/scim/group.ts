import { z } from 'zod'
import type { GroupRow } from '../store.ts'
import type { Resource, Shape } from './patch.ts'
import { invalid } from './user.ts'

export const groupSchemaId = 'urn:ietf:params:scim:schemas:core:2.0:Group'

export const groupShape: Shape = { displayName: 'single', externalId: 'single', members: 'list' }

const groupSchema = z.object({
  displayName: z.string().trim().min(1, 'is needed').max(500),
  externalId: z.string().max(500).nullish(),
  members: z
    .array(z.object({ value: z.string().max(100) }))
    .max(100_000)
    .nullish(),
})

export interface GroupInput {
  readonly name: string
  readonly external_id: string | null
  readonly members: readonly string[]
}

/** A group as a provider writes it. Throws ScimError `invalidValue`. */
export function readGroup(given: unknown): GroupInput {
  const parsed = groupSchema.safeParse(given)
  if (!parsed.success) throw invalid(parsed.error)
  const { displayName, externalId, members } = parsed.data
  const ids = (members ?? []).map(({ value }) => value).filter(value => z.uuid().safeParse(value).success)
  return { name: displayName, external_id: externalId ?? null, members: [...new Set(ids)] }
}

type Member = { readonly person: string; readonly user_name: string }

/** What of a group may be written, as SCIM has it. */
export function writableGroup(group: GroupRow, members: readonly Member[]): Resource {
  return {
    displayName: group.name,
    ...(group.external_id !== null && { externalId: group.external_id }),
    members: members.map(({ person }) => ({ value: person })),
  }
}

/** A group as SCIM shows it. */
export function presentGroup(group: GroupRow, members: readonly Member[], base: string): Resource {
  return {
    schemas: [groupSchemaId],
    id: group.id,
    ...writableGroup(group, members),
    // RFC 7643, section 4.2: a member has value, $ref and type, and no name.
    members: members.map(({ person }) => ({
      value: person,
      type: 'User',
      $ref: `${base}/Users/${person}`,
    })),
    meta: {
      resourceType: 'Group',
      created: group.created_at.toISOString(),
      lastModified: group.changed_at.toISOString(),
      location: `${base}/Groups/${group.id}`,
    },
  }
}
