import { Badge, Group, Select, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { humanise } from '../../../../web/format.ts'
import type { Connector } from '../queries.ts'
import type { FileDraft, Preview } from './file-values.ts'
import classes from './files.module.css'

type Resource = Connector['resources'][number]

interface MappingFieldsProps {
  readonly resource: Resource
  readonly preview: Preview
  readonly draft: FileDraft
  readonly onChange: (draft: FileDraft) => void
}

/** Which column of the file holds which field. */
export function MappingFields({ resource, preview, draft, onChange }: MappingFieldsProps): ReactNode {
  const { mapping } = draft
  const headings = [...new Set(preview.columns.map(column => column.header).filter(header => header !== ''))]
  const missing = (field: string) =>
    preview.check?.problems.find(problem => problem.line === null && problem.field === field)?.message
  const set = (field: string, header: string | null) => {
    const { [field]: _, ...others } = mapping
    onChange({ ...draft, mapping: header === null ? others : { ...others, [field]: header } })
  }
  return (
    <div className={classes.mapping}>
      {resource.columns.map(({ name, description }) => {
        const header = mapping[name] ?? ''
        const key = resource.key.includes(name)
        return (
          <Select
            key={name}
            label={
              <Group gap={6} component="span" display="inline-flex">
                {humanise(name)}
                {key ? (
                  <Badge size="xs" variant="default" component="span" tt="none" fw={500}>
                    tells rows apart
                  </Badge>
                ) : null}
              </Group>
            }
            description={description}
            placeholder={key ? 'Choose its column' : 'Not in the file'}
            data={header === '' || headings.includes(header) ? headings : [header, ...headings]}
            value={header || null}
            onChange={next => set(name, next)}
            error={missing(name)}
            searchable
            clearable={!key}
            clearButtonProps={{ 'aria-label': `No column for ${humanise(name)}` }}
          />
        )
      })}
    </div>
  )
}

interface WordsProps {
  readonly preview: Preview
  readonly draft: FileDraft
  readonly onChange: (draft: FileDraft) => void
}

/** Words of the file that a field does not know, and what each means. Nothing is shown while there are none. */
export function WordMeanings({ preview, draft, onChange }: WordsProps): ReactNode {
  const { values, mapping } = draft
  const said = Object.entries(values).flatMap(([field, words]) =>
    Object.entries(words).map(([word, meaning]) => ({ field, word, meaning, rows: undefined })),
  )
  const open = (preview.check?.unknown_words ?? []).map(({ field, word, rows }) => ({ field, word, meaning: '', rows }))
  const all = [...said, ...open].filter(({ field }) => mapping[field])
  if (all.length === 0) return null
  const set = (field: string, word: string, meaning: string | null) => {
    const { [word]: _, ...others } = values[field] ?? {}
    onChange({ ...draft, values: { ...values, [field]: meaning === null ? others : { ...others, [word]: meaning } } })
  }
  return (
    <fieldset className={classes.fieldset}>
      <legend>Words of the file, and what they mean</legend>
      <div className={classes.words}>
        {all
          .toSorted((a, b) => `${a.field} ${a.word}`.localeCompare(`${b.field} ${b.word}`))
          .map(({ field, word, meaning, rows }) => {
            const known = preview.words[field] ?? []
            return (
              <div key={JSON.stringify([field, word])} className={classes.word}>
                <span className="v-wrap">
                  “{word}”{' '}
                  <Text span size="xs" c="dimmed">
                    in {humanise(field)}
                    {rows === undefined ? '' : `, ${rows} ${rows === 1 ? 'row' : 'rows'}`}
                  </Text>
                </span>
                <Select
                  aria-label={`“${word}” in ${humanise(field)} means`}
                  placeholder="Choose what it means"
                  data={(known.includes(meaning) || meaning === '' ? known : [meaning, ...known]).map(value => ({
                    value,
                    label: humanise(value),
                  }))}
                  value={meaning || null}
                  onChange={next => set(field, word, next)}
                  clearable
                  clearButtonProps={{ 'aria-label': `Forget what “${word}” means` }}
                />
              </div>
            )
          })}
      </div>
    </fieldset>
  )
}
