import { readFile } from 'node:fs/promises'
import { expect } from '@playwright/test'
import { ask, asOwner, open, settled, test } from './fixtures.ts'
import { personWith, removePerson } from './people.ts'

async function firstControl(): Promise<{ id: string; owner: string | null }> {
  const { items } = await ask<{ items: { id: string; owner: string | null }[] }>('/controls')
  const [control] = items
  if (!control) throw new Error('the demo has controls')
  return control
}

test('a change appears while the page is open, with before and after and its place in the ledger', async ({ page }) => {
  const control = await firstControl()
  await open(page, '/activity?operation=changeControl')
  const name = `Keeper ${Date.now()}`
  const changed = await (await asOwner()).patch(`/api/v1/controls/${control.id}`, { data: { owner: name } })
  expect(changed.status()).toBe(200)
  const list = page.getByRole('list', { name: 'Activity, newest first' })
  const button = page.getByRole('button', { name: new RegExp(`^Change control ${control.id}`) })
  const item = list.getByRole('listitem').filter({ has: button }).first()
  const row = item.getByRole('button').first()
  await expect(row).toBeVisible()
  await row.press('Enter')
  await expect(row).toHaveAttribute('aria-expanded', 'true')
  await expect(item).toContainText(name)
  if (control.owner !== null) await expect(item).toContainText(control.owner)
  // The integrator has put its leaf into the tree; entry, changes and leaf agree.
  await expect(item).toContainText('In the log')
  await item.getByRole('link', { name: /^Ledger entry \d+$/ }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Activity recorded')
  await settled(page)
  await open(page, `/controls/${control.id}`)
  const history = page.getByRole('region', { name: 'History' })
  await expect(history.getByRole('button', { name: /^Change control/ }).first()).toBeVisible()
})

test('what was refused is found by its outcome, and the export has it', async ({ page, browser }) => {
  const { person, context } = await personWith(browser, 'viewer', 'Rhea Fused')
  expect((await context.request.get('/api/v1/activity')).status()).toBe(403)
  await context.close()
  await open(page, '/activity?outcome=refused')
  const list = page.getByRole('list', { name: 'Activity, newest first' })
  await expect(list.getByRole('button', { name: /List activity.*Rhea Fused.*Refused/ })).toHaveCount(1)
  await page.getByRole('button', { name: 'Export' }).click()
  const download = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: 'JSON Lines, all fields' }).click()
  const lines = (await readFile(await (await download).path(), 'utf8')).trimEnd().split('\n')
  const entries = lines.map(line => JSON.parse(line) as { outcome: string; actor: string; operation: string })
  expect(entries.every(({ outcome }) => outcome === 'refused')).toBe(true)
  expect(entries.map(({ actor }) => actor)).toContain(`user:${person.id}`)
  // The export is an activity too.
  await open(page, '/activity?operation=exportActivity')
  await expect(list.getByRole('button', { name: /^Export activity/ }).first()).toBeVisible()
  await removePerson(person)
})

test('who may not see activity is not shown the way to it', async ({ browser }) => {
  const { person, context } = await personWith(browser, 'auditor', 'Aud Itor')
  const page = await context.newPage()
  await open(page, '/')
  await expect(page.getByRole('navigation').getByRole('link', { name: 'Ledger' })).toBeVisible()
  await expect(page.getByRole('navigation').getByRole('link', { name: 'Activity' })).toHaveCount(0)
  await open(page, '/activity')
  await expect(page.getByText(/which does not include this page$/)).toBeVisible()
  await context.close()
  await removePerson(person)
})
