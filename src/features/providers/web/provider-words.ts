import { IconCircleCheck, IconCircleDashed } from '@tabler/icons-react'
import type { StatusWords } from '../../../web/components/status-words.ts'
import type { Provider } from './queries.ts'

export const kindWords: Readonly<Record<Provider['settings']['kind'], string>> = {
  oidc: 'OpenID Connect',
  saml: 'SAML 2.0',
}

/** Whether people can sign in by it. */
export function stateWords({ enabled }: Pick<Provider, 'enabled'>): StatusWords {
  return enabled
    ? { label: 'On', tone: 'good', icon: IconCircleCheck, means: 'People sign in by it.' }
    : { label: 'Off', tone: 'idle', icon: IconCircleDashed, means: 'Nobody signs in by it.' }
}

/** What a provider wants to know of us, by what it calls it. */
export function ourAddresses(
  origin: string,
  provider: Pick<Provider, 'id' | 'settings'> | undefined,
): Record<string, string> {
  if (provider?.settings.kind !== 'saml') return { 'Redirect URI': `${origin}/sign-in/sso` }
  const base = `${origin}/api/v1/session/sso/${provider.id}`
  return { 'ACS URL': `${base}/acs`, 'Entity ID (audience)': `${base}/metadata`, Metadata: `${base}/metadata` }
}
