import { randomUUID, webcrypto } from 'node:crypto'
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import * as samlify from 'samlify'

samlify.setSchemaValidator({ validate: async () => 'not validated here' })

export interface SamlIdp {
  readonly entityId: string
  readonly ssoUrl: string
  /** PEM. */
  readonly certificate: string
  readonly metadata: string
  /** The id of a request that was sent to it, as it reads it. */
  readRequest(url: string, spMetadata: string): Promise<string>
  /** A signed response, base64; what it says can be said otherwise. */
  respond(spMetadata: string, said: Said): Promise<string>
}

export interface Said {
  /** The request that it answers; without it, it answers none. */
  readonly request?: string
  readonly acs: string
  readonly audience: string
  readonly nameId: string
  readonly nameIdFormat?: string
  readonly email?: string
  readonly recipient?: string
  readonly notOnOrAfter?: Date
  readonly issuer?: string
  readonly assertionId?: string
}

const persistent = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'

/** A SAML provider by others (`samlify`), with keys of its own; synthetic. */
export async function makeSamlIdp(entityId = `https://${randomUUID().slice(0, 8)}.idp.example`): Promise<SamlIdp> {
  const ssoUrl = `${entityId}/sso`
  const { privateKey, certificate } = await keys()
  const idp = samlify.IdentityProvider({
    entityID: entityId,
    signingCert: certificate,
    privateKey,
    requestSignatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    nameIDFormat: [persistent],
    singleSignOnService: [{ Binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', Location: ssoUrl }],
    loginResponseTemplate: {
      context: samlify.SamlLib.defaultLoginResponseTemplate.context,
      attributes: [
        {
          name: 'email',
          valueTag: 'email',
          nameFormat: 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic',
          valueXsiType: 'xs:string',
        },
        {
          name: 'displayName',
          valueTag: 'displayName',
          nameFormat: 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic',
          valueXsiType: 'xs:string',
        },
      ],
    },
  })
  return {
    entityId,
    ssoUrl,
    certificate,
    metadata: idp.getMetadata(),
    async readRequest(url, spMetadata) {
      const sp = samlify.ServiceProvider({ metadata: spMetadata })
      const query = Object.fromEntries(new URL(url).searchParams)
      const { extract } = await idp.parseLoginRequest(sp, 'redirect', { query })
      return String(extract.request?.id)
    },
    async respond(spMetadata, said) {
      const sp = samlify.ServiceProvider({ metadata: spMetadata })
      const now = new Date()
      const ends = (said.notOnOrAfter ?? new Date(now.getTime() + 300_000)).toISOString()
      const values: Record<string, string | undefined> = {
        ID: `_${randomUUID()}`,
        AssertionID: said.assertionId ?? `_${randomUUID()}`,
        Destination: said.acs,
        Audience: said.audience,
        SubjectRecipient: said.recipient ?? said.acs,
        NameIDFormat: said.nameIdFormat ?? persistent,
        NameID: said.nameId,
        Issuer: said.issuer ?? entityId,
        IssueInstant: now.toISOString(),
        ConditionsNotBefore: new Date(now.getTime() - 5_000).toISOString(),
        ConditionsNotOnOrAfter: ends,
        SubjectConfirmationDataNotOnOrAfter: ends,
        InResponseTo: said.request,
        StatusCode: 'urn:oasis:names:tc:SAML:2.0:status:Success',
        AuthnStatement: '',
        attrEmail: said.email,
        attrDisplayName: 'A. Person',
      }
      const { context } = await idp.createLoginResponse(
        sp,
        { extract: { request: { id: said.request ?? '' } } },
        'post',
        {},
        template => ({ id: String(values.ID), context: samlify.SamlLib.replaceTagsByValue(template, values) }),
      )
      return context
    },
  }
}

async function keys(): Promise<{ privateKey: string; certificate: string }> {
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: 'SHA-256',
  }
  const pair = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = new pkijs.Certificate()
  certificate.version = 2
  certificate.serialNumber = new asn1js.Integer({ value: 1 })
  for (const name of [certificate.issuer, certificate.subject])
    name.typesAndValues.push(
      new pkijs.AttributeTypeAndValue({ type: '2.5.4.3', value: new asn1js.Utf8String({ value: 'synthetic' }) }),
    )
  certificate.notBefore.value = new Date(Date.now() - 86_400_000)
  certificate.notAfter.value = new Date(Date.now() + 86_400_000)
  await certificate.subjectPublicKeyInfo.importKey(pair.publicKey as CryptoKey)
  await certificate.sign(pair.privateKey as CryptoKey, 'SHA-256')
  return {
    privateKey: pem('PRIVATE KEY', await webcrypto.subtle.exportKey('pkcs8', pair.privateKey)),
    certificate: pem('CERTIFICATE', certificate.toSchema().toBER(false)),
  }
}

function pem(label: string, der: ArrayBuffer): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
