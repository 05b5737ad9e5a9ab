import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { Services } from '../../platform/services.ts'
import type { providerInput } from './contract.ts'
import { addProvider } from './providers.ts'
import { putPerson } from './provision.ts'
import { readGroup } from './scim/group.ts'
import { putGroup } from './scim/groups.ts'
import { readUser } from './scim/user.ts'
import { makeToken } from './tokens.ts'

/** Of nobody; its key is thrown away. */
export const syntheticCertificate =
  'MIIBfzCCASWgAwIBAgIUYco/9QY98ERo3n1JkpqUy7dEcMMwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJc3ludGhldGljMCAXDTI2MTEyNTE0MjkzMloYDzIxMjYxMTAxMTQyOTMyWjAUMRIwEAYDVQQDDAlzeW50aGV0aWMwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARCpL2nBH1RaNaKOrW932G3v5fjnMYliztP1OIyPk1IHyevj5jYhU95HzH5DTivhui74BqZSP5Tx1IckY1Ry4uYo1MwUTAdBgNVHQ4EFgQU5vCeaV0+3fqOAMJkHaj5tyG1b9owHwYDVR0jBBgwFoAU5vCeaV0+3fqOAMJkHaj5tyG1b9owDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEA22wj/h/yOVmblh79EjsoO2v16SzZ0YlTfDOLz32tzHYCIHWqcxZPouK2O2YfsGdvx3fvE6Vbb5Ig/8O0tfyf1DH/'

/** A domain that nobody has yet; synthetic. */
export function newDomain(): string {
  return `d${randomUUID().slice(0, 8)}.example`
}

/** A provider of `orgId`, turned on; its id. */
export function makeProvider(
  services: Services,
  orgId: string,
  input: Partial<z.infer<typeof providerInput>> = {},
): Promise<string> {
  return services.database.tenant(orgId, services.clock, tx =>
    addProvider(services, tx, {
      name: 'Provider',
      domains: [newDomain()],
      default_role: 'viewer',
      admits_unknown: true,
      enabled: true,
      settings: { kind: 'oidc', issuer: 'https://idp.example', client_id: 'vouch' },
      ...input,
    }),
  )
}

/** The token by which a provider provisions. */
export function makeProvisioningToken(services: Services, orgId: string, provider: string): Promise<string> {
  return services.database.tenant(orgId, services.clock, tx => makeToken(tx, provider))
}

/** Somebody whom a provider provisioned, and a group with them in it. */
export async function provisionSomebody(
  services: Services,
  orgId: string,
  provider: string,
  domain: string,
): Promise<{ person: string; group: string }> {
  const by = { orgId, provider, actor: `provider:${provider}` }
  const { id: person } = await putPerson(services, by, null, readUser({ userName: `provisioned@${domain}` }))
  const { id: group } = await services.database.tenant(orgId, services.clock, tx =>
    putGroup(tx, by, null, readGroup({ displayName: 'People', members: [{ value: person }] })),
  )
  return { person, group }
}
