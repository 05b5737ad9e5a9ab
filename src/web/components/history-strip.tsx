import type { ReactNode } from 'react'
import { count, formatTime } from '../format.ts'
import classes from './history-strip.module.css'
import { toneClass } from './status.tsx'
import type { StatusWords } from './status-words.ts'

interface HistoryStripProps {
  /** Oldest first. */
  readonly history: readonly { readonly time: string; readonly words: StatusWords }[]
  /** What happened at each bar: "runs". */
  readonly noun: string
  readonly large?: boolean
  /** How many of the newest are shown. */
  readonly last?: number
}

/** The past as a row of bars, oldest first; colour and height say the status, the name says it in words. */
export function HistoryStrip({ history, noun, large, last = 60 }: HistoryStripProps): ReactNode {
  const shown = history.slice(-last)
  return (
    <span className={`${classes.strip} ${large ? classes.large : ''}`} role="img" aria-label={summary(shown, noun)}>
      {shown.map(({ time, words }) => (
        <span
          key={time}
          className={`${classes.bar} ${toneClass(words.tone)}`}
          data-tone={words.tone}
          title={`${formatTime(time)}: ${words.label}`}
        />
      ))}
    </span>
  )
}

function summary(history: HistoryStripProps['history'], noun: string): string {
  if (history.length === 0) return `No ${noun} yet`
  const counts = new Map<string, number>()
  for (const { words } of history) counts.set(words.label, (counts.get(words.label) ?? 0) + 1)
  const parts = [...counts].map(([label, times]) => `${count(times, 'time')} ${label.toLowerCase()}`)
  return `Last ${history.length} ${noun}: ${parts.join(', ')}; now ${history.at(-1)?.words.label.toLowerCase()}`
}
