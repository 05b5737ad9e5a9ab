import { expect, test } from 'vitest'
import { countCases } from './count-cases.ts'

test('counts the cases of a Vitest report', () => {
  expect(countCases({ numPassedTests: 7, numFailedTests: 2, numFailedTestSuites: 1 })).toEqual({ passed: 7, failed: 2 })
})

test('counts a suite that could not start as a failure', () => {
  expect(countCases({ numPassedTests: 7, numFailedTests: 0, numFailedTestSuites: 1 })).toEqual({ passed: 7, failed: 1 })
})

test('counts the cases of a Playwright report, a flaky one as failed', () => {
  expect(countCases({ stats: { expected: 5, unexpected: 1, flaky: 1 } })).toEqual({ passed: 5, failed: 2 })
})

test('refuses what is neither', () => {
  expect(() => countCases({ tests: 3 })).toThrow()
})
