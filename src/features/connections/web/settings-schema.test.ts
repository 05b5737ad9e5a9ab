import { expect, test } from 'vitest'
import { z } from 'zod'
import { fieldsOf, initialValues, problemsOf, toSettings } from './settings-schema.ts'

const schema = z.toJSONSchema(
  z.strictObject({
    path: z.string().meta({ title: 'Folder' }).describe('Where it lies'),
    port: z.int().optional(),
    mode: z.enum(['strict', 'loose']).default('strict'),
    deep: z.boolean().default(true),
    only: z.array(z.string()).optional(),
    mapping: z.record(z.string(), z.string()).optional(),
    nested: z.record(z.string(), z.record(z.string(), z.string())).optional(),
    files: z.array(z.strictObject({ file: z.string(), columns: z.record(z.string(), z.string()) })).optional(),
    ca_certificate: z.string().optional(),
    password: z.string(),
  }),
  { io: 'input' },
)
const fields = fieldsOf(schema, ['password'])

test('reads the fields of a schema that zod wrote', () => {
  expect(fields.map(({ name, kind }) => [name, kind])).toEqual([
    ['path', 'text'],
    ['port', 'integer'],
    ['mode', 'choice'],
    ['deep', 'boolean'],
    ['only', 'list'],
    ['mapping', 'record'],
    ['nested', 'json'],
    ['files', 'items'],
    ['ca_certificate', 'lines'],
    ['password', 'text'],
  ])
  expect(fields[0]).toMatchObject({ title: 'Folder', description: 'Where it lies', required: true, secret: false })
  expect(fields[2]).toMatchObject({ required: false, choices: ['strict', 'loose'], standard: 'strict' })
  expect(fields.at(-1)).toMatchObject({ title: 'Password', required: true, secret: true })
})

test('values and settings are each other’s inverse', () => {
  const settings = {
    path: '/srv',
    port: 5432,
    mode: 'loose',
    deep: false,
    only: ['a', 'b'],
    mapping: { a: 'b' },
    nested: { a: { b: 'c' } },
    files: [{ file: 'people.csv', columns: { email: 'E-mail' } }],
    password: 'x',
  }
  expect(toSettings(fields, initialValues(fields, settings))).toEqual(settings)
})

test('what is empty is left out, and missed only where it is needed', () => {
  const values = initialValues(fields)
  expect(toSettings(fields, { ...values, files: [] })).toEqual({ mode: 'strict', deep: true })
  expect(problemsOf(fields, { ...values, files: [] })).toEqual({
    path: 'Folder is needed.',
    password: 'Password is needed.',
  })
  expect(problemsOf(fields, { ...values, files: [] }, ['password'])).toEqual({ path: 'Folder is needed.' })
  expect(problemsOf(fields, { ...values, nested: '{', files: [{}] })).toMatchObject({
    nested: 'This is not JSON.',
    'files.0.file': 'File is needed.',
    'files.0.columns': 'Columns is needed.',
  })
})
