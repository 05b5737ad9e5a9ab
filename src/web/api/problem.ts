import type { components } from './schema.gen.ts'

export type Problem = components['schemas']['Problem']

/** A refusal by the API, with its problem details (RFC 9457). `message` is the detail: what is wrong and what to do next. */
export class ApiProblem extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.name = 'ApiProblem'
    this.problem = problem
  }

  /** What is wrong by field: the last part of its path (`body.settings.path` → `settings.path`). */
  get fields(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      (this.problem.fields ?? []).map(({ path, message }) => [path.replace(/^body\./, ''), sentence(message)]),
    )
  }
}

/** A passkey that was asked for and not used; the message says why and what to do. */
export class PasskeyProblem extends Error {}

/** What went wrong, for a person: a title and a detail. */
export function describeError(error: unknown): { title: string; detail: string } {
  if (error instanceof ApiProblem) return { title: error.problem.title, detail: error.problem.detail }
  if (error instanceof PasskeyProblem) return { title: 'No passkey', detail: error.message }
  if (error instanceof TypeError) {
    return { title: 'The server does not answer', detail: 'Is Vouch still running? The page tries again by itself.' }
  }
  return { title: 'Something went wrong', detail: error instanceof Error ? error.message : String(error) }
}

/** Whether the error says that there is no such thing. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiProblem && (error.problem.status === 404 || error.problem.code === 'gone')
}

function sentence(message: string): string {
  return message.slice(0, 1).toUpperCase() + message.slice(1)
}
