import { expect, test } from 'vitest'
import { count, formatBytes, formatDuration, formatRelative, humanise, roleWords } from './format.ts'

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1.0 kB'],
  [999_600, '1.0 MB'],
  [8_233_120, '8.2 MB'],
  [123_456_789, '123 MB'],
])('formatBytes(%d)', (bytes, text) => expect(formatBytes(bytes)).toBe(text))

test('formatRelative takes the largest unit that fits, in both directions', () => {
  const now = Date.parse('2026-06-15T12:00:00Z')
  expect(formatRelative('2026-06-15T11:59:30Z', now)).toBe('just now')
  expect(formatRelative('2026-06-15T09:00:00Z', now)).toBe('3 hours ago')
  expect(formatRelative('2026-06-14T11:00:00Z', now)).toBe('yesterday')
  expect(formatRelative('2026-06-25T12:00:00Z', now)).toBe('next week')
})

test('counts, durations and names', () => {
  expect(count(1, 'finding')).toBe('1 finding')
  expect(count(1_200, 'entry', 'entries')).toBe('1,200 entries')
  expect(formatDuration(42.4)).toBe('42 ms')
  expect(formatDuration(1_530)).toBe('1.5 s')
  expect(formatDuration(95_000)).toBe('1 min 35 s')
  expect(humanise('needs_evidence')).toBe('Needs evidence')
})

test('a role in a sentence has its article', () => {
  expect(roleWords('control_owner')).toBe('a control owner')
  expect(roleWords('auditor')).toBe('an auditor')
  expect(roleWords(null)).toBe('without a role')
})
