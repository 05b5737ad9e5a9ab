/** An OpenAPI document as plain JSON. */
export type JsonDocument = Record<string, unknown>

// What the converter writes for z.json(): names of definitions that it then leaves out or nests where no reader looks.
const brokenReference = /^#\/components\/schemas\/(__shared#\/\$defs\/)?schema\d+$/
const jsonReference = '#/components/schemas/Json'

/**
 * The document that Fastify made, made valid and small: schemas of "any JSON" become one component, `Json` (the converter refers to them by a
 * reference that no reader can resolve), components that nothing refers to (each schema's second copy, for requests) are left out, and what answers hold is told as it is sent. The rest is in the order of the names, whatever order the modules were loaded in.
 */
export function tidyDocument(document: JsonDocument): JsonDocument {
  const tidy = mapReferences(document, reference => (brokenReference.test(reference) ? jsonReference : reference))
  const components = (tidy.components ?? {}) as JsonDocument
  const { __shared, ...schemas } = (components.schemas ?? {}) as JsonDocument
  const all: JsonDocument = { ...schemas, Json: { description: 'Any JSON value.' } }
  const used = new Set<string>()
  const queue: unknown[] = [tidy.paths]
  while (queue.length > 0) {
    for (const name of schemaNamesIn(queue.pop())) {
      if (used.has(name)) continue
      used.add(name)
      queue.push(all[name])
    }
  }
  const kept = Object.fromEntries([...used].sort().map(name => [name, all[name]]))
  return { ...tidy, paths: mapResponses(tidy.paths, tellAnswer), components: { ...components, schemas: kept } }
}

/** What the converter does not know of an answer: a problem has a media type of its own, and no content has none. */
function tellAnswer(status: string, { content, ...answer }: JsonDocument): JsonDocument {
  if (content === undefined || status === '204') return answer
  if (status !== 'default') return { ...answer, content }
  const [problem] = Object.values(content as JsonDocument)
  return { ...answer, content: { 'application/problem+json': problem } }
}

function mapResponses(paths: unknown, change: (status: string, answer: JsonDocument) => JsonDocument): JsonDocument {
  const each = (value: unknown, map: (key: string, item: JsonDocument) => unknown) =>
    Object.fromEntries(
      Object.entries((value ?? {}) as JsonDocument).map(([key, item]) => [key, map(key, item as JsonDocument)]),
    )
  return each(paths, (_path, methods) =>
    each(methods, (_method, operation) => ({ ...operation, responses: each(operation.responses, change) })),
  )
}

function mapReferences<T>(value: T, change: (reference: string) => string): T {
  if (Array.isArray(value)) return value.map(item => mapReferences(item, change)) as T
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === '$ref' && typeof item === 'string' ? change(item) : mapReferences(item, change),
    ]),
  ) as T
}

function schemaNamesIn(value: unknown): string[] {
  const names: string[] = []
  mapReferences(value, reference => {
    const name = /^#\/components\/schemas\/([^/]+)$/.exec(reference)?.[1]
    if (name) names.push(name)
    return reference
  })
  return names
}
