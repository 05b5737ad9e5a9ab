import { expect } from '@playwright/test'
import { asOwner, open, settled, test } from './fixtures.ts'

test('a check is written, tried, corrected, added, run and changed', async ({ page }) => {
  await open(page, '/checks')
  await page.getByRole('link', { name: 'Write a check' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Write a check' })).toBeVisible()
  await settled(page)
  const resources = page.getByRole('combobox', { name: 'Resources' })
  await resources.fill('idp.account')
  await page.getByRole('option', { name: /idp\.account, [\d,]+ records?/ }).click()
  await resources.press('Escape')
  const query = page.getByRole('textbox', { name: 'SQL of the check' })
  await expect(query).toHaveValue(/from idp_account/)

  await query.fill('select nothing from idp_account')
  await page.getByRole('button', { name: 'Preview' }).click()
  await expect(page.getByText('The query was not accepted')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Add the check' })).toBeDisabled()

  const title = `Accounts have an address ${Date.now()}`
  await query.fill(
    "select account_id as subject_id, if(email is null, 'fail', 'pass') as status, 'Its address.' as reason from idp_account",
  )
  // What was tried is another query: it is tried again before it can be added.
  await expect(page.getByText('The query was not accepted')).toHaveCount(0)
  await query.press('Control+Enter')
  await expect(page.getByRole('table', { name: 'Preview of the results' })).toBeVisible()

  await page.getByRole('button', { name: 'Add the check' }).click()
  await expect(page.getByText('Name it in a few words.')).toBeVisible()
  await page.getByLabel('Title').fill(title)
  await page.getByLabel('What it looks for').fill('Accounts without an address.')
  await page.getByLabel('One subject is a').fill('account')
  await page.getByRole('combobox', { name: 'Controls that it supports' }).fill('Every person and service')
  await page.getByRole('option', { name: 'Every person and service has an account of its own' }).click()
  await page.getByLabel('What to do when it fails').fill('Give the account an address.')
  await page.getByRole('button', { name: 'Add the check' }).click()

  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible()
  const id = decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '')
  expect(id).toMatch(/^custom\.accounts_have_an_address_\d+$/)

  const about = page.getByRole('region', { name: 'About' })
  await about.getByRole('button', { name: 'Edit' }).click()
  const dialog = page.getByRole('dialog', { name: 'What is said of this check' })
  await dialog.getByLabel('What it looks for').fill('Looks at addresses of accounts.')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByText('Looks at addresses of accounts.')).toBeVisible()

  await open(page, '/checks')
  await page.getByRole('button', { name: 'Run all checks' }).click()
  await expect(page.getByText('All checks have run.')).toBeVisible()
  await open(page, `/checks/${id}`)
  await expect(page.getByRole('table', { name: /results/i }).getByRole('row')).not.toHaveCount(0)
  await settled(page)
  // The other tests count the checks that came with Vouch.
  await (await asOwner()).patch(`/api/v1/checks/${id}`, { data: { enabled: false } })
})
