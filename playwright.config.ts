import { defineConfig } from '@playwright/test'

/** As root, Chromium's sandbox cannot start; the other flags keep it from calling home, which a closed network would report as errors. */
const chromiumArgs = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--font-render-hinting=none',
]

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  globalSetup: './e2e/server.ts',
  fullyParallel: false,
  workers: 1,
  forbidOnly: true,
  retries: 0,
  timeout: 240_000,
  expect: { timeout: 45_000 },
  reporter: [['list']],
  // Pictures first: the other tests change what they would show.
  projects: [
    { name: 'screenshots', testMatch: 'screenshots.spec.ts' },
    { name: 'pages', testIgnore: 'screenshots.spec.ts' },
  ],
  use: {
    // Set by the global setup; the workers, which run the tests, read this file after it.
    ...(process.env.VOUCH_E2E_URL ? { baseURL: process.env.VOUCH_E2E_URL } : {}),
    ...(process.env.VOUCH_E2E_STATE ? { storageState: process.env.VOUCH_E2E_STATE } : {}),
    browserName: 'chromium',
    launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: chromiumArgs },
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    // What still moves may be missed by a click.
    contextOptions: { reducedMotion: 'reduce' },
    trace: 'retain-on-failure',
  },
})
