import fc from 'fast-check'
import { expect, test } from 'vitest'
import { differences, diffLines, shortenDiff } from './differences.ts'

test('a difference is told leaf by leaf', () => {
  expect(
    differences(
      { owner: null, definition: { sql: 'a', controls: ['x', 'y'] }, same: { deep: [1, { n: 2 }] } },
      { owner: 'A', definition: { sql: 'b', controls: ['x'] }, same: { deep: [1, { n: 2 }] } },
    ),
  ).toEqual([
    { path: 'definition.sql', before: 'a', after: 'b' },
    { path: 'definition.controls', before: 'x, y', after: 'x' },
    { path: 'owner', before: undefined, after: 'A' },
  ])
  expect(differences(null, { role: 'owner' })).toEqual([{ path: 'role', before: undefined, after: 'owner' }])
})

test('lines give both texts back, and equal texts differ in nothing', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1 }).map(lines => lines.join('\n'))
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffLines(before, after)
      const side = (sign: string) =>
        lines
          .filter(line => line.sign !== sign)
          .map(line => line.text)
          .join('\n')
      expect(side('+')).toBe(before)
      expect(side('-')).toBe(after)
      if (before === after) expect(lines.every(line => line.sign === ' ')).toBe(true)
      expect(shortenDiff(lines).filter(line => line && line.sign !== ' ')).toEqual(
        lines.filter(line => line.sign !== ' '),
      )
    }),
  )
})
