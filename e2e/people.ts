import { type APIRequestContext, type Browser, type BrowserContext, expect, request } from '@playwright/test'
import { address, asOwner } from './fixtures.ts'

export const password = 'tundra wicket mosaic plinth'

export interface Person {
  readonly id: string
  readonly name: string
  readonly email: string
}

let made = 0

/** An address that nobody has yet. */
export function newEmail(): string {
  made += 1
  return `person.${Date.now()}.${made}@people.example`
}

/** The token of an invitation, which `by` (else the demo's owner) makes. */
export async function invite(email: string, role: string, by?: APIRequestContext): Promise<string> {
  const owner = by ?? (await asOwner())
  const response = await owner.post('/api/v1/invitations', { data: { email, role } })
  expect(response.status()).toBe(201)
  const { link } = (await response.json()) as { link: string }
  return link.split('#')[1] ?? ''
}

/** A browser in which a new person is signed in, with this role. Close it in the end. */
export async function personWith(
  browser: Browser,
  role: string,
  name: string,
): Promise<{ person: Person; context: BrowserContext }> {
  const email = newEmail()
  const token = await invite(email, role)
  const context = await browser.newContext({ baseURL: address(), storageState: { cookies: [], origins: [] } })
  const joined = await context.request.post('/api/v1/join', { data: { token, name, password } })
  expect(joined.status()).toBe(204)
  const session = (await (await context.request.get('/api/v1/session')).json()) as { user: Person }
  return { person: session.user, context }
}

/** Takes a person out of the organisation again. */
export async function removePerson({ id }: Person): Promise<void> {
  const owner = await asOwner()
  await owner.delete(`/api/v1/members/${id}`)
}

/** Requests without any session. */
export function asNobody(): Promise<APIRequestContext> {
  return request.newContext({ baseURL: address(), storageState: { cookies: [], origins: [] } })
}
