import { expect, type Page } from '@playwright/test'
import { ask, asOwner, open, settled, test } from './fixtures.ts'
import { newEmail, password, personWith, removePerson } from './people.ts'

const nobody = { cookies: [], origins: [] }

async function fillIn(page: Page, email: string, secret: string): Promise<void> {
  await page.getByLabel('E-mail address').fill(email)
  await page.getByRole('textbox', { name: 'Password' }).fill(secret)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

test.describe('signed out', () => {
  test.use({ storageState: nobody, allowedErrors: [/40[14]|410/] })

  test('a person signs in, wrongly and rightly, and is led where they wanted to be', async ({ page, browser }) => {
    const { person, context } = await personWith(browser, 'viewer', 'Wanda Way')
    await context.close()
    await page.goto('/checks?q=review')
    await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible()
    await fillIn(page, person.email, 'not my password')
    await expect(page.getByRole('alert')).toHaveText('The address or the password is not right.')
    await expect(page.getByRole('textbox', { name: 'Password' })).toBeFocused()
    await fillIn(page, person.email, password)
    await expect(page.getByRole('heading', { level: 1, name: 'Checks' })).toBeVisible()
    await expect(page).toHaveURL(/\/checks\?q=review$/)
    await settled(page)
    await removePerson(person)
  })

  test('nobody is led to another site', async ({ page, browser, baseURL }) => {
    const { person, context } = await personWith(browser, 'viewer', 'Olga Open')
    await context.close()
    await page.goto(`/sign-in?to=${encodeURIComponent('/..//evil.example')}`)
    await fillIn(page, person.email, password)
    await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible()
    expect(new URL(page.url()).origin).toBe(new URL(baseURL ?? '').origin)
    await settled(page)
    await removePerson(person)
  })

  test('links that are over say so, and their tokens leave the address', async ({ page }) => {
    await page.goto('/sign-in#used-long-ago')
    await expect(page.getByRole('alert')).toContainText('This sign-in link was used or is too old.')
    await expect(page).toHaveURL(/\/sign-in$/)
    await page.goto('/set-up#used-long-ago')
    await expect(page.getByRole('heading', { level: 1, name: 'Vouch is set up already' })).toBeVisible()
    await page.goto('/join#0123456789abcdef0123456789abcdefused')
    await expect(page.getByRole('alert')).toContainText('This invitation was used, was taken back, or is too old.')
  })
})

test('signing out ends the session and shows nothing more', async ({ browser }) => {
  const { person, context } = await personWith(browser, 'viewer', 'Sig Nout')
  const page = await context.newPage()
  await open(page, '/controls')
  await page.getByRole('button', { name: /^Sig Nout Viewer$/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible()
  expect((await context.request.get('/api/v1/controls')).status()).toBe(401)
  await page.goBack()
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible()
  await context.close()
  await removePerson(person)
})

test('an invited person joins in a browser of their own and sees what their role has', async ({ page, browser }) => {
  const email = newEmail()
  await open(page, '/members')
  await page.getByRole('button', { name: 'Invite somebody' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('E-mail address').fill(email)
  await dialog.getByRole('radio', { name: /^Viewer/ }).check()
  await dialog.getByRole('button', { name: 'Make the link' }).click()
  const link = (await dialog.getByRole('region', { name: 'Link of the invitation' }).textContent()) ?? ''
  await dialog.getByRole('button', { name: 'Done' }).click()

  const context = await browser.newContext({ storageState: nobody })
  const theirs = await context.newPage()
  await theirs.goto(link)
  await expect(theirs.getByText(`${email} is invited as a viewer.`)).toBeVisible()
  await theirs.getByLabel('Your name').fill('Vita Newcomer')
  await theirs.getByRole('textbox', { name: 'Choose a password' }).fill(password)
  await theirs.getByRole('button', { name: 'Join and sign in' }).click()
  await expect(theirs.getByRole('button', { name: /^Vita Newcomer Viewer$/ })).toBeVisible()
  // The owner's list has heard of it.
  await expect(page.getByRole('table', { name: 'Members' })).toContainText('Vita Newcomer')

  const menu = theirs.getByRole('navigation', { name: 'Main' })
  await expect(menu.getByRole('link', { name: 'Controls' })).toBeVisible()
  for (const hidden of ['Evidence', 'Connections', 'Packages', 'Members'])
    await expect(menu.getByRole('link', { name: hidden })).toHaveCount(0)
  await open(theirs, '/controls/account-ownership')
  await expect(theirs.getByText('You are a viewer here, so you see this and cannot change it.')).toBeVisible()
  await expect(theirs.getByRole('button', { name: /^(Save|File a document)$/ })).toHaveCount(0)
  await open(theirs, '/checks')
  await expect(theirs.getByRole('button', { name: 'Run all checks' })).toHaveCount(0)
  await open(theirs, '/scope')
  await expect(theirs.getByRole('checkbox', { name: /^Privacy/ })).toBeDisabled()
  await expect(theirs.getByRole('button', { name: 'Save' })).toHaveCount(0)
  await open(theirs, '/evidence')
  await expect(theirs.getByRole('heading', { level: 1, name: 'Not for your role' })).toBeVisible()
  const refused = await context.request.patch('/api/v1/controls/account-ownership', { data: { owner: 'Mallory' } })
  expect(refused.status()).toBe(403)
  expect((await context.request.get('/api/v1/members')).status()).toBe(403)

  // The link was for one use.
  const late = await context.newPage()
  await late.goto(link)
  await expect(late.getByRole('heading', { level: 1, name: 'This invitation is over' })).toBeVisible()
  await context.close()

  await page.getByRole('button', { name: 'Remove Vita Newcomer' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByRole('table', { name: 'Members' })).not.toContainText('Vita Newcomer')
})

test('a change of role applies at once on the page that the person has open', async ({ page, browser }) => {
  const { person, context } = await personWith(browser, 'viewer', 'Rolf Change')
  const theirs = await context.newPage()
  await open(theirs, '/checks')
  await expect(theirs.getByText('Live', { exact: true })).toBeVisible()
  await open(page, `/members?q=${encodeURIComponent(person.email)}`)
  const change = async (role: RegExp) => {
    await page.getByRole('button', { name: 'Change role of Rolf Change' }).click()
    await page.getByRole('dialog').getByRole('radio', { name: role }).check()
    await page.getByRole('dialog').getByRole('button', { name: 'Change it' }).click()
    await expect(page.getByRole('dialog')).toBeHidden()
  }
  await change(/^Compliance manager/)
  await expect(theirs.getByRole('button', { name: 'Run all checks' })).toBeVisible()
  await expect(theirs.getByRole('link', { name: 'Connections', exact: true })).toBeVisible()
  await change(/^Employee/)
  await expect(theirs.getByRole('heading', { level: 1, name: 'Not for your role' })).toBeVisible()
  await theirs.getByRole('link', { name: 'Home' }).click()
  await expect(theirs.getByRole('heading', { level: 1, name: 'Welcome, Rolf Change' })).toBeVisible()
  await expect(theirs.getByText('Nothing is due')).toBeVisible()
  await context.close()
  await removePerson(person)
})

test('a session that was ended elsewhere leads to the sign-in page and back', async ({ browser }) => {
  const { person, context } = await personWith(browser, 'viewer', 'Ende Session')
  const page = await context.newPage()
  await open(page, '/ledger')
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  const elsewhere = await browser.newContext({ storageState: nobody })
  const there = await elsewhere.newPage()
  await there.goto('/sign-in')
  await fillIn(there, person.email, password)
  await expect(there.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible()
  await open(there, '/account')
  await expect(there.getByRole('list', { name: 'Sessions' }).getByRole('listitem')).toHaveCount(2)
  await there.getByRole('button', { name: 'End all others' }).click()
  await expect(there.getByRole('list', { name: 'Sessions' }).getByRole('listitem')).toHaveCount(1)

  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible()
  const asked: string[] = []
  page.on('request', request => asked.push(new URL(request.url()).pathname))
  await fillIn(page, person.email, password)
  await expect(page.getByRole('heading', { level: 1, name: 'Ledger' })).toBeVisible()
  // The stream was not asked for again before there was a session.
  expect(asked.indexOf('/api/v1/events')).toBeGreaterThan(asked.indexOf('/ledger'))
  await context.close()
  await elsewhere.close()
  await removePerson(person)
})

test('a person works in several organisations, one at a time, and the last owner cannot leave', async ({ browser }) => {
  const home = (await ask<{ organisation: { name: string } }>('/session')).organisation.name
  const { person, context } = await personWith(browser, 'owner', 'Mo Several')
  const page = await context.newPage()
  const name = `Second Works ${person.id.slice(0, 6)}`
  await open(page, '/controls')
  await page.getByRole('button', { name: /^Mo Several Owner$/ }).click()
  await page.getByRole('menuitem', { name: 'New organisation…' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill(name)
  await page.getByRole('dialog').getByRole('button', { name: 'Make it' }).click()
  const side = page.getByRole('complementary', { name: 'Navigation' })
  await expect(side.getByText(name)).toBeVisible()
  await expect(page.getByText(`SOC 2 readiness of ${name}`)).toBeVisible()

  await open(page, '/account')
  await page.getByRole('button', { name: 'Leave the organisation' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click()
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('This is the last owner.')
  await page.getByRole('dialog').getByRole('button', { name: 'Stay' }).click()

  await page.getByRole('button', { name: /^Mo Several Owner$/ }).click()
  await expect(page.getByRole('menuitemradio', { name, exact: true })).toBeChecked()
  await page.getByRole('menuitemradio', { name: home, exact: true }).click()
  await expect(page.getByText(`SOC 2 readiness of ${home}`)).toBeVisible()
  await expect(side.getByText(home)).toBeVisible()
  await settled(page)
  await context.close()
  await removePerson(person)
})

test('a person without an organisation is told what to do, and goes on once invited', async ({ browser }) => {
  const { person, context } = await personWith(browser, 'viewer', 'Nora None')
  const page = await context.newPage()
  await open(page, '/controls')
  await removePerson(person)
  await expect(page.getByRole('heading', { level: 1, name: 'Welcome, Nora None' })).toBeVisible()
  await expect(page.getByText('You belong to no organisation at the moment')).toBeVisible()
  const owner = await asOwner()
  const invited = await owner.post('/api/v1/invitations', { data: { email: person.email, role: 'auditor' } })
  const { link } = (await invited.json()) as { link: string }
  await page.goto(link)
  await page.getByRole('textbox', { name: 'Password' }).fill(password)
  await page.getByRole('button', { name: 'Join and sign in' }).click()
  await expect(page.getByRole('button', { name: /^Nora None Auditor$/ })).toBeVisible()
  await context.close()
  await removePerson(person)
})

test('an account’s password is changed by whoever knows it', async ({ browser }) => {
  const { person, context } = await personWith(browser, 'employee', 'Paul Word')
  const page = await context.newPage()
  await open(page, '/account')
  await page.getByRole('textbox', { name: 'Present password' }).fill('not my password')
  await page.getByRole('textbox', { name: 'New password' }).fill('lantern orbit thistle quarry')
  await page.getByRole('button', { name: 'Change the password' }).click()
  await expect(page.getByText('Is not your present password')).toBeVisible()
  await page.getByRole('textbox', { name: 'Present password' }).fill(password)
  await page.getByRole('button', { name: 'Change the password' }).click()
  await expect(page.getByText('Your password was changed. Your other sessions have ended.')).toBeVisible()
  await context.close()
  await removePerson(person)
})
