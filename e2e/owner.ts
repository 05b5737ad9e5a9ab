import { chmod, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { request } from '@playwright/test'

/**
 * Signs the owner of the demo in by their one-time link (`/sign-in#TOKEN`) and keeps the session's cookie in a file, from which every
 * test's browser begins. Returns the file's path. Throws when the link is over.
 */
export async function signInOwner(address: string, link: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'vouch-e2e-owner-')), 'state.json')
  const context = await request.newContext({ baseURL: address })
  const response = await context.post('/api/v1/session/link', { data: { token: link.split('#')[1] ?? '' } })
  if (!response.ok()) throw new Error(`The owner's sign-in link answered ${response.status()}: give a fresh one.`)
  await context.storageState({ path })
  await chmod(path, 0o600)
  await context.dispose()
  return path
}
