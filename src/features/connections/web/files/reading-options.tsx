import { Accordion, Autocomplete, NumberInput, Select, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import type { FileDraft, FileOptions, Preview } from './file-values.ts'
import classes from './files.module.css'

const formats = [
  { value: 'csv', label: 'CSV or TSV' },
  { value: 'json', label: 'JSON' },
  { value: 'jsonl', label: 'JSON Lines' },
  { value: 'xlsx', label: 'XLSX' },
]
const encodings = [
  { value: 'utf-8', label: 'UTF-8' },
  { value: 'utf-16le', label: 'UTF-16, little-endian' },
  { value: 'utf-16be', label: 'UTF-16, big-endian' },
  { value: 'windows-1252', label: 'Windows-1252' },
]
const delimiters = [
  { value: ',', label: 'comma' },
  { value: ';', label: 'semicolon' },
  { value: '\t', label: 'tab' },
  { value: '|', label: 'bar' },
]
const decimals = [
  { value: '.', label: 'Point: 1,234.5' },
  { value: ',', label: 'Comma: 1.234,5' },
]

interface ReadingOptionsProps {
  readonly draft: FileDraft
  readonly onChange: (draft: FileDraft) => void
  readonly preview: Preview | undefined
  /** The file may be named by a pattern: in a folder. */
  readonly patterns: boolean
  readonly errors: Readonly<Record<string, string>>
}

/** How a file is read: what was found out, and a way to say otherwise. Folded away until it is needed. */
export function ReadingOptions({ draft, onChange, preview, patterns, errors }: ReadingOptionsProps): ReactNode {
  const { options } = draft
  const set = (name: keyof FileOptions) => (value: string | number | null) =>
    onChange({ ...draft, options: { ...options, [name]: String(value ?? '') } })
  const format = options.format || preview?.format || ''
  const found = (value: string | undefined, of: typeof formats) =>
    value === undefined ? 'Found out' : `Found out: ${of.find(one => one.value === value)?.label ?? value}`
  return (
    <Accordion variant="contained" order={4}>
      <Accordion.Item value="reading">
        <Accordion.Control>How it is read{preview ? `: ${summary(preview)}` : ''}</Accordion.Control>
        <Accordion.Panel>
          <div className={classes.mapping}>
            {patterns ? (
              <TextInput
                label="File or pattern"
                description="* stands for any part of a name: people-*.csv"
                value={draft.file}
                onChange={event => onChange({ ...draft, file: event.currentTarget.value })}
                error={errors.file}
              />
            ) : null}
            <Select
              label="Format"
              placeholder={found(preview?.format, formats)}
              data={formats}
              value={options.format || null}
              onChange={set('format')}
              clearable
            />
            {format === 'xlsx' ? (
              <Select
                label="Sheet"
                placeholder="The first that is not hidden"
                data={[...new Set([...(preview?.sheets ?? []), ...(options.sheet ? [options.sheet] : [])])]}
                value={options.sheet || null}
                onChange={set('sheet')}
                clearable
              />
            ) : (
              <Select
                label="Encoding"
                placeholder={found(preview?.encoding, encodings)}
                data={encodings}
                value={options.encoding || null}
                onChange={set('encoding')}
                clearable
              />
            )}
            {format === 'csv' ? (
              <Select
                label="Between cells"
                placeholder={found(preview?.delimiter ?? undefined, delimiters)}
                data={
                  options.delimiter === '' || delimiters.some(one => one.value === options.delimiter)
                    ? delimiters
                    : [...delimiters, { value: options.delimiter, label: options.delimiter }]
                }
                value={options.delimiter || null}
                onChange={set('delimiter')}
                clearable
              />
            ) : null}
            {format === 'csv' || format === 'xlsx' ? (
              <NumberInput
                label="Line of the headings"
                placeholder="The first that is not empty"
                min={1}
                max={1000}
                allowDecimal={false}
                value={options.headerLine === '' ? '' : Number(options.headerLine)}
                onChange={set('headerLine')}
              />
            ) : null}
            <Autocomplete
              label="Dates are written"
              placeholder="2026-01-31"
              data={[...new Set(preview?.columns.flatMap(column => column.date_formats) ?? [])]}
              value={options.dateFormat}
              onChange={set('dateFormat')}
              error={errors.dateFormat}
            />
            <Select
              label="Decimal sign"
              placeholder="Plain: 1234.5"
              data={decimals}
              value={options.decimal || null}
              onChange={set('decimal')}
              clearable
            />
          </div>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  )
}

function summary({ format, encoding, delimiter, sheets }: Preview): string {
  const parts = [formats.find(one => one.value === format)?.label]
  if (format === 'xlsx') parts.push(sheets.length > 1 ? `one of ${sheets.length} sheets` : undefined)
  else parts.push(encodings.find(one => one.value === encoding)?.label)
  if (delimiter !== null)
    parts.push(`${delimiters.find(one => one.value === delimiter)?.label ?? delimiter} between cells`)
  return parts.filter(part => part !== undefined).join(', ')
}

/** Dates that are not ISO 8601 and fit more than one way of writing: a person must say which. */
export function DateFormatChoice({
  draft,
  onChange,
  preview,
}: Pick<ReadingOptionsProps, 'draft' | 'onChange'> & { preview: Preview }): ReactNode {
  const mapped = new Set(Object.values(draft.mapping))
  const fitting = new Set(
    preview.columns.filter(column => mapped.has(column.header)).flatMap(column => column.date_formats),
  )
  const { dateFormat } = draft.options
  if (fitting.size === 0) return null
  if (dateFormat) fitting.add(dateFormat)
  return (
    <Select
      label="Dates are written"
      description="The dates of this file are not written 2026-01-31."
      placeholder="Choose how"
      data={[...fitting]}
      value={dateFormat || null}
      onChange={next => onChange({ ...draft, options: { ...draft.options, dateFormat: next ?? '' } })}
      maw={300}
    />
  )
}
