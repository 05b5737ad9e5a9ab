import { canonicalJson, type Json } from '../records/canonical.ts'

/** The value of JSON text; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether `text` is the canonical JSON (RFC 8785) of `value`. False too for what has no canonical form, such as half a surrogate pair. */
export function isCanonical(value: unknown, text: string): boolean {
  try {
    return canonicalJson(value as Json) === text
  } catch {
    return false
  }
}
