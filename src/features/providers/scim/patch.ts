import { z } from 'zod'
import { ScimError } from './error.ts'
import { type Filter, type Json, matches, parseFilter, pathOf } from './filter.ts'

/** RFC 7644, section 3.5.2; as Entra ID and Okta send it, too: `Replace`, no path, dotted names, lists where one value is meant. */
export const patchSchema = z.object({
  Operations: z
    .array(
      z.object({
        op: z
          .string()
          .toLowerCase()
          .pipe(z.enum(['add', 'replace', 'remove'])),
        path: z.string().max(1_000).optional(),
        value: z.json().optional(),
      }),
    )
    .min(1)
    .max(1_000),
})
type Operation = z.infer<typeof patchSchema>['Operations'][number]

/** The attributes of a kind of resource that may be written, as they are spelled; of complex ones with what is in them. */
export interface Shape {
  readonly [name: string]: 'single' | 'list' | readonly string[]
}
export type Resource = Record<string, Json>

const immutable = new Set(['id', 'meta', 'groups', 'schemas'])

/**
 * A resource as a patch leaves it. What we do not keep is left out without a word, as RFC 7643 asks of unknown attributes. Throws ScimError for a path that is none, a filter that finds
 * nothing to replace, and what cannot be written.
 */
export function applyPatch(resource: Resource, operations: readonly Operation[], shape: Shape): Resource {
  const patched = structuredClone(resource)
  for (const operation of operations) applyOne(patched, operation, shape)
  return patched
}

function applyOne(resource: Resource, { op, path, value }: Operation, shape: Shape): void {
  if (path !== undefined && path.trim() !== '') {
    applyAt(resource, op, path.trim(), value, shape)
    return
  }
  if (op === 'remove') throw new ScimError('noTarget', 'Say by a path what to remove.')
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ScimError('invalidValue', 'Without a path, the value is an object of attributes.')
  for (const [key, inner] of Object.entries(value)) {
    // What a client repeats of the whole resource is not a wish to change it.
    if (immutable.has(key)) continue
    if (/^urn:/i.test(key) && typeof inner === 'object' && inner !== null && !Array.isArray(inner)) {
      for (const [name, deep] of Object.entries(inner)) applyAt(resource, op, `${key}:${name}`, deep, shape)
    } else applyAt(resource, op, key, inner, shape)
  }
}

interface Place {
  /** As it is spelled; undefined for what we do not keep. */
  readonly name: string | undefined
  readonly kind: Shape[string]
  readonly filter: Filter | undefined
  readonly sub: string | undefined
}

function applyAt(resource: Resource, op: Operation['op'], path: string, value: Json | undefined, shape: Shape): void {
  const { name, kind, filter, sub } = placeOf(path, shape)
  if (name === undefined) return
  if (op !== 'remove' && value === undefined) throw new ScimError('invalidValue', `${path} is given no value.`)
  if (kind === 'list') {
    changeList(resource, { name, filter, sub }, op, value)
    return
  }
  if (filter) throw new ScimError('invalidPath', `${name} is no list.`)
  if (Array.isArray(kind) && sub !== undefined) {
    const whole = { ...objectAt(resource, name) }
    if (op === 'remove') delete whole[sub]
    else whole[sub] = single(value ?? null)
    resource[name] = whole
  } else if (op === 'remove') delete resource[name]
  else if (Array.isArray(kind))
    resource[name] = { ...(op === 'add' ? objectAt(resource, name) : {}), ...asObject(value) }
  else resource[name] = single(value ?? null)
}

