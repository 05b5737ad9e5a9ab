import { ask, asOwner } from './fixtures.ts'
import { invite, newEmail } from './people.ts'
import { someProvider } from './providers.ts'

const receiver = 'https://chat.example.invalid/hooks/compliance'

/** The page of a webhook whose program nobody reaches, and that was sent a test. */
async function aWebhook(): Promise<string> {
  const { items } = await ask<{ items: { id: string; url: string }[] }>('/webhooks')
  const known = items.find(item => item.url === receiver)
  if (known) return `/webhooks/${known.id}`
  const owner = await asOwner()
  const made = await owner.post('/api/v1/webhooks', {
    data: { url: receiver, description: 'Chat of the security team' },
  })
  const { id } = (await made.json()) as { id: string }
  const sent = await owner.post(`/api/v1/webhooks/${id}/test`)
  if (!sent.ok()) throw new Error(`a test could not be sent: ${await sent.text()}`)
  return `/webhooks/${id}`
}

async function deliveryOf(webhook: string): Promise<string> {
  const { items } = await ask<{ items: { id: string }[] }>(`${webhook}/deliveries`)
  return items[0]?.id ?? ''
}

/** Every page by name, with an address that shows it full of data. */
export async function allPages(): Promise<Record<string, string>> {
  const { items: checks } = await ask<{ items: { id: string; source: string; latest: { outcome: string } | null }[] }>(
    '/checks',
  )
  const check = checks.find(item => item.latest?.outcome === 'fail') ?? checks[0]
  const { items: results } = await ask<{ items: { subject_id: string }[] }>(
    `/checks/${check?.id}/results?sort=status&limit=1`,
  )
  const { items: controls } = await ask<{ items: { id: string; checks: unknown[] }[] }>('/controls')
  const { items: snapshots } = await ask<{ items: { id: string }[] }>('/evidence/snapshots?limit=1&sort=-records')
  const { items: connections } = await ask<{ items: { id: string; kind: string }[] }>('/connections')
  const { items: entries } = await ask<{ items: { id: number; index: number | null }[] }>(
    '/ledger/entries?limit=1&sort=id',
  )
  const webhook = await aWebhook()
  const provider = await someProvider()
  return {
    overview: '/',
    controls: '/controls',
    control: `/controls/${(controls.find(item => item.checks.length > 0) ?? controls[0])?.id}`,
    checks: '/checks',
    check: `/checks/${check?.id}`,
    'check-query': `/checks/${check?.id}?tab=query`,
    'new-check': '/checks/new',
    findings: '/findings',
    evidence: '/evidence',
    documents: '/evidence?tab=documents',
    snapshot: `/evidence/${snapshots[0]?.id}`,
    trace: `/trace/${check?.id}?subject=${encodeURIComponent(results[0]?.subject_id ?? '')}`,
    connections: '/connections',
    'new-connection': '/connections/new?kind=postgres',
    'new-files-connection': '/connections/new?kind=files',
    'files-settings': `/connections/${connections.find(item => item.kind === 'files')?.id}?edit=true`,
    'new-push-connection': '/connections/new?kind=push',
    connection: `/connections/${connections[0]?.id}`,
    'pushed-connection': `/connections/${connections.find(item => item.kind === 'push')?.id}`,
    monitoring: '/connections/monitoring',
    ledger: '/ledger',
    'ledger-entry': `/ledger/${entries[0]?.id}`,
    activity: '/activity',
    packages: '/packages',
    webhooks: '/webhooks',
    webhook,
    'webhook-delivery': `/webhooks/deliveries/${await deliveryOf(webhook)}`,
    scope: '/scope',
    aliases: '/aliases',
    members: '/members',
    invitations: '/members?tab=invitations',
    roles: '/members?tab=roles',
    keys: '/keys?state=all',
    providers: '/providers',
    'new-provider': '/providers/new',
    'new-saml-provider': '/providers/new?kind=saml',
    provider: `/providers/${provider}`,
    'provider-groups': `/providers/${provider}?tab=provisioning`,
    'sign-in-rules': '/members?tab=sign-in',
    account: '/account',
    mail: '/mail',
    'not-found': '/nowhere',
  }
}

/** The pages for the signed out. The invitation is of this address and lasts as long as nobody accepts it. */
export async function signedOutPages(): Promise<Record<string, string>> {
  const token = await invite(newEmail(), 'auditor')
  return {
    'sign-in': '/sign-in',
    reset: '/reset',
    'reset-by-a-link': '/reset#a-token',
    'set-up': '/set-up',
    join: `/join#${token}`,
    'sign-in-refused': '/sign-in/sso?refused=true',
    'join-without-a-link': '/join',
  }
}
