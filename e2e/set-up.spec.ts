import { expect } from '@playwright/test'
import { settled, test } from './fixtures.ts'
import { password } from './people.ts'
import { type RunningVouch, startVouch } from './vouch.ts'

test.use({ storageState: { cookies: [], origins: [] }, allowedErrors: [/40[01]|410/] })

let vouch: RunningVouch
test.beforeAll(async () => {
  const patterns = { address: /ready at (https?:\/\/\S+?)\/?\s/, link: /(https?:\S+\/set-up#[\w-]+)\s/ }
  vouch = await startVouch(() => ['start'], patterns, 120_000)
})
test.afterAll(() => vouch.stop())

test('the first start’s link makes the first owner, once', async ({ page, browser }) => {
  const { address = '', link = '' } = vouch.said
  await page.goto(`${address}/controls`)
  await expect(page.getByRole('heading', { level: 1, name: 'Vouch is not set up yet' })).toBeVisible()

  await page.goto(link)
  await page.getByLabel('Organisation').fill('Analytical Engines')
  await page.getByLabel('Your name').fill('Ada Lovelace')
  await page.getByLabel('E-mail address').fill('ada@analytical.example')
  const field = page.getByRole('textbox', { name: 'Password' })
  await field.fill('short')
  await expect(page.getByText('7 characters more.')).toBeVisible()
  await field.fill('passwordpassword')
  await expect(page.getByText(/Easy to guess/)).toBeVisible()
  await page.getByRole('button', { name: 'Set up and sign in' }).click()
  await expect(page.getByText(/^Is easy to guess/)).toBeVisible()
  await field.fill(password)
  await expect(page.getByText('Hard to guess.')).toBeVisible()
  await page.getByRole('button', { name: 'Set up and sign in' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible()
  await expect(page.getByRole('button', { name: /^Ada Lovelace Owner$/ })).toBeVisible()
  expect(new URL(page.url()).hash).toBe('')
  await settled(page)

  const second = await browser.newContext({ storageState: { cookies: [], origins: [] } })
  const other = await second.newPage()
  await other.goto(link)
  await expect(other.getByRole('heading', { level: 1, name: 'Vouch is set up already' })).toBeVisible()
  const again = await second.request.post(`${address}/api/v1/set-up`, {
    data: { token: link.split('#')[1], name: 'Mallory', email: 'mallory@people.example', password },
  })
  expect(again.status()).toBe(410)
  await second.close()
})
