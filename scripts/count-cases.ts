/** `node scripts/count-cases.ts REPORT`: prints "passed failed" of a Vitest or Playwright JSON report. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'

const vitest = z.object({ numPassedTests: z.int(), numFailedTests: z.int(), numFailedTestSuites: z.int() })
const playwright = z.object({ stats: z.object({ expected: z.int(), unexpected: z.int(), flaky: z.int() }) })

/** Counts a report's cases. A suite that could not even start counts as a failure, and so does a case that passed only when repeated. */
export function countCases(report: unknown): { passed: number; failed: number } {
  const unit = vitest.safeParse(report)
  if (unit.success) {
    const { numPassedTests, numFailedTests, numFailedTestSuites } = unit.data
    return { passed: numPassedTests, failed: numFailedTests > 0 ? numFailedTests : numFailedTestSuites }
  }
  const { stats } = playwright.parse(report)
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky }
}

if (import.meta.main) {
  const { passed, failed } = countCases(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')))
  process.stdout.write(`${passed} ${failed}\n`)
}
