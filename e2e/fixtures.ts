import { type APIRequestContext, test as base, expect, type Page, request } from '@playwright/test'

/** The address of the running demo. */
export function address(): string {
  const url = process.env.VOUCH_E2E_URL
  if (!url) throw new Error('e2e/server.ts has not started the demo')
  return url
}

let owner: APIRequestContext | undefined

/** Requests as the demo's owner. */
export async function asOwner(): Promise<APIRequestContext> {
  const storageState = process.env.VOUCH_E2E_STATE
  if (!storageState) throw new Error('e2e/server.ts has not signed the owner in')
  // As a page of the demo asks: a request with a cookie and without a word where it comes from is refused.
  const extraHTTPHeaders = { 'sec-fetch-site': 'same-origin' }
  owner ??= await request.newContext({ baseURL: address(), storageState, extraHTTPHeaders })
  return owner
}

/** An answer of the API to the owner, for finding ids. */
export async function ask<T>(path: string): Promise<T> {
  const response = await (await asOwner()).get(`/api/v1${path}`)
  if (!response.ok()) throw new Error(`${path} answered ${response.status()}`)
  return (await response.json()) as T
}

interface Fixtures {
  /** Console errors that a test expects; any other fails it. */
  readonly allowedErrors: RegExp[]
}

export const test = base.extend<Fixtures>({
  allowedErrors: [[], { option: true }],
  page: async ({ page, allowedErrors }, use) => {
    const errors: string[] = []
    page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text())
    })
    page.on('pageerror', error => errors.push(`${error.name}: ${error.message}`))
    await use(page)
    expect(
      errors.filter(error => !allowedErrors.some(allowed => allowed.test(error))),
      'unexpected console errors',
    ).toEqual([])
  },
})

/** Opens a page and waits until nothing on it is loading. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await settled(page)
}

/** Waits until the page has its heading, fonts and data. */
export async function settled(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
  await page.evaluate(() => document.fonts.ready)
}
