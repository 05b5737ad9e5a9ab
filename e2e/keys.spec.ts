import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, type Page } from '@playwright/test'
import { address, open, settled, test } from './fixtures.ts'
import { personWith, removePerson } from './people.ts'

const run = promisify(execFile)

/** `./vouch push` as a pipeline runs it: by the environment, with no data folder. */
async function push(key: string, ...args: string[]): Promise<{ code: number; out: string }> {
  const env = { PATH: process.env.PATH, VOUCH_URL: address(), VOUCH_KEY: key, VOUCH_DATA: '/nowhere' }
  try {
    const { stdout } = await run('./vouch', ['push', ...args], { env })
    return { code: 0, out: stdout }
  } catch (thrown) {
    const { code, stderr } = thrown as { code: number; stderr: string }
    return { code, out: stderr }
  }
}

async function makeKey(page: Page, name: string): Promise<string> {
  await open(page, '/keys')
  await page.getByRole('button', { name: 'Make a key' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Make the key' }).click()
  await expect(dialog.getByText('Choose what it may do.')).toBeVisible()
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByRole('radio', { name: /^A service/ }).check()
  await dialog.getByRole('button', { name: 'Push evidence and records' }).click()
  await expect(dialog.getByRole('checkbox', { name: 'File documents as evidence' })).toBeChecked()
  await dialog.getByRole('button', { name: 'Make the key' }).click()
  const key = (await dialog.getByRole('region', { name: 'The key' }).textContent()) ?? ''
  expect(key).toMatch(/^vouch_[0-9a-f]{32}_/)
  await expect(dialog.getByRole('region', { name: 'Try it' })).toContainText(`VOUCH_KEY=${key}`)
  await dialog.getByRole('button', { name: 'I have copied it' }).click()
  await expect(page.getByRole('row', { name: new RegExp(name) })).toContainText('In use')
  return key
}

test('a key is made, pushes evidence and records, is seen on the pages, and is refused once it is revoked', async ({
  page,
}) => {
  test.setTimeout(180_000)
  const folder = await mkdtemp(join(tmpdir(), 'vouch-e2e-push-'))
  const name = `Pipeline ${Date.now()}`
  const key = await makeKey(page, name)

  await open(page, '/connections/new?kind=push')
  await page.getByRole('textbox', { name: 'Name' }).fill(`Scanner ${name}`)
  await page.getByRole('combobox', { name: 'Kind of records' }).click()
  await page.getByRole('option', { name: 'vulnerability.finding' }).click()
  await page.getByRole('button', { name: 'Test' }).click()
  await expect(page.getByText('Nothing has to be reached')).toBeVisible()
  await page.getByRole('button', { name: 'Add it' }).click()
  await expect(page.getByRole('heading', { level: 1, name: `Scanner ${name}` })).toBeVisible()
  const connection = page.url().split('/').at(-1) ?? ''

  const wrong = join(folder, 'wrong.jsonl')
  await writeFile(wrong, '{"finding_id":"1","severity":"high"}\n{"finding_id":"2","severity":"urgent"}\n')
  const records = ['--connection', connection, '--resource', 'vulnerability.finding']
  expect(await push(key, 'records', wrong, ...records)).toMatchObject({
    code: 1,
    out: expect.stringMatching(/line 2: severity/),
  })
  const right = join(folder, 'right.jsonl')
  await writeFile(right, '{"finding_id":"1","severity":"high"}\n{"finding_id":"2","severity":"critical"}\n')
  expect(await push(key, 'records', right, ...records, '--total', '2')).toMatchObject({ code: 0 })
  const pushes = page.getByRole('table', { name: 'Collections of this connection' })
  await expect(pushes.getByRole('row', { name: /Succeeded/ })).toContainText(`pushed by ${name}`)
  await expect(pushes.getByRole('row', { name: /Failed/ })).toContainText('line 2')

  const proof = join(folder, 'proof.txt')
  await writeFile(proof, 'It was restored.\n')
  const evidence = ['--control', 'backup-restoration-tested', '--title', `Restore by ${name}`]
  expect(await push(key, 'evidence', proof, ...evidence, '--source', 'https://ci.company.example/9')).toMatchObject({
    code: 0,
  })
  await open(page, `/evidence?tab=documents&q=${encodeURIComponent(name)}`)
  const filed = page.getByRole('row', { name: new RegExp(`Restore by ${name}`) })
  await expect(filed).toContainText(name)
  await expect(filed.getByRole('link', { name: 'ci.company.example' })).toHaveAttribute(
    'href',
    'https://ci.company.example/9',
  )

  await open(page, '/keys')
  await page.getByRole('button', { name: `Revoke ${name}` }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke it' }).click()
  await expect(page.getByRole('row', { name: new RegExp(name) })).toHaveCount(0)
  expect(await push(key, 'evidence', proof, ...evidence)).toMatchObject({ code: 77 })
  await open(page, `/keys?state=ended&q=${encodeURIComponent(name)}`)
  await expect(page.getByRole('row', { name: new RegExp(name) })).toContainText('Revoked')
  await rm(folder, { recursive: true })
})

test('a control owner makes keys of their own only, within what they may do', async ({ browser }) => {
  const { person, context } = await personWith(browser, 'control_owner', 'Kay Owner')
  const page = await context.newPage()
  await open(page, '/keys')
  await expect(page.getByText('No key is in use')).toBeVisible()
  await page.getByRole('button', { name: 'Make a key' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('checkbox', { name: 'File documents as evidence' })).toBeVisible()
  await expect(dialog.getByRole('radio')).toHaveCount(0)
  await expect(dialog.getByRole('checkbox', { name: /Push records/ })).toHaveCount(0)
  await settled(page)
  await context.close()
  await removePerson(person)
})

test('a viewer has no page of keys', async ({ browser }) => {
  const { person, context } = await personWith(browser, 'viewer', 'Vic Viewer')
  const page = await context.newPage()
  await open(page, '/keys')
  await expect(page.getByRole('button', { name: 'Make a key' })).toHaveCount(0)
  await context.close()
  await removePerson(person)
})
