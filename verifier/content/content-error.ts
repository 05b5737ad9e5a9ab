/** One thing wrong in a content file: where (`path` inside the document, 1-based `line`) and what to do about it. */
export interface ContentProblem {
  readonly file: string
  readonly line: number
  readonly path: string
  readonly message: string
}

/**
 * Content that cannot be used. `message` has one line for each problem, in the form `file:line: path: what to do`, which editors turn
 * into links.
 */
export class ContentError extends Error {
  readonly problems: readonly ContentProblem[]

  constructor(problems: readonly ContentProblem[], options?: ErrorOptions) {
    super(problems.map(formatProblem).join('\n'), options)
    this.name = 'ContentError'
    this.problems = problems
  }
}

function formatProblem({ file, line, path, message }: ContentProblem): string {
  return path === '' ? `${file}:${line}: ${message}` : `${file}:${line}: ${path}: ${message}`
}
