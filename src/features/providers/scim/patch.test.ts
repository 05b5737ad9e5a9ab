import { describe, expect, it } from 'vitest'
import { groupShape } from './group.ts'
import { applyPatch, patchSchema, type Resource, type Shape } from './patch.ts'
import { readUser, userShape } from './user.ts'

const user: Resource = {
  userName: 'a@x.example',
  active: true,
  name: { familyName: 'Before' },
  emails: [{ value: 'a@x.example', type: 'work', primary: true }],
}
const patched = (Operations: unknown[], resource: Resource = user, shape: Shape = userShape) =>
  applyPatch(resource, patchSchema.parse({ Operations }).Operations, shape)

describe('a patch', () => {
  it('takes what Entra ID sends', () => {
    expect(patched([{ op: 'Replace', path: 'active', value: 'False' }]).active).toBe('False')
    expect(readUser(patched([{ op: 'Replace', path: 'active', value: 'False' }])).active).toBe(false)
    const changed = patched([
      { op: 'Add', path: 'name.givenName', value: 'New' },
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'b@x.example' },
      { op: 'Add', path: 'emails[type eq "other"].value', value: 'o@x.example' },
      { op: 'Add', path: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department', value: 'D' },
      { op: 'Add', path: 'displayName', value: 'B. Person' },
    ])
    expect(changed).toEqual({
      ...user,
      displayName: 'B. Person',
      name: { familyName: 'Before', givenName: 'New' },
      emails: [
        { value: 'b@x.example', type: 'work', primary: true },
        { type: 'other', value: 'o@x.example' },
      ],
    })
    const whole = {
      'name.givenName': 'Dotted',
      active: false,
      id: 'x',
      schemas: [],
      'urn:ietf:params:scim:schemas:core:2.0:User': { title: 'T' },
    }
    expect(patched([{ op: 'replace', value: whole }])).toMatchObject({
      name: { familyName: 'Before', givenName: 'Dotted' },
      active: false,
      title: 'T',
    })
  })

  it('takes what Okta sends', () => {
    expect(patched([{ op: 'replace', value: { active: false } }])).toEqual({ ...user, active: false })
  })

  it('changes who is in a group, in every way of saying it', () => {
    const group: Resource = { displayName: 'G', members: [{ value: '1' }, { value: '2' }] }
    const members = (...operations: unknown[]) => patched(operations, group, groupShape).members
    expect(members({ op: 'add', path: 'members', value: [{ value: '2' }, { value: '3' }] })).toEqual([
      { value: '1' },
      { value: '2' },
      { value: '3' },
    ])
    expect(members({ op: 'remove', path: 'members[value eq "1"]' })).toEqual([{ value: '2' }])
    expect(members({ op: 'Remove', path: 'members', value: [{ value: '2' }] })).toEqual([{ value: '1' }])
    expect(members({ op: 'remove', path: 'members' })).toEqual([])
    expect(members({ op: 'replace', path: 'members', value: [{ value: '9' }] })).toEqual([{ value: '9' }])
    expect(members({ op: 'replace', value: { members: [] } })).toEqual([])
  })

  it('keeps one address the first', () => {
    const { emails } = patched([{ op: 'add', path: 'emails', value: { value: 'c@x.example', primary: true } }])
    expect(emails).toEqual([
      { value: 'a@x.example', type: 'work', primary: false },
      { value: 'c@x.example', primary: true },
    ])
  })

  it('removes a part, an element, an attribute', () => {
    expect(patched([{ op: 'remove', path: 'name.familyName' }]).name).toEqual({})
    expect(patched([{ op: 'remove', path: 'emails[type eq "work"]' }]).emails).toEqual([])
    expect(patched([{ op: 'remove', path: 'emails[type eq "work"].primary' }]).emails).toEqual([
      { value: 'a@x.example', type: 'work' },
    ])
    expect(patched([{ op: 'remove', path: 'name' }])).not.toHaveProperty('name')
  })

  it('is refused for a reason', () => {
    const refused = (operation: object, scimType: string) =>
      expect(() => patched([operation]), JSON.stringify(operation)).toThrow(expect.objectContaining({ scimType }))
    refused({ op: 'remove' }, 'noTarget')
    refused({ op: 'replace', value: 'x' }, 'invalidValue')
    refused({ op: 'replace', path: 'active' }, 'invalidValue')
    refused({ op: 'replace', path: 'id', value: 'x' }, 'mutability')
    refused({ op: 'replace', path: 'groups', value: [] }, 'mutability')
    refused({ op: 'replace', path: 'emails[', value: 'x' }, 'invalidPath')
    refused({ op: 'replace', path: 'emails[nonsense]', value: 'x' }, 'invalidFilter')
    refused({ op: 'replace', path: 'emails[value co "q"].type', value: 'x' }, 'noTarget')
    refused({ op: 'replace', path: 'userName[a eq 1]', value: 'x' }, 'invalidPath')
  })

  it('leaves the resource that it is given, and prototypes, as they are', () => {
    const before = structuredClone(user)
    expect(() => patched([{ op: 'replace', path: '__proto__.polluted', value: 'x' }])).toThrow(
      expect.objectContaining({ scimType: 'invalidPath' }),
    )
    patched([
      { op: 'add', value: JSON.parse('{"__proto__": {"polluted": 1}}') },
      { op: 'add', value: { constructor: { prototype: 1 } } },
      { op: 'add', path: 'emails[type eq "__proto__"].value', value: 'x' },
      { op: 'replace', path: 'emails', value: [] },
    ])
    expect(user).toEqual(before)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})
