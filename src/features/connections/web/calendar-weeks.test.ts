import fc from 'fast-check'
import { expect, test } from 'vitest'
import { calendarWeeks, monthSpans } from './calendar-weeks.ts'

test('every day has its place in the week that it belongs to', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 30_000 }), fc.integer({ min: 1, max: 400 }), (first, length) => {
      const days = Array.from({ length }, (_, at) => ({
        day: new Date((first + at) * 86_400_000).toISOString().slice(0, 10),
      }))
      const weeks = calendarWeeks(days)
      expect(weeks.flatMap(week => week.days.filter(day => day !== undefined))).toEqual(days)
      for (const { monday, days: week } of weeks) {
        expect(new Date(monday).getUTCDay()).toBe(1)
        for (const [at, day] of week.entries())
          if (day) expect(Date.parse(day.day) - Date.parse(monday)).toBe(at * 86_400_000)
      }
      expect(monthSpans(weeks).reduce((sum, { span }) => sum + span, 0)).toBe(weeks.length)
    }),
  )
})
