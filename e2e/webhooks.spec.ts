import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from '@playwright/test'
import { Webhook } from 'standardwebhooks'
import { ask, asOwner, open, test } from './fixtures.ts'
import { personWith, removePerson } from './people.ts'

let receiver: Server
let status = 200
const received: { headers: IncomingHttpHeaders; body: string }[] = []

test.beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => {
      received.push({ headers: request.headers, body })
      response.writeHead(status).end(status === 200 ? 'thank you' : 'no room here')
    })
  })
  receiver.listen(0, '127.0.0.1')
  await once(receiver, 'listening')
})
test.afterAll(() => {
  receiver.closeAllConnections()
  receiver.close()
})

const address = () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`

test.use({ allowedErrors: [/400/] })

test('a program is told what happens, from the first test to its removal', async ({ page }) => {
  const { items } = await ask<{ items: { id: string }[] }>('/webhooks')
  const owner = await asOwner()
  for (const { id } of items) await owner.delete(`/api/v1/webhooks/${id}`)

  await open(page, '/webhooks')
  await expect(page.getByText('Nobody is told yet')).toBeVisible()
  await page.getByRole('button', { name: 'Add a webhook' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Address').fill('https://10.0.0.1/hook')
  await dialog.getByRole('button', { name: 'Add it' }).click()
  await expect(dialog.getByText(/10\.0\.0\.1 is not a public address/).first()).toBeVisible()
  await dialog.getByLabel('Address').fill(address())
  await dialog.getByLabel('Name').fill('Ticket system')
  await dialog.getByRole('radio', { name: 'What I choose' }).check()
  await dialog.getByRole('checkbox', { name: 'control.changed' }).check()
  await dialog.getByRole('button', { name: 'Add it' }).click()
  const secret = (await dialog.getByRole('region', { name: 'Secret' }).textContent()) ?? ''
  expect(secret).toMatch(/^whsec_/)
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Ticket system' })).toBeVisible()

  await page.getByRole('button', { name: 'Send a test' }).click()
  const table = page.getByRole('table', { name: 'Deliveries, newest first' })
  await expect(table.getByRole('row', { name: /webhook\.test.*Delivered/ })).toBeVisible()
  const [first] = received
  expect(new Webhook(secret).verify(first?.body ?? '', first?.headers as Record<string, string>)).toMatchObject({
    type: 'webhook.test',
  })

  status = 503
  const changed = await owner.patch('/api/v1/controls/account-ownership', { data: { owner: 'A. Person' } })
  expect(changed.ok()).toBe(true)
  await expect(page.getByText('It does not take what it is sent')).toBeVisible()
  await table.getByRole('link', { name: 'control.changed' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'control.changed' })).toBeVisible()
  await expect(page.getByText('no room here').first()).toBeVisible()
  status = 200
  await page.getByRole('button', { name: 'Send again' }).click()
  await expect(page.getByText('thank you')).toBeVisible()
  await page.getByRole('link', { name: 'Ticket system' }).click()
  await expect(page.getByText('It does not take what it is sent')).toBeHidden()

  await page.getByRole('button', { name: 'New secret…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Make it' }).click()
  await expect(page.getByRole('dialog').getByRole('region', { name: 'Secret' })).toContainText('whsec_')
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click()
  await expect(page.getByText(/signs too until/)).toBeVisible()

  await page.getByRole('button', { name: 'Send again since…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Send again' }).click()
  await expect(page.getByText(/events? on the way/)).toBeVisible()
  await page.getByRole('button', { name: 'Switch off' }).click()
  await expect(page.getByRole('button', { name: 'Switch on' })).toBeVisible()

  await page.getByRole('button', { name: 'Remove…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove it' }).click()
  await expect(page.getByText('Nobody is told yet')).toBeVisible()
})

test('a compliance manager sees webhooks and cannot change them; a viewer sees none', async ({ browser }) => {
  const owner = await asOwner()
  const made = await owner.post('/api/v1/webhooks', { data: { url: address(), description: 'Seen by others' } })
  const { id } = (await made.json()) as { id: string }
  const manager = await personWith(browser, 'compliance_manager', 'Mona Manager')
  const page = await manager.context.newPage()
  await open(page, `/webhooks/${id}`)
  await expect(page.getByRole('heading', { level: 1, name: 'Seen by others' })).toBeVisible()
  await expect(page.getByText('you see this and cannot change it')).toBeVisible()
  await expect(page.getByRole('button', { name: /Send a test|Remove|Edit/ })).toHaveCount(0)
  await manager.context.close()
  await removePerson(manager.person)
  const viewer = await personWith(browser, 'viewer', 'Vera Viewer')
  const theirs = await viewer.context.newPage()
  await open(theirs, '/webhooks')
  await expect(theirs.getByRole('heading', { level: 1, name: 'Not for your role' })).toBeVisible()
  await viewer.context.close()
  await removePerson(viewer.person)
  await owner.delete(`/api/v1/webhooks/${id}`)
})
