import { expect, type Locator, type Page } from '@playwright/test'
import { open, settled, test } from './fixtures.ts'
import { newEmail, password, personWith, removePerson } from './people.ts'

const nobody = { cookies: [], origins: [] }

/** Opens the newest message to `email` as the owner. */
async function openMessage(page: Page, email: string, subject: string): Promise<Locator> {
  const message = page.getByRole('button', { name: `${email} ${subject}` })
  // A worker writes it, apart from the answer.
  await expect(async () => {
    await open(page, `/mail?q=${encodeURIComponent(email)}`)
    await expect(message.first()).toBeVisible({ timeout: 1_000 })
  }).toPass({ timeout: 30_000 })
  await message.first().click()
  return page.getByRole('dialog').getByRole('region', { name: 'The message' })
}

/** The link in the newest message to `email`. */
async function linkTo(page: Page, email: string, subject: string): Promise<string> {
  const letter = await openMessage(page, email, subject)
  const link = await letter.getByRole('link').getAttribute('href')
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click()
  return link ?? ''
}

test('an invitation is mailed, read in the preview, and joined by', async ({ page, browser }) => {
  const email = newEmail()
  await open(page, '/members')
  await page.getByRole('button', { name: 'Invite somebody' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText('This demo mails nothing: the message is under Mail')).toBeVisible()
  await dialog.getByLabel('E-mail address').fill(email)
  await dialog.getByRole('button', { name: 'Make the link' }).click()
  await expect(dialog.getByText(`${email} may join`)).toBeVisible()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('link', { name: 'Mail', exact: true }).first().click()
  await expect(page.getByText('Nothing is mailed here: you can read the messages instead')).toBeVisible()
  const first = await linkTo(page, email, 'Join')

  await open(page, '/members?tab=invitations')
  await page.getByRole('button', { name: `Send again: the invitation of ${email}` }).click()
  await expect(page.getByRole('dialog').getByText(`${email} may join`)).toBeVisible()
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click()
  await open(page, `/mail?q=${encodeURIComponent(email)}`)
  await expect(page.getByRole('cell', { name: 'Called off' })).toBeVisible()
  const second = await linkTo(page, email, 'Join')

  const context = await browser.newContext({ storageState: nobody })
  const theirs = await context.newPage()
  await theirs.goto(first)
  await expect(theirs.getByRole('alert')).toContainText('This invitation was used, was taken back, or is too old.')
  await theirs.goto('/sign-in')
  await theirs.goto(second)
  await theirs.getByLabel('Your name').fill('Mina Mailed')
  await theirs.getByRole('textbox', { name: 'Choose a password' }).fill(password)
  await theirs.getByRole('button', { name: 'Join and sign in' }).click()
  await expect(theirs.getByRole('button', { name: /^Mina Mailed Viewer$/ })).toBeVisible()
  await context.close()
})

test('a mailed link signs in once; used, it says so and offers another', async ({ page, browser }) => {
  const { person, context: before } = await personWith(browser, 'viewer', 'Lina Link')
  await before.close()
  const context = await browser.newContext({ storageState: nobody })
  const theirs = await context.newPage()
  await theirs.goto('/sign-in')
  await theirs.getByRole('button', { name: 'Mail me a link instead' }).click()
  await expect(theirs.getByText('Give your e-mail address.')).toBeVisible()
  await theirs.getByLabel('E-mail address').fill(person.email)
  await theirs.getByRole('button', { name: 'Mail me a link instead' }).click()
  await expect(theirs.getByRole('alert')).toContainText(`If ${person.email} has an account here`)
  const link = await linkTo(page, person.email, 'Your sign-in link for Vouch')
  await theirs.goto(link)
  await expect(theirs.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible()
  await context.close()

  const again = await browser.newContext({ storageState: nobody })
  const late = await again.newPage()
  await late.goto(link)
  await expect(late.getByRole('alert')).toContainText('This sign-in link was used or is too old.')
  await expect(late.getByRole('button', { name: 'Mail me a link instead' })).toBeVisible()
  await late.getByLabel('E-mail address').fill(newEmail())
  await late.getByRole('button', { name: 'Mail me a link instead' }).click()
  // The same for an address that nobody has.
  await expect(late.getByText('Look into your mailbox')).toBeVisible()
  await again.close()
  await removePerson(person)
})

test('a forgotten password is replaced by a mailed link, and other sessions end', async ({ page, browser }) => {
  const { person, context: elsewhere } = await personWith(browser, 'viewer', 'Rosa Reset')
  const context = await browser.newContext({ storageState: nobody })
  const theirs = await context.newPage()
  await theirs.goto('/sign-in')
  await theirs.getByRole('link', { name: 'Forgotten your password?' }).click()
  await theirs.getByLabel('E-mail address').fill(person.email)
  await theirs.getByRole('button', { name: 'Mail me a link' }).click()
  await expect(theirs.getByRole('alert')).toContainText(`If ${person.email} has an account here`)
  const link = await linkTo(page, person.email, 'Choose a new password for Vouch')
  await theirs.goto(link)
  const field = theirs.getByRole('textbox', { name: 'New password' })
  await field.fill('short')
  await theirs.getByRole('button', { name: 'Set it and sign in' }).click()
  await expect(theirs.getByText('Needs at least 12 characters.')).toBeVisible()
  await field.fill('lantern orbit thistle quarry')
  await theirs.getByRole('button', { name: 'Set it and sign in' }).click()
  await expect(theirs.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible()
  expect((await elsewhere.request.get('/api/v1/controls')).status()).toBe(401)
  const notice = await openMessage(page, person.email, 'Your Vouch password was changed')
  await expect(notice).toContainText('Hello Rosa Reset.')

  const late = await context.newPage()
  await late.goto(link)
  await late.getByRole('textbox', { name: 'New password' }).fill('lantern orbit thistle quarry')
  await late.getByRole('button', { name: 'Set it and sign in' }).click()
  await expect(late.getByRole('alert')).toContainText('This link was used or is too old.')
  await late.getByRole('link', { name: 'Have another link mailed' }).click()
  await expect(late.getByRole('button', { name: 'Mail me a link' })).toBeVisible()
  await context.close()
  await elsewhere.close()
  await removePerson(person)
})

test('the list of messages is searched, filtered, and tested', async ({ page }) => {
  await open(page, '/mail')
  await page.getByRole('button', { name: 'Send me a test message' }).click()
  await expect(page.getByText('The test message is in the list.')).toBeVisible()
  await open(page, '/mail?template=test')
  await page
    .getByRole('button', { name: /A test message from Vouch/ })
    .first()
    .click()
  await expect(page.getByRole('dialog').getByText('to see whether its messages arrive')).toBeVisible()
  await page.getByRole('dialog').getByRole('button', { name: 'Call it off' }).click()
  await expect(page.getByText('The message was called off.')).toBeVisible()
  await expect(page.getByRole('cell', { name: 'Called off' })).toBeVisible()
  await settled(page)
})
