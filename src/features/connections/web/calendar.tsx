import { VisuallyHidden } from '@mantine/core'
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react'
import { spanWords } from '../../../../verifier/rules/describe-gap.ts'
import type { Schemas } from '../../../web/api/client.ts'
import { formatDate } from '../../../web/format.ts'
import classes from './calendar.module.css'
import { calendarWeeks, monthSpans } from './calendar-weeks.ts'
import { coverageOrder, coverageStatusWords } from './coverage-words.ts'

type Day = Schemas['Coverage']['days'][number]

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** By how many days each key goes on; those that go to the ends go as far as there is. */
const steps: Readonly<Record<string, number>> = {
  ArrowUp: -1,
  ArrowDown: 1,
  ArrowLeft: -7,
  ArrowRight: 7,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
}

/**
 * Days as a grid of weeks, in UTC. Each cell says in words what its shape and colour say; the arrow keys, Home and End go from day to day, and the line below tells the day that was
 * chosen.
 */
export function Calendar({ name, days }: { name: string; days: readonly Day[] }): ReactNode {
  const [chosen, choose] = useState(days.at(-1)?.day)
  const grid = useRef<HTMLTableElement>(null)
  const weeks = calendarWeeks(days)
  const at = days.findIndex(({ day }) => day === chosen)
  const current = days[at] ?? days.at(-1)
  const move = (event: KeyboardEvent) => {
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    const next = days[Math.min(days.length - 1, Math.max(0, at + step))]
    if (!next) return
    choose(next.day)
    grid.current?.querySelector<HTMLElement>(`[data-day="${next.day}"]`)?.focus()
  }
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose cells are walked with the arrow keys is a grid */}
      <table ref={grid} role="grid" aria-label={`Days of ${name}`} className={classes.grid} onKeyDown={move}>
        <thead>
          <tr>
            <td className={classes.corner} />
            {monthSpans(weeks).map(({ month, label, span }) => (
              <th key={month} scope="colgroup" colSpan={span} className={classes.month}>
                {span > 2 ? label : <VisuallyHidden>{label}</VisuallyHidden>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weekdays.map((weekday, row) => (
            <tr key={weekday}>
              <th scope="row" className={classes.weekday}>
                {row % 2 === 0 ? weekday : <VisuallyHidden>{weekday}</VisuallyHidden>}
              </th>
              {weeks.map(({ monday, days: week }) => {
                const day = week[row]
                if (!day) return <td key={monday} className={classes.corner} />
                return (
                  // biome-ignore lint/a11y/useKeyWithClickEvents: the grid hears the keys
                  <td
                    key={monday}
                    tabIndex={day.day === current?.day ? 0 : -1}
                    aria-label={dayWords(day)}
                    title={dayWords(day)}
                    data-day={day.day}
                    data-state={day.state}
                    className={classes.day}
                    onClick={() => choose(day.day)}
                    onFocus={() => choose(day.day)}
                  />
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {current ? (
        <p className={classes.chosen} aria-hidden>
          {dayWords(current)}
        </p>
      ) : null}
    </>
  )
}

function dayWords({ day, state, gap_milliseconds }: Day): string {
  const gap = gap_milliseconds > 0 ? `, without fresh records for ${spanWords(gap_milliseconds)}` : ''
  return `${formatDate(day)}: ${coverageStatusWords[state].label}${gap}`
}

/** What the cells mean: covered, and whatever else occurs. */
export function CalendarLegend({ days }: { days: readonly Day[] }): ReactNode {
  const occurring = new Set(days.map(day => day.state))
  return (
    <ul className={classes.legend}>
      {coverageOrder
        .filter(state => state === 'covered' || occurring.has(state))
        .map(state => (
          <li key={state} title={coverageStatusWords[state].means}>
            <span className={classes.swatch} data-state={state} aria-hidden />
            {coverageStatusWords[state].label}
          </li>
        ))}
    </ul>
  )
}
