/** A week from its Monday; the days that are not in the period are missing. */
export interface Week<Day> {
  readonly monday: string
  readonly days: readonly (Day | undefined)[]
}

const dayMs = 86_400_000
const month = new Intl.DateTimeFormat('en-GB', { month: 'short', timeZone: 'UTC' })

/** Days (`2026-01-31`, each once) by week, the first first. */
export function calendarWeeks<Day extends { readonly day: string }>(days: readonly Day[]): Week<Day>[] {
  const weeks = new Map<string, (Day | undefined)[]>()
  for (const day of days) {
    const time = Date.parse(day.day)
    const weekday = (new Date(time).getUTCDay() + 6) % 7
    const monday = new Date(time - weekday * dayMs).toISOString().slice(0, 10)
    const week = weeks.get(monday) ?? Array.from({ length: 7 }, () => undefined)
    week[weekday] = day
    weeks.set(monday, week)
  }
  return [...weeks].map(([monday, week]) => ({ monday, days: week }))
}

/** How many weeks begin in each month, for the headings. */
export function monthSpans(
  weeks: readonly Week<unknown>[],
): { readonly month: string; readonly label: string; readonly span: number }[] {
  return [...Map.groupBy(weeks, ({ monday }) => monday.slice(0, 7))].map(([key, own]) => ({
    month: key,
    label: month.format(new Date(`${key}-01`)),
    span: own.length,
  }))
}
