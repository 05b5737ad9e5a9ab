import { expect } from '@playwright/test'
import { ask, asOwner, open, settled, test } from './fixtures.ts'

test('the demo says on every page that it is sample data', async ({ page }) => {
  for (const path of ['/', '/ledger', '/scope']) {
    await open(page, path)
    await expect(page.getByRole('note')).toContainText('Its past is simulated')
  }
})

test('a criterion of the heat map leads to its controls', async ({ page }) => {
  await open(page, '/')
  await page.getByRole('link', { name: /, CC6\.1:/ }).click()
  await expect(page).toHaveURL(/criterion=CC6\.1/)
  await expect(page.getByRole('table', { name: 'Controls' }).getByRole('link').first()).toBeVisible()
})

test('the trend has a table of all its figures', async ({ page }) => {
  await open(page, '/')
  await page.getByText('Table', { exact: true }).click()
  await expect(page.getByRole('table', { name: 'Controls by status over time' }).getByRole('row')).not.toHaveCount(1)
})

test('a control is given an owner, and the ledger says so', async ({ page }) => {
  const before = await ask<{ total: number }>('/ledger/entries?limit=1')
  await open(page, '/controls/account-ownership')
  await page.getByLabel('Owner').fill('Head of IT operations')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('The control was changed.')).toBeVisible()
  await page.reload()
  await expect(page.getByLabel('Owner')).toHaveValue('Head of IT operations')
  const after = await ask<{ total: number }>('/ledger/entries?limit=1')
  expect(after.total).toBeGreaterThan(before.total)
})

test('a document is filed for a control; what is missing is said at its field', async ({ page }) => {
  await open(page, '/controls/account-ownership')
  await page.getByRole('button', { name: 'File a document' }).click()
  await page.getByLabel('What it is').fill('Minutes of the ownership review')
  await page.getByRole('button', { name: 'File it' }).click()
  await expect(page.getByText('Choose a file.')).toBeVisible()
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: /^File(?! it| a)/ }).click()
  await (await chooser).setFiles({
    name: 'minutes.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('All accounts have an owner.\n'),
  })
  await page.getByRole('button', { name: 'File it' }).click()
  await expect(page.getByRole('table', { name: 'Documents of this control' })).toContainText(
    'Minutes of the ownership review',
  )
})

test('every step of a trace holds, computed in the browser', async ({ page }) => {
  const { items } = await ask<{ items: { id: string; latest: { outcome: string } | null; latest_run?: unknown }[] }>(
    '/checks',
  )
  const check = items.find(item => item.id.startsWith('git.') && item.latest)
  const { items: results } = await ask<{ items: { subject_id: string }[] }>(`/checks/${check?.id}/results?limit=1`)
  await open(page, `/trace/${check?.id}?subject=${encodeURIComponent(results[0]?.subject_id ?? '')}`)
  await expect(page.getByText('Verified: The checkpoint is signed').first()).toBeAttached()
  await expect(page.getByText(/^Verified: Line \d+ has its hash/).first()).toBeAttached()
  await expect(page.getByText('Verified: The ledger entry names the snapshot').first()).toBeAttached()
  await expect(page.getByText('Does not hold:')).toHaveCount(0)
})

test('the ledger is verified in the browser, and a forged entry is not', async ({ page }) => {
  await open(page, '/ledger')
  await page.getByRole('button', { name: 'Verify in your browser' }).click()
  const steps = page.getByRole('list', { name: 'Verification of the log' })
  await expect(steps.getByText(/^Verified: /).first()).toBeAttached()
  await expect(steps.getByText('Does not hold:')).toHaveCount(0)

  await page.route('**/api/v1/ledger/entries/1', async route => {
    const response = await route.fetch()
    const entry = (await response.json()) as { canonical_content: string }
    await route.fulfill({
      json: { ...entry, canonical_content: entry.canonical_content.replace(/.$/, ',"forged":true}') },
    })
  })
  await page.goto('/ledger/1')
  await expect(page.getByText('Does not hold: The content is what the leaf commits to')).toBeAttached()
})

test('a snapshot’s hash is computed again in the browser', async ({ page }) => {
  await open(page, '/evidence')
  await page.getByRole('table', { name: 'Snapshots' }).getByRole('link').first().click()
  await page.getByRole('button', { name: 'Verify in your browser' }).click()
  await expect(page.getByText('Verified: The snapshot is the one that its hash names')).toBeAttached()
})

