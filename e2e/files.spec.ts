import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page } from '@playwright/test'
import { ask, open, test } from './fixtures.ts'

const first = [
  'Employee ID,Name,Work Email,Status,Hire Date',
  'E1,Ada Brook,ada@example.test,active,2024-01-15',
  'E2,"Bo\nLind",bo@example.test,Left,2023-05-02',
  'E2,Cem Arslan,cem@example.test,active,2025-03-01',
].join('\n')
const newer = [
  'Employee ID,Name,Work Email,Status,Hire Date',
  'E1,Ada Brook,ada@example.test,active,2024-01-15',
  'E2,Bo Lind,bo@example.test,Left,2023-05-02',
  'E3,Cem Arslan,cem@example.test,active,2025-03-01',
].join('\n')

interface Snapshot {
  readonly id: string
  readonly resource: string
  readonly records: number
  readonly complete: boolean
}

/** Chooses a file for the button of that name, as a person does. */
async function choose(page: Page, button: string, name: string, content: string): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: button }).click()
  await (await chooser).setFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) })
}

test('a CSV is uploaded, mapped, put right, saved, collected and replaced by a newer one', async ({ page }) => {
  const name = `People by hand ${Date.now()}`
  await open(page, '/connections/new?kind=files')
  await page.getByRole('textbox', { name: 'Name' }).fill(name)
  // Only when asked, so that the collections are those of this test.
  await page.getByRole('combobox', { name: 'Collect' }).click()
  await page.getByRole('option', { name: 'On demand only' }).click()
  await page.getByRole('button', { name: 'Add it' }).click()
  await expect(page.getByText('Upload at least one file.')).toBeVisible()

  await choose(page, 'Choose files', 'people.csv', first)
  await expect(page.getByRole('combobox', { name: /^One row is/ })).toHaveValue('Employee')
  await expect(page.getByRole('combobox', { name: /^Email/ })).toHaveValue('Work Email')
  await expect(page.getByText('2 problems in 3 rows')).toBeVisible()
  const rows = page.getByRole('table', { name: 'First rows of people.csv' })
  await expect(rows.getByRole('cell', { name: /^Left \(one of active/ })).toBeVisible()
  await expect(rows.getByRole('cell', { name: /^E2 \(the same employee_id as in line 3\)/ })).toBeVisible()

  await page.getByRole('combobox', { name: '“Left” in Status means' }).click()
  await page.getByRole('option', { name: 'Terminated' }).click()
  await expect(page.getByText('1 problem in 3 rows')).toBeVisible()
  await choose(page, 'Choose files', 'people.csv', newer)
  await expect(page.getByText('No problem in 3 rows')).toBeVisible()
  await page.getByRole('button', { name: 'Test' }).click()
  await expect(page.getByText('It can be reached')).toBeVisible()
  await page.getByRole('button', { name: 'Add it' }).click()

  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
  await page.getByRole('button', { name: 'Collect now' }).click()
  const runs = page.getByRole('table', { name: 'Collections of this connection' })
  await expect(runs.getByRole('row').filter({ hasText: 'hr.employee 3' })).toHaveCount(1)
  const id = page.url().split('/').at(-1) ?? ''
  const newest = async () =>
    (
      await ask<{ items: Snapshot[] }>(
        `/evidence/snapshots?connection_id=${id}&resource=hr.employee&sort=-collected_at&limit=1`,
      )
    ).items[0]
  const snapshot = await newest()
  expect(snapshot).toMatchObject({ resource: 'hr.employee', records: 3, complete: true })
  const { items } = await ask<{ items: { record: object }[] }>(`/evidence/snapshots/${snapshot?.id}/records`)
  expect(items[1]?.record).toEqual({
    employee_id: 'E2',
    // The sample keeps people to itself.
    name: expect.stringMatching(/^Person p-[a-z2-7]{16}$/),
    email: expect.stringMatching(/^p-[a-z2-7]{16}@example\.test$/),
    status: 'terminated',
    start_date: '2023-05-02',
  })

  await page.getByRole('button', { name: 'Replace people.csv' }).click()
  const dialog = page.getByRole('dialog')
  await choose(page, 'Choose a file', 'people-june.csv', `${newer}\nE4,Dee Park,dee@example.test,active,2026-06-01\n`)
  await expect(dialog.getByText('No problem in 4 rows')).toBeVisible()
  await dialog.getByRole('button', { name: 'Use this file' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('button', { name: 'Replace people-june.csv' })).toBeVisible()
  await page.getByRole('button', { name: 'Collect now' }).click()
  await expect(runs.getByRole('row').filter({ hasText: 'hr.employee 4' })).toHaveCount(1)
  expect((await newest())?.records).toBe(4)
})

test('files of a folder are listed, chosen and mapped', async ({ page }) => {
  const folder = await mkdtemp(join(tmpdir(), 'vouch-e2e-files-'))
  await writeFile(join(folder, 'accounts.csv'), 'Login;E-Mail Address;MFA\nada;ada@example.test;yes\n')
  await writeFile(join(folder, 'notes.txt.bak'), 'no table')
  await open(page, '/connections/new?kind=files')
  await page.getByText('A folder on the server').click()
  await page.getByLabel('Folder', { exact: true }).fill(folder)
  await page.keyboard.press('Enter')
  await page.getByRole('checkbox', { name: 'accounts.csv' }).check()
  await expect(page.getByRole('combobox', { name: /^One row is/ })).toHaveValue('Account')
  await expect(page.getByText('No problem in 1 row')).toBeVisible()
  await page.getByRole('button', { name: /^How it is read: CSV or TSV, UTF-8, semicolon/ }).click()
  await page.getByRole('textbox', { name: 'File or pattern' }).fill('acc*.csv')
  await expect(page.getByRole('region', { name: 'First rows of accounts.csv' })).toBeVisible()
  await page.getByRole('checkbox', { name: 'accounts.csv' }).check()
  await page.getByRole('button', { name: 'Leave acc*.csv out' }).click()
  await expect(page.getByRole('button', { name: /acc\*\.csv/ })).toHaveCount(0)
  await rm(folder, { recursive: true })
})

test.describe('what is no table', () => {
  test.use({ allowedErrors: [/415|404/] })

  test('is refused with what to do, and a folder that does not exist is said', async ({ page }) => {
    await open(page, '/connections/new?kind=files')
    await choose(page, 'Choose files', 'people.csv', '%PDF-1.7 a report')
    await expect(page.getByText(/By its content "people.csv" is a PDF; export a table instead/)).toBeVisible()
    await page.getByText('A folder on the server').click()
    await page.getByLabel('Folder', { exact: true }).fill('/no/such/folder')
    await page.getByRole('button', { name: 'Look into it' }).click()
    await expect(page.getByText('The folder /no/such/folder does not exist on this machine.')).toBeVisible()
  })
})
