import { expect } from '@playwright/test'
import { open, settled, test } from './fixtures.ts'

test('the first Tab leads to the skip link, and it to the content', async ({ page }) => {
  await open(page, '/controls')
  await page.keyboard.press('Tab')
  const skip = page.getByRole('link', { name: 'Skip to the content' })
  await expect(skip).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('main')).toBeFocused()
})

test('the palette finds a control by its words and opens it', async ({ page }) => {
  await open(page, '/')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('known owner')
  await expect(page.getByRole('dialog').getByText('Every account has a known owner')).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Every account has a known owner' })).toBeVisible()
})

test('g and a letter open a page, which takes the focus', async ({ page }) => {
  await open(page, '/')
  await page.keyboard.press('g')
  await page.keyboard.press('k')
  await expect(page.getByRole('heading', { level: 1, name: 'Checks' })).toBeVisible()
  await expect(page.getByRole('main')).toBeFocused()
})

test('a list is sorted, filtered and opened without a mouse', async ({ page }) => {
  await open(page, '/checks')
  await page.keyboard.press('/')
  await expect(page.getByRole('textbox', { name: 'Search checks' })).toBeFocused()
  await page.keyboard.type('review')
  await expect(page).toHaveURL(/q=review/)
  await page.getByRole('button', { name: 'Severity' }).focus()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/sort=severity/)
  await expect(page.getByRole('columnheader', { name: 'Severity' })).toHaveAttribute('aria-sort', 'ascending')
  await page.getByRole('table').getByRole('link').first().focus()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/checks\/[a-z]+\./)
  await settled(page)
})

test('Tab indents in the SQL editor, Escape and Tab leave it', async ({ page }) => {
  await open(page, '/checks')
  await page.getByRole('table').getByRole('link').first().click()
  await page.getByRole('tab', { name: 'Query' }).click()
  const editor = page.getByRole('textbox', { name: 'SQL of the check' })
  await editor.focus()
  const before = await editor.inputValue()
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('Tab')
  await expect(editor).toHaveValue(`  ${before}`)
  await page.keyboard.press('Control+z')
  await expect(editor).toHaveValue(before)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Tab')
  await expect(editor).not.toBeFocused()
})