test('a connection is added with its guided form, tested, collected and removed', async ({ page }) => {
  test.setTimeout(120_000)
  await open(page, '/connections/new?kind=host')
  await page.getByLabel('Name').fill('A second look at this machine')
  await page.getByRole('button', { name: 'Test' }).click()
  await expect(page.getByText(/It can be reached|It cannot be read/)).toBeVisible()
  await page.getByRole('button', { name: 'Add it' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'A second look at this machine' })).toBeVisible()
  await page.getByRole('button', { name: 'Collect now' }).click()
  await expect(page.getByRole('table', { name: 'Collections of this connection' })).toContainText('on demand', {
    timeout: 60_000,
  })
  await page.getByRole('button', { name: 'Remove this connection' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('button', { name: 'Remove it' })).toBeDisabled()
  await dialog.getByRole('textbox').fill('A second look at this machine')
  await dialog.getByRole('button', { name: 'Remove it' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Connections' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'A second look at this machine' })).toHaveCount(0)
})

test('a form without what it needs says so, and nothing is sent', async ({ page }) => {
  await open(page, '/connections/new?kind=git')
  const sent: string[] = []
  page.on('request', request => {
    if (request.method() === 'POST') sent.push(request.url())
  })
  await page.getByRole('button', { name: 'Add it' }).click()
  await expect(page.getByText('Give it a name that you will recognise.')).toBeVisible()
  expect(sent).toEqual([])
})

test('a finding is accepted until a date, and the exception taken back', async ({ page }) => {
  await open(page, '/findings?state=open')
  await page
    .getByRole('button', { name: /^Accept / })
    .first()
    .click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Accept it' }).click()
  await expect(dialog.getByText('Say who accepts it.')).toBeVisible()
  await dialog.getByLabel('Why it is acceptable').fill('Reviewed by hand the day after.')
  await dialog.getByLabel('Who accepts it').fill('Head of Engineering')
  await dialog.getByRole('button', { name: 'Accept it' }).click()
  await expect(dialog).toBeHidden()
  await open(page, '/findings?state=excepted')
  await page
    .getByRole('button', { name: /^Take back / })
    .first()
    .click()
  await page.getByRole('dialog').getByRole('button', { name: 'Take it back' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()
})

test('an edited check is previewed before it is saved, and taken back', async ({ page }) => {
  const { items } = await ask<{ items: { id: string; latest: unknown }[] }>('/checks')
  const id = items.find(item => item.id.startsWith('git.') && item.latest)?.id
  await open(page, `/checks/${id}?tab=query`)
  const editor = page.getByRole('textbox', { name: 'SQL of the check' })
  const sql = await editor.inputValue()
  await editor.fill('drop table git_commit')
  await page.getByRole('button', { name: 'Preview' }).click()
  await expect(page.getByRole('alert').or(page.getByText('The query was not accepted'))).toBeVisible()
  await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled()
  await editor.fill(`${sql}\n-- looked at by hand`)
  await page.getByRole('button', { name: 'Preview' }).click()
  await expect(page.getByText('Preview over the newest snapshots')).toBeVisible()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Back to Vouch’s own' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Go back' }).click()
  await expect(editor).toHaveValue(sql)
})

test('an export holds every row that the filters leave', async ({ page }) => {
  await open(page, '/checks')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('menuitem', { name: /^CSV/ }).click()
  const file = await (await download).createReadStream()
  const text = (await file.toArray()).join('')
  const { items } = await ask<{ items: { id: string }[] }>('/checks')
  for (const { id } of items) expect(text).toContain(id)
})

test('a change made elsewhere appears by itself', async ({ page }) => {
  await open(page, '/controls/host-firewall')
  await expect(page.getByText('Live')).toBeVisible()
  const response = await (await asOwner()).patch('/api/v1/controls/host-firewall', {
    data: { not_applicable_reason: 'A firewall of the hosting provider stands before every machine.' },
  })
  expect(response.status()).toBe(200)
  await expect(page.getByText('A firewall of the hosting provider stands before every machine.').first()).toBeVisible()
  await expect(page.getByText('Not applicable').first()).toBeVisible()
  await settled(page)
})

test('the scope decides which criteria count', async ({ page }) => {
  await open(page, '/scope')
  const privacy = page.getByRole('checkbox', { name: /^Privacy/ })
  await privacy.setChecked(!(await privacy.isChecked()))
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('The scope was changed.')).toBeVisible()
})

test.describe('addresses that lead nowhere', () => {
  test.use({ allowedErrors: [/404/] })

  test('have a page that says so', async ({ page }) => {
    for (const path of ['/nowhere', '/controls/nothing', '/checks/git.nothing']) {
      await open(page, path)
      await expect(page.getByRole('heading', { level: 1, name: 'Not found' })).toBeVisible()
    }
  })
})

test('a package is made with live progress', async ({ page }) => {
  test.setTimeout(180_000)
  await open(page, '/packages')
  await page.getByRole('button', { name: 'Make it' }).click()
  await expect(page.getByText('The package is ready.')).toBeVisible({ timeout: 150_000 })
  await expect(
    page.getByRole('table', { name: 'Packages' }).getByRole('button', { name: 'Download' }).first(),
  ).toBeVisible()
})
