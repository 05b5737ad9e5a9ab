import { expect, it } from 'vitest'
import { redactHbaError, redactOptions } from './redact.ts'

it('keeps the options of a rule and takes the secrets out', () => {
  expect(
    redactOptions([
      'ldapserver=ldap.example.com',
      'ldapbindpasswd=s3cret',
      'ldapurl=ldap://u:pw@host/x',
      'radiussecrets="a","b"',
      'map=m',
    ]),
  ).toEqual([
    'ldapserver=ldap.example.com',
    'ldapbindpasswd=[redacted]',
    'ldapurl=ldap://u:[redacted]@host/x',
    'radiussecrets=[redacted]',
    'map=m',
  ])
  expect(redactOptions(null)).toBeNull()
})

it('takes a quoted secret out of an error', () => {
  expect(redactHbaError('bad option near ldapbindpasswd=s3cret here')).toBe(
    'bad option near ldapbindpasswd=[redacted] here',
  )
  expect(redactHbaError(null)).toBeNull()
})
