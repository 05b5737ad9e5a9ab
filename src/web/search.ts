/** Reads one search parameter of a page's address; undefined when it is absent or makes no sense there. */
export type Reader<T> = (raw: unknown) => T | undefined

type Search<Shape extends Record<string, Reader<unknown>>> = {
  [Name in keyof Shape]?: Exclude<ReturnType<Shape[Name]>, undefined>
}

/**
 * A validator for TanStack Router's `validateSearch`: what the address does not say, or says wrongly, is left out, so that an old or
 * hand-written link still opens the page.
 */
export function searchOf<const Shape extends Record<string, Reader<unknown>>>(
  shape: Shape,
): (raw: Record<string, unknown>) => Search<Shape> {
  return raw => {
    const read = Object.entries(shape).map(([name, reader]) => [name, reader(raw[name])] as const)
    return Object.fromEntries(read.filter(([, value]) => value !== undefined)) as Search<Shape>
  }
}

/** Any text that is not empty. The router parses `?q=42` as a number; here it is text again. */
export const text: Reader<string> = raw =>
  typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'boolean' ? String(raw) || undefined : undefined

/** A whole number of at least `least`. */
export function whole(least: number): Reader<number> {
  return raw => (typeof raw === 'number' && Number.isInteger(raw) && raw >= least ? raw : undefined)
}

/** One of the values. */
export function oneOf<const T extends string>(values: readonly T[]): Reader<T> {
  return raw => values.find(value => value === raw)
}
