import { z } from 'zod'
import { open, signedIn } from '../http/access.ts'
import type { JsonDocument } from '../http/openapi-document.ts'

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const
type Method = Uppercase<(typeof methods)[number]>

/** An operation of the API as a tool for a language model. */
export interface Tool {
  readonly name: string
  readonly description: string
  readonly method: Method
  /** With `{id}` where an argument goes. */
  readonly path: string
  /** The permission that its route asks for: who lacks it is not offered the tool. */
  readonly permission: string
  readonly query: readonly string[]
  readonly inputSchema: { readonly type: 'object'; readonly [key: string]: unknown }
  readonly annotations: {
    readonly title: string
    readonly readOnlyHint: boolean
    readonly destructiveHint: boolean
    readonly idempotentHint: boolean
    readonly openWorldHint: boolean
  }
}

const schema = z.record(z.string(), z.unknown())
const contentSchema = z.record(z.string(), z.object({ schema: schema.optional() }))
const operationSchema = z.object({
  operationId: z.string(),
  summary: z.string(),
  'x-permission': z.string(),
  'x-consumes': z.array(z.string()).optional(),
  parameters: z
    .array(
      z.object({
        name: z.string(),
        in: z.string(),
        required: z.boolean().default(false),
        description: z.string().optional(),
        schema: schema.default({}),
      }),
    )
    .default([]),
  requestBody: z.object({ required: z.boolean().default(false), content: contentSchema }).optional(),
  responses: z.record(z.string(), z.object({ content: contentSchema.optional() })),
})
type Operation = z.infer<typeof operationSchema>

/**
 * The tools that an OpenAPI document makes: one for each operation that takes and answers JSON. Left out are uploads, downloads, exports and streams, which are files and no
 * words, and what is for people who sign in.
 */
export function toolsOf(document: JsonDocument): Tool[] {
  const paths = z.record(z.string(), z.record(z.string(), z.unknown())).parse(document.paths)
  const { schemas = {} } = z.object({ schemas: schema.optional() }).parse(document.components ?? {})
  return Object.entries(paths).flatMap(([path, operations]) =>
    methods.flatMap(method => {
      if (operations[method] === undefined) return []
      const operation = operationSchema.parse(operations[method])
      return isTool(operation) ? [toTool(method, path, operation, schemas)] : []
    }),
  )
}

function isTool(operation: Operation): boolean {
  const { responses, requestBody } = operation
  const permission = operation['x-permission']
  if (permission === open || permission === signedIn || operation['x-consumes']) return false
  if (requestBody && !requestBody.content['application/json']) return false
  const answers = Object.entries(responses).filter(([status]) => status.startsWith('2'))
  return answers.every(([, { content }]) => content === undefined || content['application/json'] !== undefined)
}

function toTool(
  method: (typeof methods)[number],
  path: string,
  operation: Operation,
  schemas: Readonly<Record<string, unknown>>,
): Tool {
  const parameters = operation.parameters.filter(parameter => parameter.in === 'path' || parameter.in === 'query')
  const body = operation.requestBody?.content['application/json']?.schema
  const properties = Object.fromEntries([
    ...parameters.map(({ name, description, schema: shape }) => [
      name,
      { ...shape, ...(description && { description }) },
    ]),
    ...(body ? [['body', body]] : []),
  ])
  const required = [
    ...parameters.filter(parameter => parameter.required).map(({ name }) => name),
    ...(body && operation.requestBody?.required ? ['body'] : []),
  ]
  const reads = method === 'get'
  return {
    name: operation.operationId,
    description: operation.summary,
    method: method.toUpperCase() as Method,
    path,
    permission: operation['x-permission'],
    query: parameters.filter(parameter => parameter.in === 'query').map(({ name }) => name),
    inputSchema: withDefinitions({ type: 'object', properties, required, additionalProperties: false }, schemas),
    annotations: {
      title: operation.summary,
      readOnlyHint: reads,
      // What is posted adds something or begins work; the rest replaces or takes away.
      destructiveHint: !reads && method !== 'post',
      idempotentHint: method !== 'post',
      openWorldHint: false,
    },
  }
}

const reference = /^#\/components\/schemas\/(.+)$/

/** A schema that stands alone: the components that it refers to, directly or not, become its own definitions. */
function withDefinitions<T extends Readonly<Record<string, unknown>>>(
  root: T,
  schemas: Readonly<Record<string, unknown>>,
): T {
  const found = new Map<string, unknown>()
  const moved = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(moved)
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        const name = key === '$ref' && typeof item === 'string' ? reference.exec(item)?.[1] : undefined
        if (name === undefined) return [key, moved(item)]
        if (!found.has(name)) {
          found.set(name, undefined)
          found.set(name, moved(schemas[name] ?? {}))
        }
        return [key, `#/$defs/${name}`]
      }),
    )
  }
  const alone = moved(root) as T
  return found.size === 0 ? alone : { ...alone, $defs: Object.fromEntries(found) }
}
