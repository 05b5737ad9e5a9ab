// As the server's rule, src/platform/sign-in/password.ts, has them; a test holds the two together.
const least = 12
const most = 256
const weakest = 3

/** Estimates how hard a password is to guess, 0 to 4; `known` are words that an attacker would try first. */
export type Estimate = (password: string, known: readonly string[]) => number

/** Loads the estimator with its lists of common passwords: 400 kB, for those who choose a password alone. */
export async function loadEstimate(): Promise<Estimate> {
  const [{ ZxcvbnFactory }, common] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ])
  const estimator = new ZxcvbnFactory({ dictionary: common.dictionary, graphs: common.adjacencyGraphs })
  return (password, known) => estimator.check(password, wordsOf(known)).score
}

function wordsOf(known: readonly string[]): string[] {
  return known.flatMap(text => [text, ...text.split(/[^\p{L}\p{N}]+/u)]).filter(word => word.length > 2)
}

export interface Hint {
  /** How full the meter is, 0 to 4; at 4 the server will take it. */
  readonly filled: number
  readonly enough: boolean
  readonly words: string
}

/** What is still missing for a password that the server will take. While the estimator is loading, by the length alone. */
export function hintFor(password: string, known: readonly string[], estimate: Estimate | undefined): Hint {
  const missing = least - password.length
  if (password.length === 0) return { filled: 0, enough: false, words: `At least ${least} characters.` }
  if (missing > 0) {
    const words = `${missing === 1 ? 'One character' : `${missing} characters`} more.`
    return { filled: 1, enough: false, words }
  }
  if (password.length > most) return { filled: 1, enough: false, words: `At most ${most} characters.` }
  const score = estimate?.(password, known)
  if (score === undefined) return { filled: 2, enough: false, words: 'Long enough.' }
  if (score < weakest) {
    const words = 'Easy to guess. Take several unrelated words, or let a password manager make one.'
    return { filled: score < weakest - 1 ? 1 : 2, enough: false, words }
  }
  return { filled: 4, enough: true, words: 'Hard to guess.' }
}
