import fc from 'fast-check'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { filesSettings } from '../../files/settings.ts'
import { fieldsOf, initialValues, toSettings } from '../settings-schema.ts'
import {
  draftsOf,
  draftsOfSettings,
  type FileDraft,
  itemOf,
  newDraft,
  previewFileOf,
  replaceUpload,
  withSuggestion,
} from './file-values.ts'

const fields = fieldsOf(z.toJSONSchema(filesSettings, { io: 'input' }), [])
const word = fc.stringMatching(/^[a-z]{1,8}$/)
const draft: fc.Arbitrary<FileDraft> = fc.record({
  file: word,
  resource: fc.constantFrom('', 'hr.employee', 'idp.account'),
  mapping: fc.dictionary(word, word, { maxKeys: 3 }),
  values: fc.dictionary(word, fc.dictionary(word, word, { minKeys: 1, maxKeys: 2 }), { maxKeys: 2 }),
  options: fc.record({
    format: fc.constantFrom('', 'csv', 'xlsx'),
    delimiter: fc.constantFrom('', ';'),
    encoding: fc.constantFrom('', 'windows-1252'),
    sheet: fc.constantFrom('', 'People'),
    headerLine: fc.constantFrom('', '3'),
    dateFormat: fc.constantFrom('', 'DD.MM.YYYY'),
    decimal: fc.constantFrom('', ','),
  }),
})

it('files go into the form’s values and come back, from there and from saved settings', () => {
  fc.assert(
    fc.property(fc.array(draft, { minLength: 1, maxLength: 3 }), drafts => {
      const values = { folder: '/x', uploads: [], files: drafts.map(itemOf) }
      expect(draftsOf(values)).toEqual(drafts)
      const settings = toSettings(fields, values)
      expect(draftsOfSettings(settings)).toEqual(drafts)
      expect(draftsOf(initialValues(fields, settings))).toEqual(drafts)
    }),
  )
})

it('a delimiter that is white space survives the form', () => {
  const tab = { ...newDraft('a.csv'), options: { ...newDraft('a.csv').options, delimiter: '\t' } }
  const settings = toSettings(fields, { folder: '/x', uploads: [], files: [itemOf(tab)] })
  expect(draftsOfSettings(settings)[0]?.options.delimiter).toBe('\t')
})

it('a new form has no file and no upload', () => {
  const values = initialValues(fields)
  expect([draftsOf(values), values.uploads]).toEqual([[], []])
})

it('a preview is asked with what is known and nothing else', () => {
  expect(previewFileOf(newDraft('a.csv'))).toEqual({ file: 'a.csv' })
  const known = { ...newDraft('a.csv'), resource: 'hr.employee', mapping: { employee_id: 'ID', email: '' } }
  expect(previewFileOf({ ...known, options: { ...known.options, headerLine: '3', decimal: ',' } })).toEqual({
    file: 'a.csv',
    resource: 'hr.employee',
    mapping: { employee_id: 'ID' },
    values: {},
    headerLine: 3,
    decimal: ',',
  })
})

it('a suggestion fills in what it knows, and leaves a date format that was said', () => {
  const said = { ...newDraft('a.csv'), options: { ...newDraft('a.csv').options, dateFormat: 'D.M.YYYY' } }
  const mapping = { employee_id: 'ID' }
  const suggestion = { resource: 'hr.employee', mapping, date_format: null }
  expect(withSuggestion(said, { suggestion })).toMatchObject({
    resource: 'hr.employee',
    mapping,
    options: { dateFormat: 'D.M.YYYY' },
  })
  expect(withSuggestion(said, { suggestion: null })).toEqual(said)
})

it('a replaced upload takes over what its predecessor held, under its own name unless that is taken', () => {
  const [a, b, c] = ['a', 'b', 'c'].map(digit => digit.repeat(64))
  const settings = {
    uploads: [
      { name: 'may.csv', content: a },
      { name: 'other.csv', content: b },
    ],
    files: [{ file: 'may.csv', resource: 'hr.employee' }, { file: 'other.csv' }],
  }
  expect(replaceUpload(settings, 'may.csv', { name: 'june.csv', content: c ?? '' })).toEqual({
    uploads: [{ name: 'june.csv', content: c }, settings.uploads[1]],
    files: [{ file: 'june.csv', resource: 'hr.employee' }, settings.files[1]],
  })
  expect(replaceUpload(settings, 'may.csv', { name: 'other.csv', content: c ?? '' })).toEqual({
    uploads: [{ name: 'may.csv', content: c }, settings.uploads[1]],
    files: settings.files,
  })
})
