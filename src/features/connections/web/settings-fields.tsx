import {
  Accordion,
  Button,
  Fieldset,
  NumberInput,
  PasswordInput,
  Select,
  Stack,
  Switch,
  Textarea,
  TextInput,
} from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { RecordInput } from './record-input.tsx'
import {
  initialValues,
  itemsOf,
  recordOf,
  type SettingField,
  type SettingValue,
  type SettingValues,
} from './settings-schema.ts'

interface SettingsFieldsProps {
  readonly fields: readonly SettingField[]
  readonly values: SettingValues
  readonly onChange: (name: string, value: SettingValue) => void
  /** What is wrong, by path. */
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
      problems={within(problems, field.name)}
      error={problems[field.name]}
      kept={kept.includes(field.name)}
    />
  ))
}

/** The problems under a path, by the rest of theirs. */
function within(problems: Readonly<Record<string, string>>, path: string): Record<string, string> {
  const under = Object.entries(problems).filter(([name]) => name.startsWith(`${path}.`))
  return Object.fromEntries(under.map(([name, problem]) => [name.slice(path.length + 1), problem]))
}

interface SettingInputProps {
  readonly field: SettingField
  readonly value: SettingValue
  readonly onChange: (value: SettingValue) => void
  readonly problems: Readonly<Record<string, string>>
  readonly error: string | undefined
  readonly kept: boolean
}

const mono = { input: { fontFamily: 'var(--mantine-font-family-monospace)' } }

function SettingInput(props: SettingInputProps): ReactNode {
  const { field, value, onChange, error, kept } = props
  const common = { label: field.title, description: field.description, required: field.required && !kept, error }
  const text = typeof value === 'object' ? '' : String(value)
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
          value={typeof value === 'number' ? value : text}
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
    case 'items':
      return <ItemsInput {...props} />
    case 'record':
      return <RecordInput field={field} value={recordOf(value)} onChange={onChange} error={error} />
    case 'list':
    case 'lines':
    case 'json': {
      const hints = { list: 'One on each line.', json: 'As JSON.', lines: '' }
      return (
        <Textarea
          {...common}
          description={[field.description, hints[field.kind]].filter(Boolean).join(' ')}
          value={text}
          onChange={event => onChange(event.currentTarget.value)}
          {...(field.kind === 'list' ? {} : { styles: mono })}
        />
      )
    }
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

/** A list of parts, each with fields of its own; those that are rarely needed are folded away. */
function ItemsInput({ field, value, onChange, problems }: SettingInputProps): ReactNode {
  const items = itemsOf(value)
  const replace = (position: number, item: SettingValues) => onChange(items.with(position, item))
  return (
    <Stack gap="sm">
      {items.map((item, position) => {
        const common = {
          values: item,
          problems: within(problems, String(position)),
          onChange: (name: string, next: SettingValue) => replace(position, { ...item, [name]: next }),
        }
        const rest = field.fields.filter(part => !part.required)
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: an item has no identity but its place
          <Fieldset key={position} legend={`${field.title} ${position + 1}`}>
            <Stack gap="sm">
              <SettingsFields fields={field.fields.filter(part => part.required)} {...common} />
              {rest.length > 0 ? (
                <Accordion variant="contained">
                  <Accordion.Item value="rest">
                    <Accordion.Control>How to read it</Accordion.Control>
                    <Accordion.Panel>
                      <Stack gap="sm">
                        <SettingsFields fields={rest} {...common} />
                      </Stack>
                    </Accordion.Panel>
                  </Accordion.Item>
                </Accordion>
              ) : null}
              {items.length > 1 ? (
                <Button
                  variant="subtle"
                  color="gray"
                  onClick={() => onChange(items.filter((_, other) => other !== position))}
                  style={{ alignSelf: 'flex-start' }}
                  aria-label={`Leave out: ${field.title} ${position + 1}`}
                >
                  Leave it out
                </Button>
              ) : null}
            </Stack>
          </Fieldset>
        )
      })}
      <Button
        variant="default"
        leftSection={<IconPlus size={14} />}
        onClick={() => onChange([...items, initialValues(field.fields)])}
        style={{ alignSelf: 'flex-start' }}
      >
        Add another
      </Button>
    </Stack>
  )
}
