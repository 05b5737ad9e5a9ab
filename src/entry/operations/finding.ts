import { messageOf } from '../../platform/errors/errors.ts'

export type State = 'ok' | 'warning' | 'problem'

/** What one check of `vouch doctor` found. */
export interface Finding {
  /** What was looked at: `node`, `data folder`, `ledger small`… */
  readonly about: string
  readonly state: State
  /** One sentence. No secret: it is printed, logged and sent to whoever helps. */
  readonly message: string
  /** What to do; there unless the state is ok. */
  readonly next?: string
}

export const ok = (about: string, message: string): Finding => ({ about, state: 'ok', message })
export const warning = (about: string, message: string, next: string): Finding => ({
  about,
  state: 'warning',
  message,
  next,
})
export const problem = (about: string, message: string, next: string): Finding => ({
  about,
  state: 'problem',
  message,
  next,
})

/** What `look` finds; what it throws is a problem, whose own message says what to do. */
export async function orProblem(about: string, look: () => Finding[] | Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look()
  } catch (thrown) {
    return [problem(about, 'It could not be looked at.', messageOf(thrown))]
  }
}
