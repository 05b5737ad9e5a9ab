import { z } from 'zod'
import type { App } from '../../platform/http/app.ts'

/** An operation as the server describes it. */
export interface Operation {
  readonly id: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below /api/v1, with `{id}` where an id goes. */
  readonly path: string
  readonly query: readonly string[]
  readonly sorts: readonly string[]
  /** Of success. */
  readonly status: number
  readonly tags: readonly string[]
}

export const documentSchema = z.object({
  openapi: z.string(),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        operationId: z.string(),
        summary: z.string(),
        tags: z.array(z.string()).min(1),
        parameters: z
          .array(
            z.object({
              name: z.string(),
              in: z.string(),
              schema: z.looseObject({ enum: z.array(z.string()).optional() }),
            }),
          )
          .default([]),
        responses: z.record(z.string(), z.unknown()),
      }),
    ),
  ),
})

/** The document that describes the API, as somebody who may read it gets it. */
export async function readDocument(app: App, cookie: string): Promise<unknown> {
  const response = await app.inject({ url: '/api/v1/openapi.json', headers: { host: 'localhost', cookie } })
  if (response.statusCode !== 200) throw new Error(response.body)
  return response.json()
}

/** Every operation of the document, by id. */
export function operationsOf(document: unknown): ReadonlyMap<string, Operation> {
  const { paths } = documentSchema.parse(document)
  return new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [
        operation.operationId,
        {
          id: operation.operationId,
          method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).parse(method.toUpperCase()),
          path: path.replace('/api/v1', ''),
          query: operation.parameters.filter(parameter => parameter.in === 'query').map(parameter => parameter.name),
          sorts: operation.parameters.find(parameter => parameter.name === 'sort')?.schema.enum ?? [],
          status: Number(Object.keys(operation.responses).find(status => status.startsWith('2'))),
          tags: operation.tags,
        },
      ]),
    ),
  )
}
