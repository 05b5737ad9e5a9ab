import { expect, test } from 'vitest'
import { oneOf, searchOf, text, whole } from './search.ts'

const read = searchOf({ q: text, offset: whole(0), status: oneOf(['pass', 'fail']) })

test('keeps what makes sense and leaves out the rest', () => {
  expect(read({ q: 42, offset: 100, status: 'fail' })).toEqual({ q: '42', offset: 100, status: 'fail' })
  expect(read({ q: '', offset: -1, status: 'broken', other: 1 })).toEqual({})
  expect(read({ q: ['x'], offset: 1.5, status: null })).toEqual({})
})
