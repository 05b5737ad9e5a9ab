import type { Json, JsonObject } from '../../../verifier/records/canonical.ts'
import type { ResourceDeclaration } from '../../../verifier/records/resource.ts'
import { type AliasKind, aliasKinds } from './contract.ts'
import { isAddress, type PersonalValue } from './forms.ts'

/** A field whose values are personal. A user name is only where it is an address: checks know accounts such as root by their names. */
interface PersonalField {
  readonly name: string
  readonly kind: AliasKind | 'username'
}

/** The declared fields of a resource that the kinds concern. */
export function personalFields(declaration: ResourceDeclaration, kinds: ReadonlySet<AliasKind>): PersonalField[] {
  return Object.entries(declaration.columns).flatMap(([name, { type, personal }]): PersonalField[] => {
    if (personal === undefined) return []
    if (personal === 'username') return kinds.has('email') ? [{ name, kind: personal }] : []
    // Lists and objects may hold values of several kinds; which, their own names say.
    if (type === 'json') return kinds.has('name') || kinds.has('email') ? [{ name, kind: personal }] : []
    return kinds.has(personal) ? [{ name, kind: personal }] : []
  })
}

/** The declaration as it is stored: which fields hold aliases. */
export function withAliases(
  declaration: ResourceDeclaration,
  fields: ReturnType<typeof personalFields>,
): ResourceDeclaration {
  if (fields.length === 0) return declaration
  const names = new Set(fields.map(field => field.name))
  const columns = Object.entries(declaration.columns).map(([name, column]) => [
    name,
    names.has(name) ? { ...column, aliased: true as const } : column,
  ])
  return { ...declaration, columns: Object.fromEntries(columns) }
}

/** Puts something else in the place of each personal value of a record, or looks at it only: what `visit` returns is taken. */
export function mapPersonal(
  record: JsonObject,
  fields: readonly PersonalField[],
  kinds: ReadonlySet<AliasKind>,
  visit: (value: PersonalValue) => string,
): JsonObject {
  let changed: Record<string, Json> | undefined
  for (const { name, kind } of fields) {
    const value = record[name]
    if (value === null || value === undefined) continue
    const replaced = mapValue(value, kind, kinds, visit)
    if (replaced === value) continue
    changed ??= { ...record }
    changed[name] = replaced
  }
  return changed ?? record
}

const isKind = (name: string): name is AliasKind => (aliasKinds as readonly string[]).includes(name)

function mapValue(
  value: Json,
  kind: PersonalField['kind'] | undefined,
  kinds: ReadonlySet<AliasKind>,
  visit: (value: PersonalValue) => string,
): Json {
  if (typeof value === 'string') {
    const real = kind === 'username' ? (isAddress(value) ? 'email' : undefined) : kind
    return real !== undefined && kinds.has(real) ? visit({ kind: real, value }) : value
  }
  if (Array.isArray(value)) return (value as readonly Json[]).map(inner => mapValue(inner, kind, kinds, visit))
  if (typeof value !== 'object' || value === null) return value
  // In an object the properties say what they are: {"key": "Reviewed-by", "name": …, "email": …}.
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      mapValue(inner, isKind(name) ? name : typeof inner === 'object' ? kind : undefined, kinds, visit),
    ]),
  )
}
