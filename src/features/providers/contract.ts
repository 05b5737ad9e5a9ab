import { z } from 'zod'
import { roleNames } from '../access/permissions.ts'

const [, ...lesserRoles] = roleNames
/** Every role but an owner's, which no provider gives. */
const role = z.enum(lesserRoles)

/** Nobody's own: whoever has an address of them is of no organisation by it. */
const everybodys = new Set(
  'gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com icloud.com proton.me gmx.de gmx.net web.de qq.com 163.com'.split(
    ' ',
  ),
)
const domain = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/, 'is a domain, such as example.com')
  .refine(name => !everybodys.has(name), 'is a domain in which anybody can have an address')

const webAddress = z
  .url({ protocol: /^https?$/, error: 'is an address that begins with https://' })
  .max(2_000)
  .refine(text => {
    // What is no address was said above.
    if (!URL.canParse(text)) return true
    const { username, password, hash } = new URL(text)
    return username === '' && password === '' && hash === ''
  }, 'is an address without user, password and fragment')

const oidcSettings = z.object({
  kind: z.literal('oidc'),
  issuer: webAddress.meta({ description: 'As the provider writes it; its description is below it.' }),
  client_id: z.string().trim().min(1, 'is given by the provider').max(500),
})
export const samlSettings = z.object({
  kind: z.literal('saml'),
  entity_id: z.string().trim().min(1, 'is in the metadata of the provider').max(1_000),
  sso_url: webAddress.meta({ description: 'Where a request to sign in is sent (HTTP-Redirect).' }),
  certificates: z.array(z.string().max(20_000)).min(1, 'are in the metadata of the provider').max(10),
  idp_initiated: z
    .boolean()
    .meta({ description: 'Whether somebody may begin at the provider. It cannot be bound to their browser.' }),
})
export const providerSettings = z.discriminatedUnion('kind', [oidcSettings, samlSettings])
export type ProviderSettings = z.infer<typeof providerSettings>
export type OidcSettings = z.infer<typeof oidcSettings>
export type SamlSettings = z.infer<typeof samlSettings>

const fields = {
  name: z.string().trim().min(1, 'Give it a name.').max(100),
  domains: z.array(domain).min(1, 'Name the domains of its people.').max(50),
  default_role: role,
  admits_unknown: z.boolean().meta({
    description: 'Whether somebody of its domains whom nobody invited or provisioned becomes a member by signing in.',
  }),
  enabled: z.boolean(),
}
const clientSecret = z
  .string()
  .max(2_000)
  .optional()
  .meta({ description: 'Of an OIDC client; kept in the vault and never shown. None: a public client.' })

export const providerInput = z.object({ ...fields, settings: providerSettings, client_secret: clientSecret })
export const providerChange = providerInput.partial()

export const providerSchema = z
  .object({
    id: z.uuid(),
    ...fields,
    domains: z.array(z.string()),
    default_role: z.string(),
    settings: providerSettings,
    has_secret: z.boolean(),
    token: z
      .object({ hint: z.string(), created_at: z.iso.datetime(), last_used_at: z.iso.datetime().nullable() })
      .nullable()
      .meta({ description: 'By which it provisions people (SCIM).' }),
    people: z.int().meta({ description: 'How many it sent or provisioned.' }),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Provider' })
export const providerList = z.object({ items: z.array(providerSchema) })
export const providerTest = z.object({ ok: z.boolean(), message: z.string() })
/** The token is shown once: only its hash is kept. */
export const tokenMade = z.object({ token: z.string() })

export const providerPerson = z.object({
  id: z.uuid(),
  user_name: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  active: z.boolean(),
  signed_in: z.boolean().meta({ description: 'Whether they came by it yet.' }),
  role: z.string().nullable().meta({ description: 'As a member; null when they are none.' }),
  groups: z.array(z.string()),
  why_not: z.string().nullable().meta({ description: 'Why an active person is no member.' }),
})
export const providerPeople = z.object({ items: z.array(providerPerson), total: z.int() })
export const providerGroups = z.object({
  items: z.array(z.object({ id: z.uuid(), name: z.string(), role: z.string().nullable(), people: z.int() })),
})
export const groupChange = z.object({ role: role.nullable() })

export const signInRule = z.object({ sso_required: z.boolean() })

/** Of this site: the page that was wanted. Anything else leads to the first page. */
const to = z.string().max(2_000).optional()
export const signOnStart = z.object({ email: z.email('Give an e-mail address.').max(254), to })
export const signOnStarted = z.object({
  url: z.url().nullable().meta({ description: 'Where to sign in; null when the domain has no provider here.' }),
})
export const signOnAnswer = z.object({
  query: z.string().max(10_000).optional().meta({ description: 'What the provider (OIDC) added to the address.' }),
  token: z.string().max(200).optional().meta({ description: 'What an assertion (SAML) was exchanged for.' }),
})
export const signOnDone = z.object({ to: z.string().nullable() })
