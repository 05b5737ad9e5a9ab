import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'verifier/**/*.test.ts', 'scripts/**/*.test.ts'],
    pool: 'forks',
    globalSetup: ['src/platform/testing/global-setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    restoreMocks: true,
  },
})
