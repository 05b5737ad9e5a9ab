import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { mostResults } from './discovery.ts'
import { ScimError } from './error.ts'
import { type Filter, matches, parseFilter } from './filter.ts'
import type { Resource } from './patch.ts'

/** What of a list is asked for (RFC 7644, section 3.4.2). */
export interface Query {
  readonly filter: Filter | undefined
  readonly startIndex: number
  readonly count: number
  readonly attributes: ReadonlySet<string> | undefined
  readonly excluded: ReadonlySet<string>
}

const querySchema = z.object({
  filter: z.string().optional(),
  startIndex: z.coerce.number().int().catch(1).default(1),
  count: z.coerce.number().int().catch(mostResults).default(mostResults),
  attributes: z.string().max(2_000).optional(),
  excludedAttributes: z.string().max(2_000).default(''),
})

/** As parameters of the address. Throws ScimError. */
export function readQuery(request: FastifyRequest): Query {
  return queryOf(request.query)
}

/** The same in a body (RFC 7644, section 3.4.3), where names of attributes are a list. */
export function readSearch(request: FastifyRequest): Query {
  const list = z
    .array(z.string())
    .max(100)
    .nullish()
    .transform(names => names?.join(',') ?? undefined)
  const parsed = z
    .looseObject({ attributes: list, excludedAttributes: list, filter: z.string().nullish() })
    .safeParse(request.body)
  if (!parsed.success)
    throw new ScimError('invalidSyntax', 'A search is an object with a filter, or names of attributes.')
  return queryOf(Object.fromEntries(Object.entries(parsed.data).filter(([, value]) => value != null)))
}

function queryOf(given: unknown): Query {
  const parsed = querySchema.safeParse(given)
  if (!parsed.success) throw new ScimError('invalidValue', 'Each parameter is given once, as text.')
  const { filter, startIndex, count, attributes, excludedAttributes } = parsed.data
  const names = (list: string) =>
    new Set(
      list
        .split(',')
        .map(name => (name.trim().split(':').at(-1) ?? '').split('.')[0]?.toLowerCase() ?? '')
        .filter(Boolean),
    )
  return {
    filter: filter === undefined ? undefined : parseFilter(filter),
    startIndex: Math.max(1, startIndex),
    count: Math.min(mostResults, Math.max(0, count)),
    attributes: attributes === undefined ? undefined : names(attributes),
    excluded: names(excludedAttributes),
  }
}

/** The resources that are asked for, a page of them. */
export function page(found: readonly Resource[], query: Query): object {
  const { filter } = query
  const matching = filter ? found.filter(resource => matches(filter, resource)) : found
  const from = query.startIndex - 1
  const shown = matching.slice(from, from + query.count).map(resource => projected(resource, query))
  return listed(shown, query.startIndex, matching.length)
}

/** A list as SCIM answers it. */
export function listed(resources: readonly Resource[], startIndex: number, total = resources.length): object {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: total,
    startIndex,
    itemsPerPage: resources.length,
    Resources: resources,
  }
}

/** What was asked for of a resource; its id and schemas always. */
export function projected(resource: Resource, { attributes, excluded }: Query): Resource {
  const always = new Set(['id', 'schemas'])
  return Object.fromEntries(
    Object.entries(resource).filter(([name]) => {
      const key = name.toLowerCase()
      return always.has(key) || (attributes ? attributes.has(key) : !excluded.has(key))
    }),
  )
}
