import { expect } from '@playwright/test'
import { open, settled, test } from './fixtures.ts'
import { allPages, signedOutPages } from './pages.ts'

test.use({ viewport: { width: 390, height: 844 } })

test('no page scrolls sideways on a narrow screen', async ({ page }) => {
  test.setTimeout(300_000)
  for (const [name, path] of Object.entries(await allPages())) {
    await open(page, path)
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect.soft(beyond, name).toBeLessThanOrEqual(0)
  }
})

test.describe('signed out', () => {
  test.use({ storageState: { cookies: [], origins: [] } })

  test('no page scrolls sideways either', async ({ page }) => {
    for (const [name, path] of Object.entries(await signedOutPages())) {
      await open(page, path)
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      expect.soft(beyond, name).toBeLessThanOrEqual(0)
    }
  })
})

test('the navigation opens in a drawer and closes after a choice', async ({ page }) => {
  await open(page, '/')
  await page.getByRole('button', { name: 'Open the menu' }).click()
  const menu = page.getByRole('dialog')
  await menu.getByRole('link', { name: 'Ledger' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Ledger' })).toBeVisible()
  await expect(menu).toBeHidden()
  await settled(page)
})
