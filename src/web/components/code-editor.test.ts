import fc from 'fast-check'
import { expect, test } from 'vitest'
import { indent } from './code-editor.tsx'

const apply = (value: string, start: number, end: number, back: boolean) => {
  const change = indent(value, start, end, back)
  return { ...change, value: value.slice(0, change.from) + change.text + value.slice(change.to) }
}

test('Tab at a caret puts two spaces there', () => {
  expect(apply('select 1', 6, 6, false)).toMatchObject({ value: 'select   1', start: 8, end: 8 })
})

test('Tab over lines moves each of them, from its beginning', () => {
  expect(apply('a\nb\nc', 0, 3, false).value).toBe('  a\n  b\nc')
})

test('Shift Tab takes back what Tab did, for any text and selection of more than a caret', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '\n') }), fc.nat(), fc.nat(), (value, a, b) => {
      const [start, end] = [a % (value.length + 1), b % (value.length + 1)].sort((x, y) => x - y) as [number, number]
      fc.pre(start !== end)
      const there = apply(value, start, end, false)
      expect(apply(there.value, there.start, there.end, true).value).toBe(value)
    }),
  )
})
