import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { signInOwner } from './owner.ts'
import { startVouch } from './vouch.ts'

// About a minute on an idle machine of two cores; several when it is busy.
const startMs = 600_000

/**
 * Starts the demo in a fresh data folder on a free port, once for all tests, and signs its owner in by the link that it prints;
 * `VOUCH_E2E_URL` names a running one instead (its data is changed), and `VOUCH_E2E_OWNER_LINK` a fresh sign-in link of its owner,
 * and `VOUCH_E2E_DATA` its data folder, which the tests of step-up need.
 * Returns how to stop it.
 */
// biome-ignore lint/style/noDefaultExport: Playwright calls the default export of its global setup
export default async function startDemo(): Promise<() => Promise<void>> {
  const running = process.env.VOUCH_E2E_URL
  if (running) {
    const link = process.env.VOUCH_E2E_OWNER_LINK
    if (!link) throw new Error('Give VOUCH_E2E_OWNER_LINK: ./vouch sign-in-link ADDRESS prints one for its owner.')
    return signOwnerIn(running, link)
  }
  const demo = await startVouch(
    dataDir => ['demo', '--out', join(dataDir, 'out')],
    { address: /ready at (https?:\/\/\S+?)\/?\s/, link: /(\/sign-in#[\w-]+)\s/ },
    startMs,
  )
  const { address = '', link = '' } = demo.said
  process.env.VOUCH_E2E_URL = address
  process.env.VOUCH_E2E_DATA = demo.dataDir
  const forget = await signOwnerIn(address, link)
  return async () => {
    await demo.stop()
    await forget()
  }
}

async function signOwnerIn(address: string, link: string): Promise<() => Promise<void>> {
  const state = await signInOwner(address, link)
  process.env.VOUCH_E2E_STATE = state
  return () => rm(dirname(state), { recursive: true, force: true })
}
