import { randomUUID } from 'node:crypto'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors, isResponseSerializationError } from 'fastify-type-provider-zod'
import { DatabaseError } from 'pg'
import { z } from 'zod'
import { type ErrorCode, errorCodes, VouchError } from '../errors/errors.ts'

/** Problem details (RFC 9457). `type` is `urn:vouch:error:<code>`; `fields` points at what is wrong in the request. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]).or(z.literal('internal')),
    reference: z.string().optional(),
    fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' })

// What the parser of forms throws when a form cannot begin, or is broken off; it gives them no status.
const brokenForms: ReadonlySet<string> = new Set(['Multipart: Boundary not found', 'Unexpected end of multipart data'])

// character_not_in_repertoire, untranslatable_character: PostgreSQL keeps no NUL, neither in text nor in JSON.
const unstorable = new Set(['22021', '22P05'])

/** Turns whatever a route threw into problem details. What is not ours is masked: the log has it, under the reference that is shown. */
export function sendProblem(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): void {
  const known = recognise(error)
  const reference = known ? undefined : randomUUID().slice(0, 8)
  if (!known || known.code === 'integrity') request.log.error({ reference, err: error.stack }, 'request failed')
  const problem = known
    ? {
        type: `urn:vouch:error:${known.code}`,
        title: errorCodes[known.code].title,
        status: known.status,
        detail: known.message,
        code: known.code,
        ...(known.fields.length > 0 ? { fields: known.fields } : {}),
      }
    : {
        type: 'urn:vouch:error:internal',
        title: 'Something went wrong inside Vouch',
        status: 500,
        detail: `It was logged under ${reference}. Nothing was changed.`,
        code: 'internal',
        reference,
      }
  if (known?.retryAfter !== undefined) reply.header('retry-after', known.retryAfter)
  void reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem))
}

function recognise(error: FastifyError | Error): VouchError | undefined {
  if (error instanceof VouchError) return error
  if (isResponseSerializationError(error)) return undefined
  if (hasZodFastifySchemaValidationErrors(error)) {
    const fields = error.validation.map(issue => ({
      path: issue.instancePath.replace(/^\//, '').replaceAll('/', '.'),
      message: issue.message ?? 'is not valid',
    }))
    return new VouchError(
      'invalid_input',
      fields.map(field => `${field.path || 'request'}: ${field.message}`).join('; '),
      { fields },
    )
  }
  if (error instanceof DatabaseError && unstorable.has(error.code ?? '')) {
    return new VouchError('invalid_input', 'A text holds a character that cannot be stored, such as NUL. Take it out.')
  }
  if (brokenForms.has(error.message))
    return new VouchError('invalid_input', `The form cannot be read: ${error.message}. Send multipart/form-data whole.`)
  const status = 'statusCode' in error ? error.statusCode : undefined
  if (status === 413) return new VouchError('too_large', 'The request is larger than this operation takes.')
  if (status === 415)
    return new VouchError('unsupported_media_type', 'Send JSON, with the header content-type: application/json.')
  if (status === 429) return new VouchError('rate_limited', 'Too many requests; wait a little.')
  if (status !== undefined && status >= 400 && status < 500) return new VouchError('invalid_input', error.message)
  return undefined
}
