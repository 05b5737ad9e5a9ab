import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authPool } from '../db/prepare-database.ts'
import { type TestServices, testServices } from '../testing/services.ts'
import { Attempts, attemptLimits } from './attempts.ts'

let services: TestServices
let pool: pg.Pool
let attempts: Attempts
beforeAll(async () => {
  services = await testServices()
  pool = authPool(services.database.connectionString, 8)
  attempts = new Attempts(pool)
})
afterAll(async () => {
  await pool.end()
  await services.close()
})

const outcome = (account: string, address: string) =>
  attempts.begin(account, address).then(
    () => 'open',
    error => error.code,
  )
async function outcomes(account: () => string, address: () => string, times: number): Promise<string[]> {
  const all: string[] = []
  for (let n = 0; n < times; n++) all.push(await outcome(account(), address()))
  return all
}
const expected = (open: number, limited: number) => [
  ...Array<string>(open).fill('open'),
  ...Array<string>(limited).fill('rate_limited'),
]

describe('attempts to sign in', () => {
  it('are limited for an account, from however many addresses, in any letters', async () => {
    const account = `${randomUUID()}@example.test`
    let turn = 0
    const spelled = () => (turn++ % 2 === 0 ? account : account.toUpperCase())
    expect(await outcomes(spelled, randomUUID, attemptLimits.account + 2)).toEqual(expected(attemptLimits.account, 2))
  })

  it('are limited from an address, at however many accounts', async () => {
    const address = randomUUID()
    expect(await outcomes(randomUUID, () => address, attemptLimits.address + 1)).toEqual(
      expected(attemptLimits.address, 1),
    )
  })

  it('are counted when they are made at the same moment, and by several servers', async () => {
    const other = new Attempts(pool)
    const account = randomUUID()
    const all = await Promise.all(
      Array.from({ length: 30 }, (_, n) =>
        (n % 2 === 0 ? attempts : other).begin(account, randomUUID()).then(
          () => 'open',
          error => error.code,
        ),
      ),
    )
    expect(all.toSorted()).toEqual(expected(attemptLimits.account, 30 - attemptLimits.account))
  })

  it('that succeed free the account, and clear no way for its address to others', async () => {
    const [account, address] = [randomUUID(), randomUUID()]
    for (let turn = 0; turn < attemptLimits.account * 2; turn++) {
      await attempts.begin(account, address)
      await attempts.succeeded(account, address)
    }
    expect(await outcomes(randomUUID, () => address, attemptLimits.address + 1)).toEqual(
      expected(attemptLimits.address, 1),
    )
  })

  it('say when to try again, and keep no address of a person', async () => {
    const account = `${randomUUID()}@example.test`
    await outcomes(() => account, randomUUID, attemptLimits.account)
    await expect(attempts.begin(account, randomUUID())).rejects.toThrow(/in 15 minutes/)
    const { rows } = await pool.query('select key from auth_attempt')
    expect(JSON.stringify(rows)).not.toContain(account)
  })
})
