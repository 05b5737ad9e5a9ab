/** One field of a guided form, read from a connector's JSON Schema. */
export interface SettingField {
  readonly name: string
  readonly title: string
  readonly description: string | undefined
  readonly kind: 'text' | 'lines' | 'integer' | 'number' | 'boolean' | 'choice' | 'list' | 'json'
  readonly choices: readonly string[]
  readonly required: boolean
  readonly secret: boolean
  readonly standard: unknown
}

export type SettingValue = string | number | boolean | null
export type SettingValues = Readonly<Record<string, SettingValue>>

type Schema = Readonly<Record<string, unknown>>

/**
 * The fields of a connector's settings, in the schema's order. What a form cannot ask for part by part (objects, lists of objects) is asked
 * for as JSON, so that no connector is out of reach.
 */
export function fieldsOf(schema: Schema, secrets: readonly string[]): SettingField[] {
  const properties = asSchema(schema.properties)
  const required = Array.isArray(schema.required) ? schema.required : []
  return Object.entries(properties).map(([name, property]) => {
    const field = asSchema(property)
    const choices = Array.isArray(field.enum) ? field.enum.map(String) : []
    return {
      name,
      title: typeof field.title === 'string' ? field.title : words(name),
      description: typeof field.description === 'string' ? field.description : undefined,
      kind: kindOf(name, field, choices),
      choices,
      required: required.includes(name) && field.default === undefined,
      secret: secrets.includes(name),
      standard: field.default,
    }
  })
}

function kindOf(name: string, field: Schema, choices: readonly string[]): SettingField['kind'] {
  if (choices.length > 0) return 'choice'
  if (field.type === 'boolean' || field.type === 'integer' || field.type === 'number') return field.type
  if (field.type === 'string') return /certificate|pem/.test(name) ? 'lines' : 'text'
  if (field.type === 'array' && asSchema(field.items).type === 'string') return 'list'
  return 'json'
}

/** What the form begins with: what is set already, else the schema's defaults. */
export function initialValues(
  fields: readonly SettingField[],
  settings: Readonly<Record<string, unknown>> = {},
): Record<string, SettingValue> {
  return Object.fromEntries(fields.map(field => [field.name, toValue(field, settings[field.name] ?? field.standard)]))
}

function toValue(field: SettingField, value: unknown): SettingValue {
  if (value === undefined || value === null) return field.kind === 'boolean' ? false : ''
  if (field.kind === 'list' && Array.isArray(value)) return value.join('\n')
  if (field.kind === 'json') return JSON.stringify(value, null, 2)
  return typeof value === 'boolean' || typeof value === 'number' ? value : String(value)
}

export type Settings = Record<string, unknown>

/** The settings that the form's values stand for. What was left empty is left out. Throws SyntaxError for JSON that is not. */
export function toSettings(fields: readonly SettingField[], values: SettingValues): Settings {
  const settings: Settings = {}
  for (const { name, kind } of fields) {
    const value = values[name]
    if (value === undefined || value === null || value === '') continue
    if (kind === 'list') settings[name] = linesOf(String(value))
    else if (kind === 'json') settings[name] = JSON.parse(String(value))
    else settings[name] = typeof value === 'string' ? value.trim() : value
  }
  return settings
}

/** What is missing or unreadable, by field. `kept` are secrets that are set already and may stay as they are. */
export function problemsOf(
  fields: readonly SettingField[],
  values: SettingValues,
  kept: readonly string[] = [],
): Record<string, string> {
  const problems: Record<string, string> = {}
  for (const { name, kind, required, title } of fields) {
    const value = values[name]
    const empty = value === undefined || value === null || value === ''
    if (empty && required && !kept.includes(name)) problems[name] = `${title} is needed.`
    if (!empty && kind === 'json' && !isJson(String(value))) problems[name] = 'This is not JSON.'
  }
  return problems
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function linesOf(text: string): string[] {
  return text.split('\n').flatMap(line => line.trim() || [])
}

function asSchema(value: unknown): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : {}
}

function words(name: string): string {
  const text = name.replaceAll('_', ' ')
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
