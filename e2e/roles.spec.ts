import AxeBuilder from '@axe-core/playwright'
import { expect } from '@playwright/test'
import { open, settled, test } from './fixtures.ts'
import { personWith, removePerson } from './people.ts'

// A role that somebody has is not removed.
test.use({ allowedErrors: [/409/] })

test('a role of the organisation’s own is made, given, changed for who has it, and removed once nobody has it', async ({
  page,
  browser,
}) => {
  const { person, context } = await personWith(browser, 'viewer', 'Una Role')
  await open(page, '/members?tab=roles')
  await page.getByRole('button', { name: 'Make a role' }).click()
  const form = page.getByRole('dialog')
  await form.getByRole('button', { name: 'Make it' }).click()
  await expect(form.getByText('Give it a title.')).toBeVisible()
  await form.getByRole('textbox', { name: 'Title' }).fill('Source keeper')
  await form.getByRole('textbox', { name: 'Reason' }).fill('Keeps the sources working, and sees nothing else.')
  await form.getByLabel('Begin with what a role may do').selectOption('Viewer')
  await form.getByRole('checkbox', { name: 'See sources and their collections' }).check()
  const { violations } = await new AxeBuilder({ page }).include('[role=dialog]').analyze()
  expect(violations).toEqual([])
  await form.getByRole('button', { name: 'Make it' }).click()
  await expect(form).toBeHidden()
  const table = page.getByRole('region', { name: 'What each role may do' })
  await expect(table.getByRole('columnheader', { name: 'Source keeper' })).toBeVisible()

  const theirs = await context.newPage()
  await open(theirs, '/checks')
  await expect(theirs.getByRole('link', { name: 'Connections', exact: true })).toHaveCount(0)
  await open(page, `/members?q=${encodeURIComponent(person.email)}`)
  await page.getByRole('button', { name: 'Change role of Una Role' }).click()
  await page
    .getByRole('dialog')
    .getByRole('radio', { name: /^Source keeper/ })
    .check()
  await page.getByRole('dialog').getByRole('button', { name: 'Change it' }).click()
  await expect(theirs.getByRole('link', { name: 'Connections', exact: true })).toBeVisible()

  await open(page, '/members?tab=roles')
  await page.getByRole('button', { name: 'Remove Source keeper' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(page.getByRole('dialog').getByText('1 member has this role', { exact: false })).toBeVisible()
  await page.getByRole('dialog').getByRole('button', { name: 'Keep it' }).click()
  await page.getByRole('button', { name: 'Change Source keeper' }).click()
  await page.getByRole('dialog').getByRole('checkbox', { name: 'See sources and their collections' }).uncheck()
  await page.getByRole('dialog').getByRole('button', { name: 'Change it' }).click()
  await expect(theirs.getByRole('link', { name: 'Connections', exact: true })).toHaveCount(0)

  await context.close()
  await removePerson(person)
  await page.getByRole('button', { name: 'Remove Source keeper' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(page.getByRole('dialog')).toBeHidden()
  await settled(page)
  await expect(page.getByRole('columnheader', { name: 'Source keeper' })).toHaveCount(0)
})
