import { z } from 'zod'

/** A line of prose: not empty, no space at either end, no line break or other control character. */
export const lineSchema = z
  .string('write a line of text here')
  .min(1, 'write something here: it must not be empty')
  .refine(text => text.trim() === text, 'remove the spaces at the start or the end')
  .refine(text => !/\p{Cc}/u.test(text), 'put the text on one line (in YAML: >- folds lines into one)')

/** The stable name of a content item, used in URLs, mappings and logs: kebab-case, never renamed once published. */
export const slugSchema = z
  .string('write a name such as host-firewall here')
  .regex(
    /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    'use lower-case letters and digits in words joined by single hyphens, e.g. host-firewall',
  )

/**
 * The values that occur more than once under the same key, for telling the author where the second one is.
 * In: the items and the key of each (a key of undefined is skipped). Out: for each repeat, its index, the first index and the key.
 */
export function findRepeats<T>(
  items: readonly T[],
  keyOf: (item: T) => string | undefined,
): { readonly index: number; readonly firstIndex: number; readonly key: string }[] {
  const first = new Map<string, number>()
  const repeats: { index: number; firstIndex: number; key: string }[] = []
  items.forEach((item, index) => {
    const key = keyOf(item)
    if (key === undefined) return
    const firstIndex = first.get(key)
    if (firstIndex === undefined) first.set(key, index)
    else repeats.push({ index, firstIndex, key })
  })
  return repeats
}
