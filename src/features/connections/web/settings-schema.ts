/** One field of a guided form, read from a connector's JSON Schema. */
export interface SettingField {
  readonly name: string
  readonly title: string
  readonly description: string | undefined
  /** `items` is a list of objects, each with `fields`; `record` maps names to texts. */
  readonly kind: 'text' | 'lines' | 'integer' | 'number' | 'boolean' | 'choice' | 'list' | 'items' | 'record' | 'json'
  readonly fields: readonly SettingField[]
  readonly choices: readonly string[]
  readonly required: boolean
  readonly secret: boolean
  readonly standard: unknown
}

export type SettingValue = string | number | boolean | null | SettingValues | readonly SettingValues[]
export interface SettingValues {
  readonly [name: string]: SettingValue | undefined
}

type Schema = Readonly<Record<string, unknown>>

/**
 * The fields of a connector's settings, in the schema's order. What a form cannot ask for part by part is asked for as
 * JSON, so that no connector is out of reach.
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
      fields: field.type === 'array' ? fieldsOf(asSchema(field.items), []) : [],
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
  if (field.type === 'array' && asSchema(field.items).type === 'object') return 'items'
  if (field.type === 'object' && asSchema(field.additionalProperties).type === 'string') return 'record'
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
  switch (field.kind) {
    case 'boolean':
      return value === true
    case 'list':
      return Array.isArray(value) ? value.join('\n') : ''
    case 'items':
      // What must be there begins with one that is empty.
      return (Array.isArray(value) ? value : field.required ? [{}] : []).map(item =>
        initialValues(field.fields, asSchema(item)),
      )
    case 'record':
      return Object.fromEntries(Object.entries(asSchema(value)).map(([name, text]) => [name, String(text)]))
    case 'json':
      return value === undefined ? '' : JSON.stringify(value, null, 2)
    default:
      return value === undefined || value === null ? '' : typeof value === 'number' ? value : String(value)
  }
}

export type Settings = Record<string, unknown>

/** The settings that the form's values stand for. What was left empty is left out. Throws SyntaxError for JSON that is not. */
export function toSettings(fields: readonly SettingField[], values: SettingValues): Settings {
  const settings: Settings = {}
  for (const field of fields) {
    const value = values[field.name]
    if (value !== undefined && !isEmpty(value)) settings[field.name] = toSetting(field, value)
  }
  return settings
}

function toSetting(field: SettingField, value: SettingValue): unknown {
  switch (field.kind) {
    case 'list':
      return linesOf(String(value))
    case 'items':
      return itemsOf(value).map(item => toSettings(field.fields, item))
    case 'record':
      return Object.fromEntries(Object.entries(recordOf(value)).filter(([, text]) => text !== ''))
    case 'json':
      return JSON.parse(String(value))
    default:
      // One character is meant as it is: a tab between cells.
      return typeof value === 'string' && value.length > 1 ? value.trim() : value
  }
}

/** The items of a value of kind `items`. */
export function itemsOf(value: SettingValue | undefined): readonly SettingValues[] {
  return Array.isArray(value) ? (value as readonly SettingValues[]) : []
}

/** The texts of a value of kind `record`. */
export function recordOf(value: SettingValue | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(asSchema(value)).map(([name, text]) => [name, String(text).trim()]))
}

function isEmpty(value: SettingValue | undefined): boolean {
  if (value === undefined || value === null || value === '') return true
  if (Array.isArray(value)) return value.length === 0
  return typeof value === 'object' && Object.values(recordOf(value)).every(text => text === '')
}

/**
 * What is missing or unreadable, by field (`files.0.path` within a list). `kept` are secrets that are set already and may stay as they are.
 */
export function problemsOf(
  fields: readonly SettingField[],
  values: SettingValues,
  kept: readonly string[] = [],
): Record<string, string> {
  const problems: Record<string, string> = {}
  for (const field of fields) {
    const { name, kind, required, title } = field
    const value = values[name]
    if (isEmpty(value)) {
      if (required && !kept.includes(name)) problems[name] = `${title} is needed.`
    } else if (kind === 'json' && !isJson(String(value))) {
      problems[name] = 'This is not JSON.'
    } else if (kind === 'items') {
      for (const [position, item] of itemsOf(value).entries()) {
        for (const [path, problem] of Object.entries(problemsOf(field.fields, item))) {
          problems[`${name}.${position}.${path}`] = problem
        }
      }
    }
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
