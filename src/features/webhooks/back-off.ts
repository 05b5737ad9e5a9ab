const second = 1_000
const minute = 60 * second
const hour = 60 * minute

/** How long after each failed attempt the next one is made: what the Standard Webhooks specification suggests, over some three days. */
const waits = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
] as const

export const mostTries = waits.length + 1

/**
 * The wait after `tries` failed attempts in milliseconds, up to a fifth longer by chance (`random` of 0 to 1), so that what failed together does not come back together;
 * undefined when that was the last attempt.
 */
export function waitAfter(tries: number, random: number): number | undefined {
  const wait = waits[tries - 1]
  return wait === undefined ? undefined : Math.round(wait * (1 + random / 5))
}
