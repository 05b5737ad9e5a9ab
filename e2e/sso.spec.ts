import { randomUUID } from 'node:crypto'
import { expect, type Page } from '@playwright/test'
import { type OidcIdp, startOidcIdp } from '../src/features/providers/testing/oidc-idp.ts'
import { makeSamlIdp } from '../src/features/providers/testing/saml-idp.ts'
import { address, ask, asOwner, open, settled, test } from './fixtures.ts'
import { personWith, removePerson } from './people.ts'
import { addProvider, removeProvider } from './providers.ts'

const nobody = { cookies: [], origins: [] }

let idp: OidcIdp
test.beforeAll(async () => {
  idp = await startOidcIdp([`${address()}/sign-in/sso`])
})
test.afterAll(() => idp.close())

const newDomain = () => `d${randomUUID().slice(0, 8)}.example`

/** Somebody whom the provider knows. */
function known(domain: string, name: string) {
  const login = `person-${randomUUID().slice(0, 8)}`
  const email = `${login}@${domain}`
  idp.people.set(login, { sub: login, email, email_verified: true, name })
  return { login, email }
}

/** On the provider's own pages. */
async function signInThere(page: Page, login: string): Promise<void> {
  await expect(page).toHaveURL(url => url.origin === idp.issuer)
  await page.locator('input[name="login"]').fill(login)
  await page.locator('input[name="password"]').fill('any')
  await page.locator('button[type="submit"]').click()
  // And what may be told of them.
  await page.locator('form button[type="submit"]').click()
}

async function begin(page: Page, email: string): Promise<void> {
  await page.getByLabel('E-mail address').fill(email)
  await page.getByRole('button', { name: 'Single sign-on' }).click()
}