function changeList(
  resource: Resource,
  { name, filter, sub }: { name: string; filter: Filter | undefined; sub: string | undefined },
  op: Operation['op'],
  value: Json | undefined,
): void {
  const present = listAt(resource, name)
  if (!filter && sub === undefined) {
    if (op === 'add') resource[name] = merged(present, asList(value))
    else if (op === 'replace') resource[name] = asList(value)
    else {
      // Entra ID names whom to remove in the value.
      const gone = value === undefined || value === null ? undefined : new Set(asList(value).map(keyOf))
      resource[name] = gone ? present.filter(element => !gone.has(keyOf(element))) : []
    }
    return
  }
  const chosen = new Set(present.filter(element => !filter || matches(filter, element)))
  if (op === 'remove') {
    resource[name] = present.flatMap(element => {
      if (!chosen.has(element)) return [element]
      return sub === undefined ? [] : [without(element, sub)]
    })
    return
  }
  const change = sub === undefined ? asObject(single(value ?? null)) : { [sub]: single(value ?? null) }
  if (chosen.size > 0) {
    resource[name] = present.map(element => (chosen.has(element) ? { ...asObject(element), ...change } : element))
    return
  }
  // There is none yet of the kind that is meant, such as emails[type eq "work"].value: it begins.
  if (filter?.op !== 'eq' || filter.path.length !== 1)
    throw new ScimError('noTarget', `Nothing of ${name} is what the filter asks for.`)
  resource[name] = [...present, { [filter.path[0] ?? '']: filter.value, ...change }]
}

function placeOf(path: string, shape: Shape): Place {
  const parts = /^([^[\]]+)(?:\[(.*)\](?:\.([A-Za-z$][\w$-]*))?)?$/s.exec(path)
  if (!parts) throw new ScimError('invalidPath', `${path} is no path.`)
  const [, whole = '', where, after] = parts
  const names = namesOf(whole)
  const wanted = names[0]
  if (wanted !== undefined && immutable.has(wanted)) throw new ScimError('mutability', `${whole} is not to be written.`)
  const nothing: Place = { name: undefined, kind: 'single', filter: undefined, sub: undefined }
  // The attributes of other schemas, such as the enterprise extension, are not kept.
  if (/^urn:/i.test(whole) && !/^urn:ietf:params:scim:schemas:core:2\.0:/i.test(whole)) return nothing
  const name = Object.keys(shape).find(key => key.toLowerCase() === wanted)
  if (name === undefined) return nothing
  const kind = shape[name] ?? 'single'
  const sub = (after ?? names[1])?.toLowerCase()
  const known = Array.isArray(kind) ? kind : ['value', 'type', 'primary', 'display']
  const spelled = sub === undefined ? undefined : known.find(key => key.toLowerCase() === sub)
  if (sub !== undefined && (spelled === undefined || kind === 'single')) return nothing
  return { name, kind, filter: where === undefined ? undefined : parseFilter(where), sub: spelled }
}

function namesOf(whole: string): string[] {
  try {
    return pathOf(whole)
  } catch {
    throw new ScimError('invalidPath', `${whole} is no path.`)
  }
}

function merged(present: readonly Json[], added: readonly Json[]): Json[] {
  const fresh = added.filter(element => !present.some(other => keyOf(other) === keyOf(element)))
  // Of several only one is the first.
  const takesOver = fresh.some(element => asObject(element).primary === true)
  return [...present.map(element => (takesOver ? { ...asObject(element), primary: false } : element)), ...fresh]
}

/** What tells the elements of a list apart: their value, and of addresses also the type. */
function keyOf(element: Json): string {
  const { value = element, type = null } = asObject(element)
  return JSON.stringify([value, type])
}

/** Entra ID sends a list of one where one is meant. */
function single(value: Json): Json {
  return Array.isArray(value) && value.length === 1 ? (value[0] ?? null) : value
}

function asObject(value: Json | undefined): Resource {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  return typeof value === 'string' ? { value } : {}
}

function asList(value: Json | undefined): Json[] {
  return (Array.isArray(value) ? value : value === null || value === undefined ? [] : [value]).map(asObject)
}

function listAt(resource: Resource, name: string): Json[] {
  const value = resource[name]
  return Array.isArray(value) ? value : []
}

function objectAt(resource: Resource, name: string): Resource {
  return asObject(resource[name])
}

function without(element: Json, sub: string): Json {
  const { [sub]: _, ...rest } = asObject(element)
  return rest
}
