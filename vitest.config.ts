import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'verifier/**/*.test.ts', 'scripts/**/*.test.ts'],
    pool: 'forks',
    // Vitest's own choice on two cores is one; much of the time is waiting for disks, databases and children. Two took 121 s where one took 192 s.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    globalSetup: ['src/platform/testing/global-setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    restoreMocks: true,
  },
})