test('an owner adds a provider, and somebody signs in by it on its own pages', async ({ page, browser }) => {
  const domain = newDomain()
  await open(page, '/members')
  await page.getByRole('link', { name: 'Single sign-on' }).click()
  await page.getByRole('link', { name: 'Add a provider' }).first().click()
  await expect(page.getByText(`${address()}/sign-in/sso`)).toBeVisible()
  await page.getByLabel('Name').fill('Company login')
  await page.getByLabel('Issuer').fill(idp.issuer)
  await page.getByLabel('Client ID').fill(idp.clientId)
  await page.getByLabel('Client secret').fill(idp.secret)
  await page.getByRole('combobox', { name: 'E-mail domains' }).fill(domain)
  await page.getByRole('combobox', { name: 'E-mail domains' }).press('Enter')
  await page.getByRole('switch', { name: 'Let in whoever it sends' }).check()
  await page.getByRole('button', { name: 'Add it' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Company login' })).toBeVisible()
  await page.getByRole('button', { name: 'Test it' }).click()
  await expect(page.getByText('It describes itself as it should.')).toBeVisible()
  const id = page.url().split('/').at(-1) ?? ''

  const person = known(domain, 'Sina Single')
  const context = await browser.newContext({ baseURL: address(), storageState: nobody })
  const theirs = await context.newPage()
  await theirs.goto('/checks?q=review')
  await begin(theirs, person.email)
  await signInThere(theirs, person.login)
  await expect(theirs.getByRole('heading', { level: 1, name: 'Checks' })).toBeVisible()
  await expect(theirs).toHaveURL(/\/checks\?q=review$/)
  await expect(theirs.getByRole('button', { name: /^Sina Single Viewer$/ })).toBeVisible()
  await open(theirs, '/account')
  await expect(theirs.getByText('by single sign-on', { exact: false }).first()).toBeVisible()
  await expect(theirs.getByText('New password')).toHaveCount(0)

  // The provider's page has heard of them.
  await expect(page.getByRole('table', { name: 'People of the provider' })).toContainText('Sina Single')
  await page.getByRole('button', { name: 'Turn it off' }).click()
  await expect(theirs.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible()
  await context.close()
  await page.getByRole('button', { name: 'Remove the provider…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove it' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Single sign-on' })).toBeVisible()
  await expect(page.getByText('Company login')).toHaveCount(0)
  await settled(page)
  expect((await ask<{ items: { id: string }[] }>('/providers')).items.map(item => item.id)).not.toContain(id)
})

test.describe('signed out', () => {
  test.use({
    storageState: nobody, // The provider's pages ask for a font of the internet.
    allowedErrors: [/40[134]|410|ERR_NAME_NOT_RESOLVED/],
  })

  test('a domain without a provider is said so, in the same words for whatever address', async ({ page }) => {
    await page.goto('/sign-in')
    for (const email of ['nobody@nowhere.example', 'somebody@people.example']) {
      await begin(page, email)
      await expect(page.getByText('Nobody signs in by single sign-on with addresses of this domain.')).toBeVisible()
    }
    await begin(page, 'no address')
    await expect(page.getByText('Give your e-mail address: its domain says where you sign in.')).toBeVisible()
  })

  test('who is refused is told why, and an answer is good for the browser that asked, once', async ({
    page,
    browser,
  }) => {
    const domain = newDomain()
    const id = await addProvider({
      name: 'Closed login',
      domains: [domain],
      admits_unknown: false,
      settings: { kind: 'oidc', issuer: idp.issuer, client_id: idp.clientId },
      client_secret: idp.secret,
    })
    const person = known(domain, 'Uwe Unknown')
    await page.goto('/sign-in')
    await begin(page, person.email)
    await signInThere(page, person.login)
    await expect(page.getByRole('alert')).toContainText('You are not a member of this organisation yet.')
    // The code is no longer in the address.
    await expect(page).toHaveURL(/\/sign-in\/sso$/)
    await page.goto('/sign-in/sso?code=123456789012345678901&state=x')
    await expect(page.getByRole('alert')).toContainText('This sign-in was begun in another browser')
    const context = await browser.newContext({ baseURL: address(), storageState: nobody })
    const session = await context.request.get('/api/v1/session')
    expect(((await session.json()) as { user: unknown }).user).toBeNull()
    await context.close()
    await removeProvider(id)
  })
})

test('where single sign-on is required, others are told how to go on, and owners stay in', async ({
  page,
  browser,
}) => {
  const domain = newDomain()
  const id = await addProvider({
    name: 'Required login',
    domains: [domain],
    settings: { kind: 'oidc', issuer: idp.issuer, client_id: idp.clientId },
    client_secret: idp.secret,
  })
  const owner = await asOwner()
  const { person, context } = await personWith(browser, 'viewer', 'Pat Password')
  const theirs = await context.newPage()
  await open(theirs, '/checks')
  await open(page, '/providers')
  const rule = page.getByRole('switch', { name: 'Members must sign in by an identity provider' })
  await rule.click()
  await expect(theirs.getByText('This organisation wants its members to come by single sign-on.')).toBeVisible()
  await expect(rule).toBeChecked()
  await rule.click()
  await expect(rule).not.toBeChecked()
  await expect(theirs.getByRole('heading', { level: 1, name: 'Checks' })).toBeVisible()
  await context.close()
  await removePerson(person)
  await owner.delete(`/api/v1/providers/${id}`)
})

test('an owner adds a SAML provider by its metadata, and somebody signs in by it', async ({ page, browser }) => {
  const domain = newDomain()
  const saml = await makeSamlIdp()
  await open(page, '/providers/new?kind=saml')
  await page.getByLabel('Name').fill('SAML login')
  await page.getByLabel('Metadata of the provider').fill('<x/>')
  await expect(page.getByText('This is not the metadata of an identity provider.')).toBeVisible()
  await page.getByLabel('Metadata of the provider').fill(saml.metadata)
  await expect(page.getByLabel('Entity ID of the provider')).toHaveValue(saml.entityId)
  await page.getByRole('combobox', { name: 'E-mail domains' }).fill(domain)
  await page.getByRole('combobox', { name: 'E-mail domains' }).press('Enter')
  await page.getByRole('switch', { name: 'Let in whoever it sends' }).check()
  await page.getByRole('button', { name: 'Add it' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'SAML login' })).toBeVisible()
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  const base = `${address()}/api/v1/session/sso/${id}`
  await expect(page.getByText(`${base}/acs`, { exact: true })).toBeVisible()
  const metadata = await (await page.request.get(`${base}/metadata`)).text()

  const context = await browser.newContext({ baseURL: address(), storageState: nobody })
  const theirs = await context.newPage()
  // The provider's page: another site, which makes the browser post its answer.
  await theirs.route(`${saml.ssoUrl}*`, async route => {
    const request = await saml.readRequest(route.request().url(), metadata)
    const nameId = 'sam.saml'
    const said = { request, acs: `${base}/acs`, audience: `${base}/metadata`, nameId, email: `sam@${domain}` }
    const response = await saml.respond(metadata, said)
    await route.fulfill({
      contentType: 'text/html',
      body: `<form method="post" action="${base}/acs"><input type="hidden" name="SAMLResponse" value="${response}">
        <button>Sign in</button></form>`,
    })
  })
  await theirs.goto('/controls')
  await theirs.getByLabel('E-mail address').fill(`sam@${domain}`)
  await theirs.getByRole('button', { name: 'Single sign-on' }).click()
  await expect(theirs).toHaveURL(url => url.origin === saml.entityId)
  await theirs.getByRole('button', { name: 'Sign in' }).click()
  await expect(theirs.getByRole('heading', { level: 1, name: 'Controls' })).toBeVisible()
  await expect(theirs.getByRole('button', { name: /^A. Person Viewer$/ })).toBeVisible()
  await context.close()
  await removeProvider(id)
})

test('a provider’s groups give roles, and its token is shown once', async ({ page }) => {
  const id = await addProvider({
    name: 'Directory',
    domains: [newDomain()],
    settings: { kind: 'oidc', issuer: 'https://directory.example', client_id: 'x' },
  })
  await open(page, `/providers/${id}?tab=provisioning`)
  await page.getByRole('button', { name: 'Make a token' }).click()
  const token = (await page.getByRole('dialog').getByRole('region', { name: 'Token' }).textContent()) ?? ''
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click()
  const scim = { headers: { authorization: `Bearer ${token}` } }
  const made = await page.request.post('/scim/v2/Groups', { ...scim, data: { displayName: 'Auditors of the house' } })
  expect(made.status()).toBe(201)
  // The page has heard of it.
  await page.getByRole('combobox', { name: 'Role of Auditors of the house' }).click()
  await page.getByRole('option', { name: 'Auditor' }).click()
  await expect(page.getByText('The role of Auditors of the house was changed')).toBeVisible()
  await page.getByRole('button', { name: 'End the token…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'End it' }).click()
  await expect(page.getByText('It has no token, so it provisions nobody.')).toBeVisible()
  expect((await page.request.get('/scim/v2/Groups', scim)).status()).toBe(401)
  await removeProvider(id)
})
