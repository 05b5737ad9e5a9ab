import { createHash, X509Certificate } from 'node:crypto'
import { SAML } from '@node-saml/node-saml'
import { z } from 'zod'
import type { TenantTx } from '../../platform/db/database.ts'
import { messageOf, VouchError } from '../../platform/errors/errors.ts'
import type { Services } from '../../platform/services.ts'
import type { SamlSettings } from './contract.ts'
import type { Asserted } from './oidc.ts'
import { insertRequest, rememberAssertion, spendRequest } from './store.ts'

/** Whom an assertion names, and the request that it answers; null when the provider began. */
export interface SamlAsserted extends Asserted {
  readonly request: string | null
}

export const longestResponse = 256 * 1024
const skewMs = 60_000
const requestMs = 10 * 60_000

/** The names by which a provider knows us: `origin` is this site's. */
export function serviceProvider(origin: string, provider: string) {
  const base = `${origin}/api/v1/session/sso/${provider}`
  return { entityId: `${base}/metadata`, acs: `${base}/acs` }
}

/** Where to send somebody to sign in; the request waits for one answer. */
export async function beginSaml(
  services: Services,
  by: { orgId: string; provider: string; settings: SamlSettings; origin: string },
): Promise<{ url: string; request: string }> {
  const { entityId, acs } = serviceProvider(by.origin, by.provider)
  let request = ''
  const saml = samlOf(by.settings, entityId, acs, id => {
    request = id
  })
  const url = await saml.getAuthorizeUrlAsync('', undefined, {})
  await services.database.tenant(by.orgId, services.clock, tx =>
    insertRequest(tx, {
      id: request,
      provider: by.provider,
      expires_at: new Date(tx.clock.now().getTime() + requestMs),
    }),
  )
  return { url, request }
}

/** Our own description, for the provider. */
export function metadataOf(settings: SamlSettings, origin: string, provider: string): string {
  const { entityId, acs } = serviceProvider(origin, provider)
  return samlOf(settings, entityId, acs).generateServiceProviderMetadata(null)
}

function samlOf(settings: SamlSettings, issuer: string, callbackUrl: string, onRequest?: (id: string) => void): SAML {
  return new SAML({
    issuer,
    callbackUrl,
    audience: issuer,
    entryPoint: settings.sso_url,
    idpIssuer: settings.entity_id,
    idpCert: settings.certificates,
    wantAssertionsSigned: true,
    wantAuthnResponseSigned: false,
    acceptedClockSkewMs: skewMs,
    signatureAlgorithm: 'sha256',
    identifierFormat: null,
    disableRequestedAuthnContext: true,
    // Which request an assertion answers is not left to it: see `useOnce`, in the transaction in which the assertion is remembered.
    ...(onRequest && {
      generateUniqueId: () => {
        const id = `_${crypto.randomUUID()}`
        onRequest(id)
        return id
      },
    }),
  })
}

const text = z.union([z.string(), z.object({ _: z.string() }).transform(node => node._)])
const assertionSchema = z.object({
  Assertion: z.object({
    $: z.object({ ID: z.string().min(1) }),
    Issuer: z.tuple([text]),
    Subject: z.tuple([
      z.object({
        SubjectConfirmation: z.tuple([
          z.object({
            $: z.object({ Method: z.literal('urn:oasis:names:tc:SAML:2.0:cm:bearer') }),
            SubjectConfirmationData: z.tuple([
              z.object({
                $: z.object({
                  Recipient: z.string(),
                  NotOnOrAfter: z.iso.datetime({ offset: true }),
                  InResponseTo: z.string().optional(),
                }),
              }),
            ]),
          }),
        ]),
      }),
    ]),
    Conditions: z.tuple([z.looseObject({ AudienceRestriction: z.array(z.unknown()).min(1) })]),
  }),
})

/**
 * Whom a posted response names. The assertion must be signed by the provider's certificate, for us (audience), sent to this address (recipient), not too old, and used for the
 * first time; it answers a request that waits, unless the provider may begin by itself. What is read is what was signed. Throws `unauthenticated` with the reason.
 */
export async function readResponse(
  services: Services,
  by: { orgId: string; provider: string; settings: SamlSettings; origin: string },
  encoded: string,
): Promise<SamlAsserted> {
  const { entityId, acs } = serviceProvider(by.origin, by.provider)
  try {
    requirePlainXml(Buffer.from(encoded, 'base64').toString('utf8'), acs)
    const saml = samlOf(by.settings, entityId, acs)
    const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: encoded })
    if (!profile?.getAssertion) throw new Error('it holds no assertion')
    const { Assertion } = assertionSchema.parse(profile.getAssertion())
    const [issuer] = Assertion.Issuer
    if (issuer !== by.settings.entity_id) throw new Error(`it is of ${issuer}`)
    const [{ SubjectConfirmationData }] = Assertion.Subject[0].SubjectConfirmation
    const { Recipient, NotOnOrAfter, InResponseTo } = SubjectConfirmationData[0].$
    if (Recipient !== acs) throw new Error(`it is for ${Recipient}`)
    const ends = new Date(NotOnOrAfter)
    if (ends.getTime() + skewMs <= Date.now()) throw new Error('it is too old')
    const asserted = assertedBy(profile)
    await services.database.tenant(by.orgId, services.clock, tx =>
      useOnce(tx, by, { id: Assertion.$.ID, ends, request: InResponseTo }),
    )
    return { ...asserted, request: InResponseTo ?? null }
  } catch (error) {
    if (error instanceof VouchError) throw error
    throw new VouchError('unauthenticated', `The answer of the identity provider was refused: ${reasonOf(error)}.`, {
      cause: error,
    })
  }
}

