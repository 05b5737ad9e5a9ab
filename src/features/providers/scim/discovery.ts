import { groupSchemaId } from './group.ts'
import { userSchemaId } from './user.ts'

export const mostResults = 200

interface AttributeOptions {
  readonly required?: boolean
  readonly multiValued?: boolean
  readonly type?: 'string' | 'boolean' | 'complex' | 'reference'
  readonly mutability?: 'readWrite' | 'readOnly' | 'immutable'
  readonly uniqueness?: 'none' | 'server'
  readonly caseExact?: boolean
  readonly subAttributes?: readonly object[]
  readonly referenceTypes?: readonly string[]
  readonly canonicalValues?: readonly string[]
}

function attribute(name: string, description: string, options: AttributeOptions = {}) {
  return {
    name,
    description,
    type: 'string',
    multiValued: false,
    required: false,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...options,
  }
}

const address = [
  attribute('value', 'The address.'),
  attribute('type', 'Such as work.'),
  attribute('display', 'As it is shown.'),
  attribute('primary', 'The one to use.', { type: 'boolean' }),
]
const link = (what: string, target: string, mutability: 'readOnly' | 'immutable') => [
  attribute('value', `The id of the ${what}.`, { mutability }),
  attribute('$ref', `The ${what}.`, { type: 'reference', referenceTypes: [target], mutability }),
  ...(what === 'group' ? [attribute('display', 'Its name.', { mutability: 'readOnly' })] : []),
  attribute('type', 'What it is.', { mutability, canonicalValues: [what === 'user' ? 'User' : 'direct'] }),
]

/** What we keep of users and groups (RFC 7643, section 7). */
export function schemas(base: string) {
  const schema = (id: string, name: string, description: string, attributes: readonly object[]) => ({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
    id,
    name,
    description,
    attributes,
    meta: { resourceType: 'Schema', location: `${base}/Schemas/${id}` },
  })
  return [
    schema(userSchemaId, 'User', 'Somebody who may be a member', [
      attribute('userName', 'By which the provider knows them.', { required: true, uniqueness: 'server' }),
      attribute('name', 'The parts of the name.', {
        type: 'complex',
        subAttributes: [
          attribute('formatted', 'The whole name.'),
          attribute('familyName', 'The family name.'),
          attribute('givenName', 'The given name.'),
        ],
      }),
      attribute('displayName', 'The name that is shown.'),
      attribute('title', 'What they do.'),
      attribute('active', 'Whether they have access.', { type: 'boolean' }),
      attribute('emails', 'E-mail addresses; by the primary one they are members.', {
        type: 'complex',
        multiValued: true,
        subAttributes: address,
      }),
      attribute('groups', 'The groups that they are in.', {
        type: 'complex',
        multiValued: true,
        mutability: 'readOnly',
        subAttributes: link('group', 'Group', 'readOnly'),
      }),
    ]),
    schema(groupSchemaId, 'Group', 'People who have a role in common', [
      attribute('displayName', 'The name that is shown.', { required: true }),
      attribute('members', 'The users in it.', {
        type: 'complex',
        multiValued: true,
        subAttributes: link('user', 'User', 'immutable'),
      }),
    ]),
  ]
}

/** Which kinds of resources there are (RFC 7643, section 6). */
export function resourceTypes(base: string) {
  const type = (name: string, endpoint: string, schema: string) => ({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id: name,
    name,
    endpoint,
    description: `${name}s`,
    schema,
    meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${name}` },
  })
  return [type('User', '/Users', userSchemaId), type('Group', '/Groups', groupSchemaId)]
}

/** What we can do (RFC 7643, section 5). */
export function serviceProviderConfig(base: string) {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: mostResults },
    changePassword: { supported: false },
    sort: { supported: false },
    etag: { supported: false },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'The token that Vouch shows once, on the page of the identity provider.',
        specUri: 'https://www.rfc-editor.org/rfc/rfc6750',
        primary: true,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
  }
}
