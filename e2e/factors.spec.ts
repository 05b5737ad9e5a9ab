import AxeBuilder from '@axe-core/playwright'
import { type Browser, type BrowserContext, expect, type Page } from '@playwright/test'
import { codeAt } from '../src/platform/sign-in/totp.ts'
import { ageSessions } from './age-session.ts'
import { address, ask, open, settled, test } from './fixtures.ts'
import { invite, newEmail, type Person, password, personWith, removePerson } from './people.ts'

const nobody = { cookies: [], origins: [] }
const stepMs = 30_000

/** What the page sends to `path` next. */
async function keepRequest(page: Page, path: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  await page.route(
    `**${path}`,
    async route => {
      resolve(route.request().postData() ?? '')
      await route.continue()
    },
    { times: 1 },
  )
  return promise
}

/** Gives the page's browser a device that keeps passkeys and whose holder is there, by the DevTools protocol. */
async function addDevice(page: Page) {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return {
    verified: (isUserVerified: boolean) => cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
  }
}

async function fillIn(page: Page, email: string): Promise<void> {
  await page.getByLabel('E-mail address').fill(email)
  await page.getByRole('textbox', { name: 'Password' }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

async function signOut(page: Page, name: RegExp): Promise<void> {
  await page.getByRole('button', { name }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible()
}

/** Adds an authenticator app on the account page. Returns its key and the recovery codes. */
async function addApp(page: Page): Promise<{ key: string; codes: string[] }> {
  await page.getByRole('button', { name: 'Add an authenticator app' }).click()
  const { key } = await confirmApp(page)
  const list = page.getByRole('list', { name: 'Recovery codes' })
  await expect(list.getByRole('listitem')).toHaveCount(10)
  const codes = await list.getByRole('listitem').allTextContents()
  await page.getByRole('button', { name: 'I have kept them' }).click()
  return { key, codes }
}

async function confirmApp(page: Page): Promise<{ key: string }> {
  await expect(page.getByRole('img', { name: 'QR code for an authenticator app' })).toBeVisible()
  const key = ((await page.locator('#totp-key').textContent()) ?? '').replaceAll(' ', '')
  await page.getByLabel('Code that the app shows').fill(codeAt(key, Date.now()))
  await page.getByRole('button', { name: 'Confirm' }).click()
  return { key }
}

async function finish(context: BrowserContext, person: Person): Promise<void> {
  await context.close()
  await removePerson(person)
}

async function withPage(browser: Browser, role: string, name: string) {
  const { person, context } = await personWith(browser, role, name)
  return { person, context, page: await context.newPage() }
}

const axeFindsNothing = async (page: Page) =>
  expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([])

test('an authenticator app is added, asked for at sign-in, taken once, and removed', async ({ browser }) => {
  const { person, context, page } = await withPage(browser, 'viewer', 'Theo Topp')
  await open(page, '/account')
  await page.getByRole('button', { name: 'Add an authenticator app' }).click()
  await page.getByLabel('Code that the app shows').fill('abcdef')
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(page.getByText('Is not the code that the app shows now')).toBeVisible()
  await axeFindsNothing(page)
  await page.keyboard.press('Escape')
  const { key, codes } = await addApp(page)
  await expect(page.getByRole('list', { name: 'Second factors' })).toContainText('10 codes left')

  await signOut(page, /^Theo Topp Viewer$/)
  await fillIn(page, person.email)
  await expect(page.getByRole('heading', { level: 1, name: 'One thing more' })).toBeVisible()
  await axeFindsNothing(page)
  // Half a session opens nothing.
  expect((await context.request.get('/api/v1/overview')).status()).toBe(401)
  await page.getByLabel('Code of your authenticator app').fill('000000')
  await page.getByRole('button', { name: 'Go on' }).click()
  await expect(page.getByRole('alert')).toContainText('This code is not right, or was used before.')
  const code = codeAt(key, Date.now() + stepMs)
  await page.getByLabel('Code of your authenticator app').fill(code)
  await page.getByRole('button', { name: 'Go on' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible()
  await open(page, '/account')
  await expect(page.getByRole('list', { name: 'Sessions' })).toContainText(
    'with the password and a code of the authenticator app',
  )

  // Elsewhere the same code is good for nothing; a recovery code is, once.
  const elsewhere = await browser.newContext({ baseURL: address(), storageState: nobody })
  const other = await elsewhere.newPage()
  await other.goto('/sign-in')
  await fillIn(other, person.email)
  await other.getByLabel('Code of your authenticator app').fill(code)
  await other.getByRole('button', { name: 'Go on' }).click()
  await expect(other.getByRole('alert')).toContainText('was used before')
  await other.getByRole('button', { name: 'Use a recovery code' }).click()
  await other.getByLabel('Recovery code').fill((codes[3] ?? '').toLowerCase())
  await other.getByRole('button', { name: 'Go on' }).click()
  await expect(other.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible()

  await page.reload()
  await expect(page.getByRole('list', { name: 'Second factors' })).toContainText('9 codes left')
  await page.getByRole('button', { name: 'Remove the authenticator app' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByText('You have none: whoever learns your password')).toBeVisible()
  // What it let in ends.
  await expect(other.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible()
  await elsewhere.close()
  await finish(context, person)
})

test('recovery codes are copied, downloaded, and made anew', async ({ browser }) => {
  const { person, context, page } = await withPage(browser, 'viewer', 'Reka Very')
  await open(page, '/account')
  const { codes } = await addApp(page)
  await page.getByRole('button', { name: 'Make new ones' }).click()
  const list = page.getByRole('list', { name: 'Recovery codes' })
  await expect(list.getByRole('listitem')).toHaveCount(10)
  const fresh = await list.getByRole('listitem').allTextContents()
  expect(fresh.filter(code => codes.includes(code))).toEqual([])
  await axeFindsNothing(page)
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download' }).click()
  const file = (await (await (await download).createReadStream()).toArray()).join('')
  for (const code of fresh) expect(file).toContain(code)
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await finish(context, person)
})

test('a passkey is made, signs in alone, and is refused once it was removed', async ({ browser }) => {
  const { person, context, page } = await withPage(browser, 'viewer', 'Pia Sskey')
  const device = await addDevice(page)
  await open(page, '/account')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('Grey laptop')
  await axeFindsNothing(page)
  await page.getByRole('button', { name: 'Make the passkey' }).click()
  await page.getByRole('button', { name: 'I have kept them' }).click()
  const factors = page.getByRole('list', { name: 'Second factors' })
  await expect(factors).toContainText('Grey laptop')
  await expect(factors).toContainText('never used yet')
  // The same device has one already.
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByRole('button', { name: 'Make the passkey' }).click()
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('has a passkey for your account already')
  await page.keyboard.press('Escape')

  await signOut(page, /^Pia Sskey Viewer$/)
  // Its holder must show who they are.
  await device.verified(false)
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await expect(page.getByRole('alert')).toContainText('No passkey was used')
  await device.verified(true)
  const sent = keepRequest(page, '/api/v1/session/passkey')
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible()
  await open(page, '/account')
  await expect(page.getByRole('list', { name: 'Sessions' })).toContainText('by a passkey')
  await expect(factors).toContainText('last used')

  // What signed in once signs in nobody else, and an answer for another origin nobody at all.
  const thief = await browser.newContext({ baseURL: address(), storageState: nobody })
  const replayed = JSON.parse(await sent)
  expect((await thief.request.post('/api/v1/session/passkey', { data: replayed })).status()).toBe(401)
  const { challenge } = await (await thief.request.get('/api/v1/session/passkey/options')).json()
  const client = JSON.parse(Buffer.from(replayed.passkey.response.clientDataJSON, 'base64url').toString())
  const forged = structuredClone(replayed)
  forged.passkey.response.clientDataJSON = Buffer.from(
    JSON.stringify({ ...client, challenge, origin: 'https://evil.example' }),
  ).toString('base64url')
  expect((await thief.request.post('/api/v1/session/passkey', { data: forged })).status()).toBe(401)
  await thief.close()

  // The password alone is not enough; the passkey completes it.
  await signOut(page, /^Pia Sskey Viewer$/)
  await fillIn(page, person.email)
  await expect(page.getByRole('heading', { level: 1, name: 'One thing more' })).toBeVisible()
  await expect(page.getByLabel('Recovery code')).toBeVisible()
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible()

  await open(page, '/account')
  await page.getByRole('button', { name: 'Remove Grey laptop' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByText('You have none: whoever learns your password')).toBeVisible()
  await signOut(page, /^Pia Sskey Viewer$/)
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await expect(page.getByRole('alert')).toContainText('This passkey is not known here, or was removed.')
  await fillIn(page, person.email)
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible()
  await finish(context, person)
})

test('a passkey of another origin is none here', async ({ browser }) => {
  const { person, context, page } = await withPage(browser, 'viewer', 'Otto Rigin')
  await addDevice(page)
  // By its number the server is not the site that passkeys are for.
  const { port } = new URL(address())
  await page.goto(`http://127.0.0.1:${port}/sign-in`)
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await expect(page.getByRole('alert')).toContainText('Passkeys do not work at this address.')
  await finish(context, person)
})

test('an organisation requires a second factor: members add one first, and then go on where they are', async ({
  browser,
}) => {
  const { person, context, page } = await withPage(browser, 'owner', 'Rea Quire')
  const made = await context.request.post('/api/v1/organisations', { data: { name: 'Careful Works' } })
  expect(made.status()).toBe(201)
  const token = await invite(newEmail(), 'compliance_manager', context.request)
  const theirs = await browser.newContext({ baseURL: address(), storageState: nobody })
  await theirs.request.post('/api/v1/join', { data: { token, name: 'Mona Ember', password } })
  const member = await theirs.newPage()
  await open(member, '/controls')
  await expect(member.getByText('Live', { exact: true })).toBeVisible()

  await open(page, '/members?tab=sign-in')
  await expect(page.getByText('2 members have none.')).toBeVisible()
  await page.getByLabel('Members need a second factor').click({ force: true })
  await page.getByRole('button', { name: 'Require it' }).click()
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('You would lock yourself out')
  await page.getByRole('button', { name: 'Leave it' }).click()
  await open(page, '/account')
  await addApp(page)
  await open(page, '/members?tab=sign-in')
  await page.getByLabel('Members need a second factor').click({ force: true })
  await page.getByRole('button', { name: 'Require it' }).click()
  await expect(page.getByLabel('Members need a second factor')).toBeChecked()

  // The member's open page hears of it.
  await expect(member.getByRole('heading', { level: 1, name: 'Careful Works requires a second factor' })).toBeVisible()
  await axeFindsNothing(member)
  const refused = await theirs.request.get('/api/v1/controls')
  expect([refused.status(), (await refused.json()).code]).toEqual([403, 'second_factor_needed'])
  await member.getByRole('button', { name: 'Add an authenticator app' }).click()
  await confirmApp(member)
  await member.getByRole('button', { name: 'I have kept them' }).click()
  await expect(member.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible()
  await open(page, '/members')
  await expect(page.getByRole('row', { name: /Mona Ember/ })).toContainText('Two factors')

  await open(page, '/account')
  await page.getByRole('button', { name: 'Remove the authenticator app' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('Careful Works requires a second factor')
  await theirs.close()
  await finish(context, person)
})

test('what is sensitive asks again who somebody is, once, and goes on with what they did', async ({ browser }) => {
  const { person, context, page } = await withPage(browser, 'owner', 'Stepan Upp')
  await open(page, '/members')
  await ageSessions(person.id, 1_000)
  await page.getByRole('button', { name: 'Invite somebody' }).click()
  await page.getByRole('dialog').getByLabel('E-mail address').fill(newEmail())
  await page
    .getByRole('dialog')
    .getByRole('radio', { name: /^Viewer/ })
    .check()
  await page.getByRole('dialog').getByRole('button', { name: 'Make the link' }).click()
  const asking = page.getByRole('dialog', { name: 'Is it still you?' })
  await expect(asking).toBeVisible()
  await axeFindsNothing(page)
  await asking.getByRole('textbox', { name: 'Password' }).fill('not my password')
  await asking.getByRole('button', { name: 'Go on' }).click()
  await expect(asking.getByRole('alert')).toContainText('This is not your password.')
  await asking.getByRole('textbox', { name: 'Password' }).fill(password)
  await asking.getByRole('button', { name: 'Go on' }).click()
  await expect(asking).toBeHidden()
  await expect(page.getByRole('region', { name: 'Link of the invitation' })).toContainText('/join#')
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click()
  await settled(page)

  // A download too; whoever thinks better of it gets nothing.
  await open(page, '/activity')
  await ageSessions(person.id, 1_000)
  const exportCsv = async () => {
    await page.getByRole('button', { name: 'Export' }).click()
    await page.getByRole('menuitem', { name: /^CSV/ }).click()
    await expect(asking).toBeVisible()
  }
  await exportCsv()
  await page.keyboard.press('Escape')
  await expect(asking).toBeHidden()
  const download = page.waitForEvent('download')
  await exportCsv()
  await asking.getByRole('textbox', { name: 'Password' }).fill(password)
  await asking.getByRole('button', { name: 'Go on' }).click()
  const file = await (await download).createReadStream()
  expect((await file.toArray()).join('')).toContain('operation')
  await finish(context, person)
})

test.describe('showing again', () => {
  test.use({ allowedErrors: [/401/] })

  test('a passkey or a code answers that question too; who has neither is told of a new link', async ({
    browser,
    page: owners,
  }) => {
    const { person, context, page } = await withPage(browser, 'owner', 'Quinn Again')
    await addDevice(page)
    await open(page, '/account')
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByRole('button', { name: 'Make the passkey' }).click()
    await page.getByRole('button', { name: 'I have kept them' }).click()
    const asking = page.getByRole('dialog', { name: 'Is it still you?' })
    await ageSessions(person.id, 1_000)
    await page.getByRole('button', { name: 'Add an authenticator app' }).click()
    await asking.getByRole('button', { name: 'Use a passkey' }).click()
    await expect(asking).toBeHidden()
    const { key } = await confirmApp(page)
    await ageSessions(person.id, 1_000)
    await page.getByRole('button', { name: 'Make new ones' }).click()
    await asking.getByLabel('Code').fill(codeAt(key, Date.now() + stepMs))
    await asking.getByRole('button', { name: 'Go on' }).first().click()
    await page.getByRole('button', { name: 'I have kept them' }).click()
    await finish(context, person)

    const { user } = await ask<{ user: Person }>('/session')
    await open(owners, '/account')
    await ageSessions(user.id, 1_000)
    try {
      await owners.getByRole('button', { name: 'Add an authenticator app' }).click()
      await expect(owners.getByRole('dialog', { name: 'Is it still you?' })).toContainText(
        `./vouch sign-in-link ${user.email}`,
      )
      await axeFindsNothing(owners)
    } finally {
      await ageSessions(user.id, 0)
    }
  })
})
