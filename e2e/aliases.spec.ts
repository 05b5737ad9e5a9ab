import AxeBuilder from '@axe-core/playwright'
import { expect } from '@playwright/test'
import { ask, asOwner, open, test } from './fixtures.ts'
import { personWith, removePerson } from './people.ts'

const reveal = /^Reveal p-[a-z2-7]{16}$/

test('whoever may has an alias revealed, in all places at once, and the activity names it', async ({ page }) => {
  await open(page, '/checks/people.trained_yearly')
  const button = page.getByRole('button', { name: reveal }).first()
  const token = ((await button.getAttribute('aria-label')) ?? '').replace('Reveal ', '')
  await button.click()
  await expect(page.getByTitle(token).first()).toHaveText(/^\p{L}+ \p{L}+$/u)
  await expect(page.getByRole('button', { name: `Reveal ${token}` })).toHaveCount(0)
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
  const { items } = await ask<{ items: { id: number }[] }>('/activity?operation=revealAliases&limit=1')
  expect(JSON.stringify(await ask<object>(`/activity/${items[0]?.id}`))).toContain(token)
})

test('a raw record shows aliases; to an auditor nothing more', async ({ browser, page }) => {
  const { items } = await ask<{ items: { id: string }[] }>('/evidence/snapshots?resource=hr.employee&limit=1')
  const path = `/evidence/${items[0]?.id}`
  await open(page, path)
  await page.getByRole('button', { name: /E1001/ }).click()
  const record = page.getByRole('region', { name: 'Record on line 1' })
  await expect(record.getByRole('button', { name: reveal })).not.toHaveCount(0)
  const { person, context } = await personWith(browser, 'auditor', 'A. Auditor')
  const theirs = await context.newPage()
  await open(theirs, path)
  await theirs.getByRole('button', { name: /E1001/ }).click()
  const same = theirs.getByRole('region', { name: 'Record on line 1' })
  await expect(same).toContainText(/Person p-[a-z2-7]{16}/)
  await expect(same.getByRole('button')).toHaveCount(0)
  await open(theirs, '/aliases')
  await expect(theirs.getByText('so you see this and cannot change it')).toBeVisible()
  await expect(theirs.getByRole('region', { name: 'Erase a person' })).toHaveCount(0)
  await context.close()
  await removePerson(person)
})

test('a person is erased after it is said what that does, and nobody can reveal them again', async ({ page }) => {
  const owner = await asOwner()
  const made = await owner.post('/api/v1/aliases', {
    data: { values: [{ kind: 'name', value: 'Somebody Tobeforgotten' }] },
  })
  const { items } = (await made.json()) as { items: { alias: string }[] }
  const alias = items[0]?.alias ?? ''
  await open(page, '/aliases')
  const section = page.getByRole('region', { name: 'Erase a person' })
  await section.getByLabel('Their values').fill('somebody  tobeforgotten\n')
  await section.getByRole('button', { name: 'Erase…' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('Nobody can reveal them again')
  await expect(dialog.getByRole('button', { name: 'Erase' })).toBeDisabled()
  await dialog.getByRole('textbox').fill('erase')
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
  await dialog.getByRole('button', { name: 'Erase' }).click()
  await expect(section).toContainText('1 value erased')
  await expect(section).toContainText(alias.replace('Person ', ''))
  const answer = await owner.post('/api/v1/aliases/reveal', { data: { aliases: [alias] } })
  expect(await answer.json()).toEqual({ items: [{ alias, kind: null, value: null }] })
})
