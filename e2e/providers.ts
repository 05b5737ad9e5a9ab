import { expect, request } from '@playwright/test'
import { address, ask, asOwner } from './fixtures.ts'

interface Shown {
  readonly id: string
  readonly name: string
}

/** Adds a provider to the demo's organisation; its id. */
export async function addProvider(input: object): Promise<string> {
  const response = await (await asOwner()).post('/api/v1/providers', {
    data: { default_role: 'viewer', admits_unknown: true, enabled: true, ...input },
  })
  expect(response.status(), await response.text()).toBe(201)
  return ((await response.json()) as Shown).id
}

export async function removeProvider(id: string): Promise<void> {
  await (await asOwner()).delete(`/api/v1/providers/${id}`)
}

const example = 'Example login'

/** A provider with people and groups that it provisioned, to be looked at; nobody can sign in by it. */
export async function someProvider(): Promise<string> {
  const { items } = await ask<{ items: Shown[] }>('/providers')
  const found = items.find(({ name }) => name === example)
  if (found) return found.id
  const id = await addProvider({
    name: example,
    domains: ['example-login.example'],
    settings: { kind: 'oidc', issuer: 'https://login.example', client_id: 'vouch' },
  })
  const made = await (await asOwner()).post(`/api/v1/providers/${id}/token`)
  const { token } = (await made.json()) as { token: string }
  const scim = await request.newContext({
    baseURL: address(),
    storageState: { cookies: [], origins: [] },
    extraHTTPHeaders: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
  })
  const people: string[] = []
  for (const [userName, displayName] of [
    ['lin@example-login.example', 'Lin Provisioned'],
    ['sam@elsewhere.example', 'Sam Elsewhere'],
  ]) {
    const response = await scim.post('/scim/v2/Users', { data: { userName, displayName } })
    people.push(((await response.json()) as Shown).id)
  }
  await scim.post('/scim/v2/Groups', {
    data: { displayName: 'Compliance team', members: people.map(value => ({ value })) },
  })
  await scim.dispose()
  return id
}
