/**
 * The closed list of errors. Every refusal that a person or a program may meet has one of these codes, and each code has exactly
 * one HTTP status (RFC 9457 problem details) and one exit code for the command line. Anything else is a bug: it is masked for the
 * caller, logged and counted.
 */
export const errorCodes = {
  invalid_input: { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'Sign in first' },
  sign_in_again: { status: 401, title: 'Show again who you are' },
  second_factor_needed: { status: 403, title: 'A second factor is required' },
  forbidden: { status: 403, title: 'Not permitted' },
  not_found: { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'Conflicts with what is already there' },
  gone: { status: 410, title: 'No longer there' },
  too_large: { status: 413, title: 'Too large' },
  unsupported_media_type: { status: 415, title: 'Media type not supported' },
  unprocessable: { status: 422, title: 'Understood, but cannot be done' },
  rate_limited: { status: 429, title: 'Too many requests' },
  source_failed: { status: 502, title: 'The source did not answer as it should' },
  integrity: { status: 500, title: 'Stored data does not match its hash' },
  not_ready: { status: 503, title: 'Not ready' },
  storage_full: { status: 507, title: 'No room left' },
} as const

export type ErrorCode = keyof typeof errorCodes

/** One field that is wrong: a path such as `settings.path`, and what to do about it. */
export interface FieldProblem {
  readonly path: string
  readonly message: string
}

/**
 * A refusal with a reason. `message` is shown to the person: it says what is wrong and what to do next, and holds no secret.
 */
export class VouchError extends Error {
  readonly code: ErrorCode
  readonly fields: readonly FieldProblem[]
  /** Seconds after which it may be tried again. */
  readonly retryAfter: number | undefined

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; fields?: readonly FieldProblem[]; retryAfter?: number } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'VouchError'
    this.code = code
    this.fields = options.fields ?? []
    this.retryAfter = options.retryAfter
  }

  /** The HTTP status of this error's code. */
  get status(): number {
    return errorCodes[this.code].status
  }
}

/** The message of anything thrown, for logs and for wrapping. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
