/** How often a connection can be collected: hours, or null for on demand only. */
export const schedules: readonly { readonly hours: number | null; readonly label: string }[] = [
  { hours: 1, label: 'Every hour' },
  { hours: 6, label: 'Every 6 hours' },
  { hours: 24, label: 'Every day' },
  { hours: 168, label: 'Every week' },
  { hours: null, label: 'On demand only' },
]

/** `every day`, `every 36 hours`, `on demand only`. */
export function scheduleWords(hours: number | null): string {
  const label = schedules.find(schedule => schedule.hours === hours)?.label ?? `Every ${hours} hours`
  return label.slice(0, 1).toLowerCase() + label.slice(1)
}
