import { finished } from 'node:stream/promises'
import multipart, { type MultipartFile } from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import { VouchError } from '../../platform/errors/errors.ts'
import type { App } from '../../platform/http/app.ts'
import { answeredBefore, answerWith, keptOrHashed } from '../../platform/http/request-keys.ts'
import type { Services } from '../../platform/services.ts'
import { documentFields, documentSchema } from './contract.ts'
import { sniffDocument } from './document-type.ts'
import { fileWithin, type HasControl } from './documents.ts'
import { type NamesOfActors, presentDocument } from './present-document.ts'
import { readDocument } from './store.ts'

const mebibyte = 1024 * 1024

/** The one way by which documents come in: from the page, `./vouch push`, curl or any pipeline. */
export function addDocumentRoute(app: App, services: Services, hasControl: HasControl, namesOf: NamesOfActors): void {
  const { database, clock, objects, config } = services
  app.register(async scope => {
    await scope.register(multipart, {
      throwFileSizeLimit: false,
      limits: { files: 1, fileSize: config.uploadLimit, fields: 10, fieldSize: 4_000 },
    })
    scope.post(
      '/evidence',
      {
        config: { access: 'evidence.add', streamed: true },
        schema: {
          operationId: 'addDocument',
          summary: 'File a document as evidence for a control (multipart: the fields, then `file`)',
          tags: ['evidence'],
          consumes: ['multipart/form-data'],
          response: { 201: documentSchema },
        },
      },
      async (request, reply) => {
        const file = await partOf(request, config.uploadLimit)
        try {
          const fields = fieldsOf(file)
          if (!(await database.tenant(request.orgId, clock, tx => hasControl(tx, fields.control_id))))
            throw wrong('control_id', `there is no control "${fields.control_id}"`)
          const fileName = file.filename.slice(0, 200) || 'document'
          const whole = untruncated(file.file, config.uploadLimit)
          const { mediaType, compression, content } = await sniffDocument(whole, fileName, file.mimetype.slice(0, 100))
          const kept = await keptOrHashed(request, content, bytes => objects.put(bytes, { compression }))
          const before = answeredBefore(request, reply, { ...fields, file: fileName, content: kept.id })
          if (before) return before
          const document = {
            controlId: fields.control_id,
            title: fields.title,
            fileName,
            mediaType,
            coversFrom: fields.covers_from,
            coversTo: fields.covers_to,
            freshForDays: fields.fresh_for_days,
            sourceUrl: fields.source_url ?? null,
            content: kept,
          }
          const filed = await database.tenant(request.orgId, clock, async tx => {
            const row = await readDocument(tx, await fileWithin(tx, document, request.actor))
            if (!row) throw new Error('what was just filed is not there')
            const answer = await presentDocument(tx, row, namesOf)
            await answerWith(services, tx, request, 201, answer)
            return answer
          })
          return await reply.code(201).send(filed)
        } catch (thrown) {
          // What is left of a refused file is read and thrown away: a browser looks at no answer before it has sent everything.
          await finished(file.file.resume()).catch(() => undefined)
          throw thrown
        }
      },
    )
  })
}

/** The part with the file. What says by its length that it is too large is refused before it is read. */
async function partOf(request: FastifyRequest, limit: number): Promise<MultipartFile> {
  if (!request.isMultipart())
    throw new VouchError(
      'unsupported_media_type',
      'Send the document as multipart/form-data: the fields, then the file.',
    )
  if (Number(request.headers['content-length']) > limit + mebibyte) throw tooLarge(limit)
  const file = await request.file()
  if (!file) throw new VouchError('invalid_input', 'Add a file, in the part named "file".')
  return file
}

function fieldsOf(file: MultipartFile) {
  const values = Object.fromEntries(
    Object.entries(file.fields).flatMap(([name, part]) =>
      // A field that is left empty is one that was not given.
      part && 'value' in part && part.value !== '' ? [[name, part.value]] : [],
    ),
  )
  const fields = documentFields.safeParse(values)
  if (!fields.success) {
    const problems = fields.error.issues.map(issue => ({ path: issue.path.join('.'), message: issue.message }))
    throw new VouchError(
      'invalid_input',
      `Put these fields before the file: ${problems.map(problem => `${problem.path}: ${problem.message}`).join('; ')}`,
      { fields: problems },
    )
  }
  if (fields.data.covers_to < fields.data.covers_from) throw wrong('covers_to', 'is before covers_from')
  return fields.data
}

function wrong(path: string, message: string): VouchError {
  return new VouchError('invalid_input', `${path}: ${message}.`, { fields: [{ path, message }] })
}

function tooLarge(limit: number): VouchError {
  return new VouchError(
    'too_large',
    `A document may have at most ${limit / mebibyte} MiB here. Whoever runs Vouch can change that with VOUCH_UPLOAD_LIMIT_MIB.`,
  )
}

/** Passes an upload on and fails at its end when it was cut at the size limit, so that a part is never kept as the whole. */
async function* untruncated(file: MultipartFile['file'], limit: number): AsyncGenerator<Uint8Array> {
  yield* file.iterator({ destroyOnReturn: false })
  if (file.truncated) throw tooLarge(limit)
}
