import { z } from 'zod'
import type { CheckDefinition } from './check.ts'

export type ParameterValue = string | number | boolean

const schemas = {
  text: z.string(),
  integer: z.int(),
  number: z.number(),
  boolean: z.boolean(),
  date: z.iso.date(),
}

/**
 * All of a check's parameters with their values: those given, else the defaults. This is what a run records.
 * Throws Error naming the parameter when one is unknown or not of its declared type.
 */
export function resolveParameters(
  definition: CheckDefinition,
  given: Readonly<Record<string, ParameterValue>>,
): Readonly<Record<string, ParameterValue>> {
  const declared = definition.metadata.parameters
  for (const name of Object.keys(given)) {
    if (!declared[name]) {
      throw new Error(
        `parameter "${name}" is not declared by ${definition.metadata.id}; it has: ${Object.keys(declared).join(', ') || 'none'}`,
      )
    }
  }
  const resolved: Record<string, ParameterValue> = {}
  for (const [name, parameter] of Object.entries(declared)) {
    if (name === 'as_of') throw new Error('a parameter cannot be called "as_of": $as_of is the time of the run')
    const value = given[name] ?? parameter.default
    const parsed = schemas[parameter.type].safeParse(value)
    if (!parsed.success)
      throw new Error(`parameter "${name}" must be of type ${parameter.type}, not ${JSON.stringify(value)}`)
    resolved[name] = value
  }
  return resolved
}
