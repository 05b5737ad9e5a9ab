import { Checkbox, NumberInput, SimpleGrid, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Check } from './queries.ts'

export type ParameterValue = string | number | boolean
type Parameter = Check['parameters'][number]

interface ParametersFormProps {
  readonly parameters: readonly Parameter[]
  readonly values: Readonly<Record<string, ParameterValue>>
  readonly onChange: (values: Record<string, ParameterValue>) => void
}

/** The check's parameters, each by its type. */
export function ParametersForm({ parameters, values, onChange }: ParametersFormProps): ReactNode {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
      {parameters.map(parameter => (
        <ParameterField
          key={parameter.name}
          parameter={parameter}
          value={values[parameter.name] ?? parameter.value}
          onChange={value => onChange({ ...values, [parameter.name]: value })}
        />
      ))}
    </SimpleGrid>
  )
}

interface ParameterFieldProps {
  readonly parameter: Parameter
  readonly value: ParameterValue
  readonly onChange: (value: ParameterValue) => void
}

function ParameterField({ parameter, value, onChange }: ParameterFieldProps): ReactNode {
  const { name, type, description, default: standard } = parameter
  const label = name.replaceAll('_', ' ')
  const hint = `${description} Vouch’s own: ${String(standard)}.`
  if (type === 'boolean') {
    return (
      <Checkbox
        label={label}
        description={hint}
        checked={value === true}
        onChange={event => onChange(event.currentTarget.checked)}
      />
    )
  }
  if (type === 'integer' || type === 'number') {
    return (
      <NumberInput
        label={label}
        description={hint}
        value={typeof value === 'number' ? value : String(value)}
        allowDecimal={type === 'number'}
        // Half-typed numbers arrive as text; they are not passed on.
        onChange={next => typeof next === 'number' && onChange(next)}
      />
    )
  }
  return (
    <TextInput
      type={type === 'date' ? 'date' : 'text'}
      label={label}
      description={hint}
      value={String(value)}
      onChange={event => onChange(event.currentTarget.value)}
    />
  )
}
