import { z } from 'zod'
import type { PersonInput } from '../provision.ts'
import type { PersonRow } from '../store.ts'
import { ScimError } from './error.ts'
import type { Resource, Shape } from './patch.ts'

export const userSchemaId = 'urn:ietf:params:scim:schemas:core:2.0:User'

/** What of a user we keep: what is needed to know and to address them, and no more of their data. */
export const userShape: Shape = {
  userName: 'single',
  externalId: 'single',
  active: 'single',
  displayName: 'single',
  title: 'single',
  name: ['formatted', 'familyName', 'givenName'],
  emails: 'list',
}

const words = z.string().max(500)
const word = words.nullish().transform(value => value ?? undefined)
/** Entra ID sends "True". */
const flag = z
  .union([z.boolean(), z.string().regex(/^(true|false)$/i, 'is true or false')])
  .transform(value => String(value).toLowerCase() === 'true')

const userSchema = z.object({
  userName: z.string().trim().min(1, 'is needed').max(254),
  externalId: word,
  active: flag.default(true),
  displayName: word,
  title: word,
  name: z.object({ formatted: word, familyName: word, givenName: word }).nullish(),
  emails: z
    .array(z.object({ value: word, type: word, display: word, primary: flag.nullish() }))
    .max(20)
    .nullish(),
})

/** A user as a provider writes them. Names of attributes are read without regard to case. Throws ScimError `invalidValue`. */
export function readUser(given: unknown): PersonInput {
  const parsed = userSchema.safeParse(spelled(given))
  if (!parsed.success) throw invalid(parsed.error)
  const { userName, externalId, active, displayName, title, name, emails } = parsed.data
  const kept = (emails ?? []).flatMap(({ value, type, display, primary }) =>
    value === undefined ? [] : [{ value, type, display, primary: primary ?? undefined }],
  )
  const first = kept.find(({ primary }) => primary === true) ?? kept[0]
  const email = [first?.value, userName].find(text => text !== undefined && z.email().max(254).safeParse(text).success)
  const attributes = { displayName, title, name: name ?? undefined, emails: kept }
  return {
    user_name: userName,
    external_id: externalId ?? null,
    email: email?.toLowerCase() ?? null,
    name: nameFrom(attributes, userName).slice(0, 100),
    active,
    attributes: JSON.parse(JSON.stringify(attributes)),
  }
}

/** Names of attributes as they are spelled, on the first level and in `name`. */
function spelled(given: unknown): unknown {
  if (typeof given !== 'object' || given === null) return given
  const proper = Object.keys(userShape)
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => [
      proper.find(name => name.toLowerCase() === key.toLowerCase()) ?? key,
      value,
    ]),
  )
}

const attributesSchema = z.object({
  displayName: z.string().optional(),
  title: z.string().optional(),
  name: z
    .object({
      formatted: z.string().optional(),
      familyName: z.string().optional(),
      givenName: z.string().optional(),
    })
    .optional(),
  emails: z
    .array(
      z.object({
        value: z.string(),
        type: z.string().optional(),
        display: z.string().optional(),
        primary: z.boolean().optional(),
      }),
    )
    .default([]),
})

/** What of a person may be written, as SCIM has it. */
export function writableUser(person: PersonRow): Resource {
  const { emails, ...attributes } = attributesSchema.parse(person.attributes)
  return JSON.parse(
    JSON.stringify({
      userName: person.user_name,
      externalId: person.external_id ?? undefined,
      active: person.active,
      ...attributes,
      emails: emails.length > 0 ? emails : undefined,
    }),
  ) as Resource
}

/** A person as SCIM shows them; `base` is where the resources are. */
export function presentUser(
  person: PersonRow,
  groups: readonly { readonly group_id: string; readonly group_name: string }[],
  base: string,
): Resource {
  const location = `${base}/Users/${person.id}`
  return {
    schemas: [userSchemaId],
    id: person.id,
    ...writableUser(person),
    ...(groups.length > 0 && {
      groups: groups.map(({ group_id, group_name }) => ({
        value: group_id,
        display: group_name,
        type: 'direct',
        $ref: `${base}/Groups/${group_id}`,
      })),
    }),
    meta: {
      resourceType: 'User',
      created: person.created_at.toISOString(),
      lastModified: person.changed_at.toISOString(),
      location,
    },
  }
}

/** What to call a person. */
export function displayNameOf(person: PersonRow): string {
  return nameFrom(attributesSchema.parse(person.attributes), person.user_name)
}

interface Named {
  readonly displayName?: string | undefined
  readonly name?: Partial<Record<'formatted' | 'givenName' | 'familyName', string | undefined>> | undefined
}

function nameFrom({ displayName, name }: Named, userName: string): string {
  const whole = [name?.givenName, name?.familyName].filter(Boolean).join(' ')
  return [displayName, name?.formatted, whole].find(text => text !== undefined && text.trim() !== '') ?? userName
}

/** What a schema found wrong, in SCIM's words. */
export function invalid(error: z.ZodError): ScimError {
  const issues = error.issues.map(({ path, message }) => `${path.join('.') || 'the request'} ${message}`)
  return new ScimError('invalidValue', issues.join('; '))
}
