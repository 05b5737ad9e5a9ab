import { randomUUID } from 'node:crypto'
import { syntheticCertificate } from '../../features/providers/builders.ts'
import type { Populated } from './populate.ts'

interface Case {
  readonly id?: (organisation: Populated) => string
  readonly body?: object | ((organisation: Populated) => object)
  readonly status?: number
}

/** How each operation of identity providers is called with success, in this order. */
export const providerCases = {
  listProviders: {},
  getProvider: { id: has => has.provider },
  listProviderPeople: { id: has => has.provider },
  listProviderGroups: { id: has => has.provider },
  getSignInRule: {},
  changeSignInRule: { body: { sso_required: false } },
  addProvider: {
    body: () => ({
      name: 'Another',
      domains: [`${randomUUID().slice(0, 8)}.example`],
      default_role: 'viewer',
      admits_unknown: false,
      enabled: true,
      settings: {
        kind: 'saml',
        entity_id: 'https://idp.example',
        sso_url: 'https://idp.example/sso',
        certificates: [syntheticCertificate],
        idp_initiated: true,
      },
    }),
  },
  testProvider: { id: has => has.provider },
  changeProvider: { id: has => has.provider, body: { name: 'Renamed' } },
  makeProviderToken: { id: has => has.provider },
  endProviderToken: { id: has => has.provider },
  changeProviderGroup: { id: has => has.group, body: { role: 'control_owner' } },
  startSignOn: { body: { email: 'a@nowhere.example' } },
  // Nobody was sent anywhere.
  completeSignOn: { body: { query: '?code=x&state=y' }, status: 410 },
  // It is not one of SAML.
  getServiceProvider: { id: has => has.provider, status: 404 },
  removeProvider: { id: has => has.provider },
} satisfies Readonly<Record<string, Case>>
