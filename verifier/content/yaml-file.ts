import { isMap, isNode, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { ContentError, type ContentProblem } from './content-error.ts'

/** A YAML document that passed its schema, with the means to say on which line a part of it stands. */
export interface YamlFile<T> {
  readonly file: string
  readonly value: T
  /** A problem at a path of the document, e.g. `['criteria', 2, 'title']`; the nearest existing part gives the line. */
  problem(path: readonly PropertyKey[], message: string): ContentProblem
}

/**
 * Parses one YAML 1.2 document (core schema) and checks it against a schema. Repeated keys, further documents and aliases are
 * refused: each is more likely a slip than an intent, and aliases can make a small file huge.
 *
 * @param file the name to show in problems; nothing is read
 * @throws ContentError naming every problem found
 */
export function parseYamlFile<T>(file: string, text: string, schema: z.ZodType<T>): YamlFile<T> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, strict: true, uniqueKeys: true })
  const [syntaxError] = document.errors
  if (syntaxError !== undefined)
    throw new ContentError([
      {
        file,
        line: lines.linePos(syntaxError.pos[0]).line,
        path: '',
        message: `not valid YAML: ${syntaxError.message}`,
      },
    ])

  const problem = (path: readonly PropertyKey[], message: string): ContentProblem => ({
    file,
    line: lineOf(path),
    path: formatPath(path),
    message,
  })

  function lineOf(path: readonly PropertyKey[]): number {
    for (let length = path.length; length > 0; length -= 1) {
      const offset = offsetOf(path.slice(0, length))
      if (offset !== undefined) return lines.linePos(offset).line
    }
    return 1
  }

  /** Where a part begins: its key if it has one, since a value folded over lines begins on a later line than its key. */
  function offsetOf(path: readonly PropertyKey[]): number | undefined {
    const last = path.at(-1)
    const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
    if (isMap(parent)) {
      const pair = parent.items.find(item => isNode(item.key) && String(item.key) === last)
      if (pair !== undefined && isNode(pair.key)) return pair.key.range?.[0]
    }
    const node = document.getIn(path, true)
    return isNode(node) ? node.range?.[0] : undefined
  }

  let content: unknown
  try {
    content = document.toJS({ maxAliasCount: 0 })
  } catch (cause) {
    throw new ContentError([problem([], 'aliases (*name) are not used in content: write the value out')], { cause })
  }
  const result = schema.safeParse(content)
  if (!result.success)
    throw new ContentError(result.error.issues.map(issue => problem(issue.path, describeIssue(issue))))
  return { file, value: result.data, problem }
}

function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `remove or correct the unknown field: ${issue.keys.join(', ')}`
  if (issue.code === 'invalid_type') {
    if (issue.input === undefined) return `add this field (${issue.expected})`
    return issue.message
  }
  return issue.message
}

function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    return text === '' ? String(part) : `${text}.${String(part)}`
  }, '')
}
