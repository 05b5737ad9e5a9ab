const number = new Intl.NumberFormat('en')
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
const utcDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })
const moment = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
})
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** 12345 → `12,345`. */
export function formatNumber(value: number): string {
  return number.format(value)
}

/** `1 finding`, `2 findings`; `plural` when it is not the singular with an s. */
export function count(value: number, singular: string, plural = `${singular}s`): string {
  return `${number.format(value)} ${value === 1 ? singular : plural}`
}

/** The day of a time in the reader's zone. */
export function formatDay(iso: string): string {
  return day.format(new Date(iso))
}

/** A date without a time (`2026-01-31`), which is the same day everywhere. */
export function formatDate(date: string): string {
  return utcDay.format(new Date(`${date}T00:00:00Z`))
}

/** A time in the reader's zone. */
export function formatTime(iso: string): string {
  return moment.format(new Date(iso))
}

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** `3 days ago`, `in 2 hours`; `now` in milliseconds. */
export function formatRelative(iso: string, now: number): string {
  const seconds = (Date.parse(iso) - now) / 1_000
  const step = steps.find(([, size]) => Math.abs(seconds) >= size)
  return step ? relative.format(Math.trunc(seconds / step[1]), step[0]) : 'just now'
}

/** 8233120 → `8.2 MB` (powers of ten). */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000
    unit += 1
  }
  return `${unit === 0 ? value : value.toPrecision(value >= 100 ? 3 : 2)} ${units[unit]}`
}

/** 1530 → `1.5 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`
}

/** `needs_evidence` → `Needs evidence`. */
export function humanise(name: string): string {
  const words = name.replaceAll('_', ' ').replaceAll('-', ' ')
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}

/** A role in a sentence: `control_owner` → `a control owner`, `auditor` → `an auditor`. */
export function roleWords(role: string | null): string {
  if (role === null) return 'without a role'
  const words = role.replaceAll('_', ' ')
  return `${/^[aeiou]/.test(words) ? 'an' : 'a'} ${words}`
}

/** A text with its hashes (40 to 64 hex digits) by their first twelve digits. */
export function shortenHashes(text: string): string {
  return text.replace(/[0-9a-f]{40,64}/g, hash => `${hash.slice(0, 12)}…`)
}
