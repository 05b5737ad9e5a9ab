import { expect, test } from 'vitest'
import { nounsOf } from './live.ts'

test('a change makes old what is derived from it, and an unknown noun itself', () => {
  expect(nounsOf('checks.batch')).toEqual(['checks', 'findings', 'controls', 'overview'])
  expect(nounsOf('job')).toEqual(['jobs'])
  expect(nounsOf('access.member')).toContain('session')
  expect(nounsOf('packages.package')).toEqual(['packages'])
})
