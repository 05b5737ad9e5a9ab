import { Button, Group, Input, SimpleGrid, Text, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { useState } from 'react'
import type { Connector } from './queries.ts'
import type { SettingField } from './settings-schema.ts'

interface RecordInputProps {
  readonly field: SettingField
  readonly value: Readonly<Record<string, string>>
  readonly onChange: (value: Record<string, string>) => void
  readonly error: string | undefined
  /** The names that there are: the columns of a resource. Without them names are added by hand. */
  readonly columns: Connector['resources'][number]['columns'] | undefined
}

/** Texts by name, such as the heading that holds each column of a resource. */
export function RecordInput({ field, value, onChange, error, columns }: RecordInputProps): ReactNode {
  const [name, setName] = useState('')
  const known = columns?.map(column => column.name) ?? []
  const names = [...known, ...Object.keys(value).filter(key => !known.includes(key))]
  const add = () => {
    if (name.trim() === '') return
    onChange({ ...value, [name.trim()]: '' })
    setName('')
  }
  return (
    <Input.Wrapper
      label={field.title}
      description={field.description}
      error={error}
      required={field.required}
      labelElement="div"
    >
      {columns?.length === 0 ? (
        <Text size="xs" c="dimmed" my={6}>
          Choose first what the file holds.
        </Text>
      ) : null}
      {columns && columns.length > 0 ? (
        <Group gap="xs" my={6}>
          <Text size="xs" c="dimmed">
            Leave empty what the file does not have; it is then unknown, never false.
          </Text>
          <Button
            variant="default"
            size="compact-xs"
            onClick={() => onChange({ ...Object.fromEntries(known.map(column => [column, column])), ...filled(value) })}
          >
            The headings are the same
          </Button>
        </Group>
      ) : null}
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" mt={4}>
        {names.map(key => (
          <TextInput
            key={key}
            size="xs"
            label={key}
            title={columns?.find(column => column.name === key)?.description}
            value={value[key] ?? ''}
            onChange={event => onChange({ ...value, [key]: event.currentTarget.value })}
            autoComplete="off"
          />
        ))}
      </SimpleGrid>
      {columns ? null : (
        <Group gap="xs" mt="xs" align="flex-end">
          <TextInput
            size="xs"
            label="Another field"
            value={name}
            onChange={event => setName(event.currentTarget.value)}
            autoComplete="off"
          />
          <Button variant="default" onClick={add}>
            Add
          </Button>
        </Group>
      )}
    </Input.Wrapper>
  )
}

function filled(value: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(value).filter(([, text]) => text !== ''))
}
