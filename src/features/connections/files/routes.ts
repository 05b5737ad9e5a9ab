import { finished } from 'node:stream/promises'
import multipart, { type MultipartFile } from '@fastify/multipart'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { VouchError } from '../../../platform/errors/errors.ts'
import type { App } from '../../../platform/http/app.ts'
import { answeredBefore, keptOrHashed } from '../../../platform/http/request-keys.ts'
import type { Services } from '../../../platform/services.ts'
import { keepUpload, uploadsOf } from '../uploads.ts'
import { folderListing, folderQuery, previewInput, previewSchema, uploadSchema } from './contract.ts'
import { listFolder } from './list-files.ts'
import { type FilePreview, previewFile } from './preview.ts'
import { uploadName } from './settings.ts'
import { sniffed, uploadFormat } from './sniff.ts'
import { withSource } from './source.ts'

const mebibyte = 1024 * 1024
/** A million rows of an HR system are about 200 MiB of CSV. */
const largestUpload = 512 * mebibyte
const previewMs = 6_000
/** How long a listing or a preview may take altogether, for file systems that do not answer. */
const longestMs = 20_000

/** What the form of a files connection asks before it is saved: uploads, what a folder holds, what a file holds. */
export function filesRoutes(app: App, services: Services, uploadLimit = largestUpload): void {
  const tags = ['connections']
  const config = { access: 'connections.change' }
  app.post(
    '/connections/files/folder',
    {
      config,
      schema: {
        operationId: 'listFolder',
        summary: 'The tables in a folder of the server',
        tags,
        body: folderQuery,
        response: { 200: folderListing },
      },
    },
    async (request, reply) => {
      const { folder, files, others, more } = await listFolder(request.body.folder, untilLeft(reply))
      const present = ({ name, bytes, modifiedAt }: (typeof files)[number]) => ({
        name,
        bytes,
        modified_at: modifiedAt.toISOString(),
      })
      return { folder, files: files.map(present), others, more }
    },
  )
  app.post(
    '/connections/files/preview',
    {
      config,
      schema: {
        operationId: 'previewFile',
        summary: 'What a file holds, a mapping for it, and what is wrong with the mapping',
        tags,
        body: previewInput,
        response: { 200: previewSchema },
      },
    },
    async (request, reply) => {
      const { place, file } = request.body
      const signal = untilLeft(reply)
      const deadline = AbortSignal.timeout(previewMs)
      return withSource(place, uploadsOf(services, request.orgId), signal, async source =>
        presentPreview(await previewFile(source, file, signal, deadline)),
      )
    },
  )
  app.register(async scope => {
    await scope.register(multipart, { limits: { files: 1, fileSize: uploadLimit, fields: 0 } })
    scope.post(
      '/connections/files/uploads',
      {
        config: { ...config, streamed: true },
        schema: {
          operationId: 'uploadFile',
          summary: 'Upload a table for a files connection (multipart: `file`)',
          tags,
          consumes: ['multipart/form-data'],
          response: { 201: uploadSchema },
        },
      },
      async (request, reply) => {
        if (!request.isMultipart())
          throw new VouchError('unsupported_media_type', 'Send the file as multipart/form-data, in the part "file".')
        const part = await request.file()
        if (!part) throw new VouchError('invalid_input', 'Add a file, in the part named "file".')
        try {
          const kept = await keepPart(services, request, part, uploadLimit)
          const before = answeredBefore(request, reply, { name: kept.name, content: kept.content })
          return before ?? (await reply.code(201).send(kept))
        } catch (thrown) {
          // What is left of a refused file is read and thrown away: a browser looks at no answer before it has sent everything.
          await finished(part.file.resume()).catch(() => undefined)
          throw thrown
        }
      },
    )
  })
}

/** Aborted when the caller has left, or when it takes too long. */
function untilLeft(reply: FastifyReply): AbortSignal {
  const ended = new AbortController()
  const end = (why: string) => ended.abort(new VouchError('unprocessable', why))
  const late = setTimeout(end, longestMs, 'The files could not be read in 20 seconds. Is the disk or the network slow?')
  reply.raw.once('close', () => {
    clearTimeout(late)
    end('The caller has left.')
  })
  return ended.signal
}

async function keepPart(
  services: Services,
  request: FastifyRequest,
  { filename, file }: MultipartFile,
  limit: number,
): Promise<z.infer<typeof uploadSchema>> {
  const parsed = uploadName.safeParse(filename)
  if (!parsed.success)
    throw new VouchError('invalid_input', `The file's name must be ${parsed.error.issues[0]?.message}.`)
  const name = parsed.data
  const format = uploadFormat(name)
  // A workbook is compressed already.
  const compression = format === 'xlsx' ? 'none' : 'zstd'
  const stored = await keptOrHashed(request, sniffed(untruncated(file, limit), name), bytes =>
    keepUpload(services, request.orgId, bytes, compression),
  )
  return { name, content: stored.id, bytes: stored.bytes, format }
}

/** Passes an upload on and fails at its end when it was cut at the size limit, so that a part is never kept as the whole. */
async function* untruncated(file: MultipartFile['file'], limit: number): AsyncGenerator<Uint8Array> {
  yield* file.iterator({ destroyOnReturn: false })
  if (file.truncated)
    throw new VouchError(
      'too_large',
      `A file may have at most ${limit / mebibyte} MiB; put it into a folder of the server instead.`,
    )
}

function presentPreview(preview: FilePreview): z.infer<typeof previewSchema> {
  const { columns, rows, sheets, suggestion, check, rowEstimate, words, ...same } = preview
  return {
    ...same,
    sheets: [...sheets],
    columns: columns.map(({ header, type, dateFormats }) => ({ header, type, date_formats: [...dateFormats] })),
    rows: rows.map(({ line, cells }) => ({ line, cells: [...cells] })),
    row_estimate: rowEstimate,
    suggestion: suggestion && {
      resource: suggestion.resource,
      mapping: { ...suggestion.mapping },
      date_format: suggestion.dateFormat ?? null,
    },
    words: Object.fromEntries(Object.entries(words).map(([field, known]) => [field, [...known]])),
    check: check && {
      rows: check.rows,
      whole: check.whole,
      count: check.count,
      problems: [...check.problems],
      unknown_words: [...check.unknownWords],
    },
  }
}
