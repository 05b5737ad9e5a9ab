import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: join(import.meta.dirname, '..'),
    include: ['peers/**/*.peer.ts'],
    pool: 'forks',
    globalSetup: ['src/platform/testing/global-setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
})
