import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { tidyDocument } from '../src/platform/http/openapi-document.ts'
import { generateApi } from './generate-api.ts'

describe('the generated API description and client types', () => {
  test('are those of the routes as they are now (run node scripts/generate-api.ts)', async () => {
    for (const { path, text } of await generateApi()) expect(await readFile(path, 'utf8'), path.pathname).toBe(text)
  })
})

describe('tidyDocument', () => {
  const json = (name: string) => ({
    content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } },
  })

  test('repairs references to any JSON, leaves out what nothing refers to, and tells answers as they are sent', () => {
    const tidy = tidyDocument({
      paths: {
        '/a': {
          get: {
            schema: { $ref: '#/components/schemas/A' },
            responses: { 200: json('A'), 204: json('A'), default: json('Problem') },
          },
        },
      },
      components: {
        schemas: {
          Problem: {},
          A: {
            properties: {
              x: { $ref: '#/components/schemas/__shared#/$defs/schema0' },
              b: { $ref: '#/components/schemas/B' },
            },
          },
          AInput: {},
          B: { items: { $ref: '#/components/schemas/schema3' } },
          __shared: { $defs: { schema0: {} } },
        },
      },
    })
    expect(tidy).toEqual({
      paths: {
        '/a': {
          get: {
            schema: { $ref: '#/components/schemas/A' },
            responses: {
              200: json('A'),
              204: {},
              default: {
                content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
              },
            },
          },
        },
      },
      components: {
        schemas: {
          Problem: {},
          A: { properties: { x: { $ref: '#/components/schemas/Json' }, b: { $ref: '#/components/schemas/B' } } },
          B: { items: { $ref: '#/components/schemas/Json' } },
          Json: { description: 'Any JSON value.' },
        },
      },
    })
  })
})
