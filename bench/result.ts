/** What a benchmark must reach: a bound on the ratio or on our own figure. */
export interface Aim {
  readonly of: 'ratio' | 'ours'
  readonly atMost?: number
  readonly atLeast?: number
}

/** One line of the table. `ratio` is ours divided by the baseline. */
export interface BenchResult {
  readonly name: string
  readonly ours: number
  readonly baseline: number
  readonly ratio: number
  readonly unit: string
  readonly note: string
  /** Left out where a figure is told for information. */
  readonly aim?: Aim
}

/** A line from two figures of one run, rounded to three digits. */
export function line(
  name: string,
  figures: { readonly ours: number; readonly baseline: number },
  about: { readonly unit: string; readonly note: string; readonly aim?: Aim },
): BenchResult {
  const { ours, baseline } = figures
  return { name, ours: round(ours), baseline: round(baseline), ratio: round(ours / baseline), ...about }
}

/** Whether a result reaches its aim; undefined when it has none. */
export function isMet({ aim, ratio, ours }: BenchResult): boolean | undefined {
  if (!aim) return undefined
  const value = aim.of === 'ratio' ? ratio : ours
  return value <= (aim.atMost ?? Number.POSITIVE_INFINITY) && value >= (aim.atLeast ?? Number.NEGATIVE_INFINITY)
}

/** The middle value; of an even number, the upper of the two. NaN of none. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** To three significant digits. */
export function round(value: number): number {
  return Number(value.toPrecision(3))
}
