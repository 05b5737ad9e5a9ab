import createClient from 'openapi-fetch'
import { fetchAskingAgain } from './ask-again.ts'
import { ApiProblem, type Problem } from './problem.ts'
import type { components, paths } from './schema.gen.ts'

/** The API's schemas by name, as the server's contracts define them. */
export type Schemas = components['schemas']

/** The typed client of the API. What asks for a new proof of who one is goes on once that was given. */
export const api = createClient<paths>({ baseUrl: '/', fetch: fetchAskingAgain })

/** The data of an answer; throws ApiProblem when the API refused. */
export async function answer<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call
  if (response.ok) return data as T
  throw new ApiProblem(isProblem(error) ? error : unreadable(response))
}

function isProblem(error: unknown): error is Problem {
  return typeof error === 'object' && error !== null && 'detail' in error && 'code' in error
}

function unreadable(response: Response): Problem {
  return {
    type: 'about:blank',
    title: 'The server answered in a way that this page does not understand',
    status: response.status,
    detail: `It answered ${response.status} ${response.statusText}. Load the page again; if that does not help, look at the server’s log.`,
    code: 'internal',
  }
}
