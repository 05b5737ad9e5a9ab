import { expect, test } from 'vitest'
import { wordsFor } from './trace-queries.ts'

test('a subject is looked for whole, without its connection, and by its last part', () => {
  expect(wordsFor('Product repository/main', 'Product repository')).toEqual(['Product repository/main', 'main'])
  expect(wordsFor('db/public/orders', 'db')).toEqual(['db/public/orders', 'public/orders', 'orders'])
  expect(wordsFor('a@example.com', 'Staff')).toEqual(['a@example.com'])
})
