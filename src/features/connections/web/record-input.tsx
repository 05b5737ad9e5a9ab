import { Button, Group, Input, SimpleGrid, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { useState } from 'react'
import type { SettingField } from './settings-schema.ts'

interface RecordInputProps {
  readonly field: SettingField
  readonly value: Readonly<Record<string, string>>
  readonly onChange: (value: Record<string, string>) => void
  readonly error: string | undefined
}

/** Texts by name; names are added by hand. */
export function RecordInput({ field, value, onChange, error }: RecordInputProps): ReactNode {
  const [name, setName] = useState('')
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
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" mt={4}>
        {Object.keys(value).map(key => (
          <TextInput
            key={key}
            size="xs"
            label={key}
            value={value[key] ?? ''}
            onChange={event => onChange({ ...value, [key]: event.currentTarget.value })}
            autoComplete="off"
          />
        ))}
      </SimpleGrid>
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
    </Input.Wrapper>
  )
}
