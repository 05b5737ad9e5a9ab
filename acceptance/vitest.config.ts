import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** What a stranger does with the whole program, one thing after the other: too long for `npm test`. */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, '..'),
    include: ['acceptance/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 900_000,
    hookTimeout: 300_000,
  },
})