async function useOnce(
  tx: TenantTx,
  { provider, settings }: { provider: string; settings: SamlSettings },
  { id, ends, request }: { id: string; ends: Date; request: string | undefined },
): Promise<void> {
  if (request === undefined && !settings.idp_initiated)
    throw new VouchError('unauthenticated', 'Begin to sign in here, not at the identity provider.')
  if (request !== undefined && !(await spendRequest(tx, provider, request)))
    throw new VouchError('unauthenticated', 'The answer is to no request of ours that still waits. Begin again.')
  const key = createHash('sha256').update(`${provider} ${id}`).digest('hex')
  if (!(await rememberAssertion(tx, { id: key, provider, expires_at: new Date(ends.getTime() + 2 * skewMs) })))
    throw new VouchError('unauthenticated', 'The answer was used before. Begin again.')
}

const goodAlgorithms = new Set([
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
  'http://www.w3.org/2001/04/xmlenc#sha256',
  'http://www.w3.org/2001/04/xmldsig-more#sha384',
  'http://www.w3.org/2001/04/xmlenc#sha512',
])

/** Before a parser sees it: no declarations of entities, one assertion, and no algorithm by which signatures can be made up. */
function requirePlainXml(xml: string, acs: string): void {
  if (/<!(DOCTYPE|ENTITY)/i.test(xml)) throw new Error('it declares entities')
  const [, opening = ''] = /<([\w.-]+:)?Response\b([^>]*)>/.exec(xml) ?? []
  if (opening === undefined) throw new Error('it is no response')
  const destination = /<(?:[\w.-]+:)?Response\b[^>]*\bDestination="([^"]*)"/.exec(xml)?.[1]
  if (destination !== undefined && destination !== '' && destination !== acs)
    throw new Error(`it is for ${destination}`)
  if ((xml.match(/<(?:[\w.-]+:)?(?:Encrypted)?Assertion[\s>]/g) ?? []).length !== 1)
    throw new Error('it does not hold exactly one assertion')
  for (const [, algorithm = ''] of xml.matchAll(
    /<(?:[\w.-]+:)?(?:SignatureMethod|DigestMethod)\b[^>]*\bAlgorithm\s*=\s*["']([^"']*)["']/g,
  ))
    if (!goodAlgorithms.has(algorithm)) throw new Error(`the algorithm ${algorithm} is not accepted`)
}

const emails = [
  'email',
  'mail',
  'emailAddress',
  'urn:oid:0.9.2342.19200300.100.1.3',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
]
const names = [
  'displayName',
  'name',
  'cn',
  'urn:oid:2.16.840.1.113730.3.1.241',
  'urn:oid:2.5.4.3',
  'http://schemas.microsoft.com/identity/claims/displayname',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name',
]
const transient = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'

function assertedBy(profile: { nameID: string; nameIDFormat: string; [attribute: string]: unknown }): Asserted {
  const { nameID, nameIDFormat } = profile
  const first = (keys: readonly string[]) =>
    keys.map(key => profile[key]).find((value): value is string => typeof value === 'string' && value.trim() !== '')
  const email = (first(emails) ?? (/^[^\s@]+@[^\s@]+$/.test(nameID) ? nameID : undefined))?.trim().toLowerCase()
  // A name that changes with each sign-in names nobody: the address does.
  const subject = nameIDFormat === transient ? email : nameID
  if (typeof subject !== 'string' || subject === '') throw new Error('it does not say who it is')
  return { subject, email: email ?? null, name: first(names)?.trim().slice(0, 100) ?? null }
}

function reasonOf(error: unknown): string {
  return error instanceof z.ZodError ? 'its assertion lacks what it must have' : messageOf(error)
}

/** The certificates of a PEM text or bare base64, as PEM. Throws `invalid_input` for what is none. */
export function readCertificate(given: string): string {
  const bare = given.replace(/-----(BEGIN|END) CERTIFICATE-----/g, '').replace(/\s/g, '')
  try {
    return new X509Certificate(Buffer.from(bare, 'base64')).toString()
  } catch (cause) {
    throw new VouchError('invalid_input', 'One of the certificates is none. Paste them as they are in the metadata.', {
      cause,
      fields: [{ path: 'settings.certificates', message: 'one of them is no certificate' }],
    })
  }
}
