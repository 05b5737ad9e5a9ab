import type { App } from '../http/app.ts'
import type { Tool } from './tools.ts'

/** Who calls, as the request for tools came in: its calls are made as that one. */
export interface ToolCaller {
  readonly host: string
  readonly authorization: string
  readonly agent: string
  readonly address: string
}

export interface ToolAnswer {
  readonly text: string
  readonly failed: boolean
}

type Arguments = Readonly<Record<string, unknown>>

/** A model reads all that it is given, and pays for it. */
const mostCharacters = 50_000

/** Does an operation through its own route, with the caller's key: what the key may not, the route refuses and records. */
export async function callTool(app: App, tool: Tool, given: Arguments, caller: ToolCaller): Promise<ToolAnswer> {
  const url = addressOf(tool, given)
  if (url === undefined) return { text: 'An id is missing, or is not one.', failed: true }
  const response = await app.inject({
    method: tool.method,
    url,
    remoteAddress: caller.address,
    headers: { host: caller.host, authorization: caller.authorization, 'user-agent': caller.agent },
    ...(given.body !== undefined && { payload: given.body as object }),
  })
  if (response.statusCode >= 400) return { text: complaintOf(response.body), failed: true }
  return { text: response.body === '' ? 'Done.' : shortened(response.body), failed: false }
}

/** The address of a call; undefined when an argument of the path is missing or would lead elsewhere. */
function addressOf(tool: Tool, given: Arguments): string | undefined {
  let whole = true
  const path = tool.path.replace(/\{([^}]+)\}/g, (_, name: string) => {
    const value = textOf(given[name])
    // Two dots would be taken for the folder above.
    if (value === undefined || /^\.{0,2}$/.test(value)) whole = false
    return encodeURIComponent(value ?? '')
  })
  if (!whole) return undefined
  const query = new URLSearchParams()
  for (const name of tool.query) {
    const values = Array.isArray(given[name]) ? given[name] : [given[name]]
    for (const value of values) {
      const text = textOf(value)
      if (text !== undefined) query.append(name, text)
    }
  }
  return query.size > 0 ? `${path}?${query}` : path
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined
}

function complaintOf(body: string): string {
  try {
    const { title, detail } = JSON.parse(body) as { title?: unknown; detail?: unknown }
    return `${String(title)}: ${String(detail)}`
  } catch {
    return body.slice(0, 1_000)
  }
}

/** An answer that fits. Of a list as many rows as fit, without the next page's cursor, which would pass over the others; of anything else its beginning. */
function shortened(body: string): string {
  if (body.length <= mostCharacters) return body
  const answer = JSON.parse(body) as { items?: unknown }
  const items = Array.isArray(answer.items) ? answer.items : []
  let kept = items.length
  let text = ''
  do {
    kept = Math.floor(kept / 2)
    text = JSON.stringify({ ...answer, items: items.slice(0, kept), next_cursor: undefined })
  } while (kept > 1 && text.length > mostCharacters)
  if (items.length > 1 && text.length <= mostCharacters)
    return `${text}\n\nToo long: these are the first ${kept} of ${items.length} rows. Ask with limit=${kept}, and then for each next page with its cursor; or narrow the filters.`
  return `${body.slice(0, mostCharacters)}\n\nToo long: this is the beginning, ${mostCharacters} of ${body.length} characters. Ask for something narrower.`
}
