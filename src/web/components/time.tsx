import type { ReactNode } from 'react'
import { useSyncExternalStore } from 'react'
import { formatDate, formatDay, formatRelative, formatTime } from '../format.ts'

const minuteMs = 60_000

/** One clock for all relative times of the page; it ticks each minute. */
function subscribe(onTick: () => void): () => void {
  const timer = setInterval(onTick, minuteMs)
  return () => clearInterval(timer)
}

const thisMinute = () => Math.floor(Date.now() / minuteMs) * minuteMs + minuteMs

interface TimeProps {
  /** ISO 8601, UTC. */
  readonly iso: string
  /** `time` is day and time; `day` the day alone; `relative` how long ago. All in the reader's zone. */
  readonly as?: 'time' | 'day' | 'relative'
}

/** A time in the reader's zone, with the exact UTC time on hover and in the markup. */
export function Time({ iso, as = 'time' }: TimeProps): ReactNode {
  if (as === 'relative') return <RelativeTime iso={iso} />
  return (
    <time dateTime={iso} title={iso} className="v-num">
      {as === 'day' ? formatDay(iso) : formatTime(iso)}
    </time>
  )
}

function RelativeTime({ iso }: { iso: string }): ReactNode {
  const now = useSyncExternalStore(subscribe, thisMinute)
  return (
    <time dateTime={iso} title={`${formatTime(iso)} · ${iso}`} className="v-num">
      {formatRelative(iso, now)}
    </time>
  )
}

/** A calendar day, such as the first of a period: the same in every zone. */
export function CalendarDay({ date }: { date: string }): ReactNode {
  return (
    <time dateTime={date} className="v-num">
      {formatDate(date)}
    </time>
  )
}
