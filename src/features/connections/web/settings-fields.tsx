import { NumberInput, PasswordInput, Select, Switch, Textarea, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import type { SettingField, SettingValue, SettingValues } from './settings-schema.ts'

interface SettingsFieldsProps {
  readonly fields: readonly SettingField[]
  readonly values: SettingValues
  readonly onChange: (name: string, value: SettingValue) => void
  readonly problems: Readonly<Record<string, string>>
  /** Secrets that are set already: left empty, they stay. */
  readonly kept?: readonly string[]
}

/** The fields of a connector's settings. */
export function SettingsFields({ fields, values, onChange, problems, kept = [] }: SettingsFieldsProps): ReactNode {
  return fields.map(field => (
    <SettingInput
      key={field.name}
      field={field}
      value={values[field.name] ?? ''}
      onChange={value => onChange(field.name, value)}
      error={problems[field.name]}
      kept={kept.includes(field.name)}
    />
  ))
}

interface SettingInputProps {
  readonly field: SettingField
  readonly value: SettingValue
  readonly onChange: (value: SettingValue) => void
  readonly error: string | undefined
  readonly kept: boolean
}

function SettingInput({ field, value, onChange, error, kept }: SettingInputProps): ReactNode {
  const common = { label: field.title, description: field.description, required: field.required && !kept, error }
  const text = String(value ?? '')
  if (field.secret) {
    return (
      <PasswordInput
        {...common}
        value={text}
        onChange={event => onChange(event.currentTarget.value)}
        placeholder={kept ? 'Set. Leave empty to keep it.' : undefined}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': `Show or hide: ${field.title}` }}
      />
    )
  }
  switch (field.kind) {
    case 'boolean':
      return (
        <Switch
          label={field.title}
          description={field.description}
          error={error}
          checked={value === true}
          onChange={event => onChange(event.currentTarget.checked)}
        />
      )
    case 'integer':
    case 'number':
      return (
        <NumberInput
          {...common}
          value={typeof value === 'boolean' ? '' : (value ?? '')}
          allowDecimal={field.kind === 'number'}
          onChange={next => onChange(next)}
        />
      )
    case 'choice':
      return (
        <Select
          {...common}
          data={[...field.choices]}
          value={text || null}
          clearable={!field.required}
          onChange={next => onChange(next ?? '')}
        />
      )
    case 'list':
    case 'lines':
    case 'json':
      return (
        <Textarea
          {...common}
          description={[
            field.description,
            field.kind === 'list' ? 'One on each line.' : field.kind === 'json' ? 'As JSON.' : '',
          ]
            .filter(Boolean)
            .join(' ')}
          value={text}
          onChange={event => onChange(event.currentTarget.value)}
          {...(field.kind === 'list'
            ? {}
            : { styles: { input: { fontFamily: 'var(--mantine-font-family-monospace)' } } })}
        />
      )
    case 'text':
      return (
        <TextInput
          {...common}
          value={text}
          onChange={event => onChange(event.currentTarget.value)}
          autoComplete="off"
        />
      )
  }
}
