import type { Json, JsonObject } from '../../../verifier/records/canonical.ts'

// A secret of fewer characters would make every other word unreadable, and protects nothing.
const shortestSecret = 4

/** Takes a connection's secrets out of whatever its connector lets slip: records, questions, reasons, messages. */
export interface Redactor {
  text(value: string): string
  json<Value extends Json>(value: Value): Value
}

/** A redactor of the secrets among `settings`, those that `names` lists. */
export function redactor(settings: JsonObject, names: readonly string[]): Redactor {
  const secrets = names
    .map(name => settings[name])
    .filter(value => typeof value === 'string')
    .filter(value => value.length >= shortestSecret)
    // A secret that contains another goes first.
    .sort((a, b) => b.length - a.length)
  const text = (value: string) => secrets.reduce((clean, secret) => clean.replaceAll(secret, '[secret]'), value)
  const within = (value: Json): Json => {
    if (typeof value === 'string') return text(value)
    if (Array.isArray(value)) return value.map(within)
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [text(key), within(inner)]))
    return value
  }
  return {
    text,
    json: secrets.length === 0 ? value => value : <Value extends Json>(value: Value) => within(value) as Value,
  }
}
