import { buildCheck } from '../../checks/builders.ts'
import type { CheckDefinition } from '../../checks/check.ts'
import type { Control } from '../../content/control.ts'
import type { Framework } from '../../content/framework.ts'
import type { ResourceDeclaration } from '../../records/resource.ts'

/*
 * A small program for synthetic packages: one framework of three criteria, three controls, three checks over two resources. All of it is
 * made up.
 */

const criterion = (id: string, title: string, category: 'security' | 'availability') => ({
  id,
  title,
  statement: `${title}, said in a sentence.`,
  pointsOfFocus: [{ id: `${id}-1`, title: `A point of ${id}` }],
  category,
  series: id.split('.')[0] ?? id,
})

export const sampleFramework: Framework = {
  id: 'sample-criteria',
  version: '1',
  title: 'Sample criteria',
  publisher: 'Nobody',
  copyright: 'Made up for tests.',
  categories: [
    { id: 'security', title: 'Security', description: 'Kept safe.' },
    { id: 'availability', title: 'Availability', description: 'Kept running.' },
  ],
  series: [
    { id: 'CC1', category: 'security', title: 'Access <of> people & "others"' },
    { id: 'A1', category: 'availability', title: 'Capacity' },
  ],
  criteria: [
    criterion('CC1.1', 'Accounts are protected', 'security'),
    criterion('CC1.2', 'Leavers lose access', 'security'),
    criterion('A1.1', 'There is room', 'availability'),
  ],
}

const control = (id: string, code: string, title: string, criteria: string[], nature: Control['nature']): Control => ({
  id,
  code,
  title,
  description: `${title}.`,
  how: 'By doing it.',
  kind: 'preventive',
  nature,
  frequency: 'continuous',
  ownerRole: 'Head of samples',
  evidence: [
    { id: 'looked-at', kind: 'check', title: 'A check', freshnessDays: 30 },
    ...(nature === 'automated'
      ? []
      : [{ id: 'paper', kind: 'document' as const, title: 'A paper', freshnessDays: 90 }]),
  ],
  testProcedures: ['Look.'],
  criteria,
  policies: [],
  systems: [],
  domain: 'access',
  domainTitle: 'Access',
})

export const sampleControls: readonly Control[] = [
  control('accounts-protected', 'ACC-01', 'Accounts have a second factor', ['CC1.1'], 'automated'),
  control('leavers-removed', 'ACC-02', 'Leavers lose their accounts', ['CC1.2'], 'hybrid'),
  control('room-watched', 'ACC-03', 'Room is watched', ['A1.1'], 'automated'),
]

const text = { type: 'text', description: 'Text' } as const

export const accountResource: ResourceDeclaration = {
  name: 'idp.account',
  title: 'Account',
  description: 'An account of a person or a program.',
  key: ['id'],
  columns: {
    id: { ...text, personal: 'username' },
    owner: text,
    mfa: { type: 'boolean', description: 'Has a second factor' },
    seen_at: { type: 'timestamp', description: 'Last used' },
  },
}

export const employeeResource: ResourceDeclaration = {
  name: 'hr.employee',
  title: 'Employee',
  description: 'A person who works here.',
  key: ['id'],
  columns: { id: text, left_on: { type: 'date', description: 'Last day' } },
}

/** Nobody collects it: the table that the last check reads is empty. */
export const deviceResource: ResourceDeclaration = {
  name: 'mdm.device',
  title: 'Device',
  description: 'A machine of an employee.',
  key: ['id'],
  columns: { id: text, owner: text },
}

export const mfaCheck: CheckDefinition = buildCheck(
  `select id as subject_id,
     case when mfa is null then 'unknown' when mfa then 'pass' else 'fail' end as status,
     case when mfa is null then 'Not told' when mfa then 'Has a second factor' else 'Has no second factor' end as reason,
     owner
   from idp_account`,
  {
    id: 'people.second_factor',
    title: 'Every account has a second factor',
    subject: 'account',
    resources: ['idp.account'],
    controls: ['accounts-protected'],
  },
)

export const idleCheck: CheckDefinition = buildCheck(
  `select id as subject_id,
     case when seen_at >= $as_of - to_days($days) then 'pass' else 'fail' end as status,
     'Last used at ' || seen_at as reason
   from idp_account`,
  {
    id: 'people.idle_account',
    title: 'No account lies idle',
    subject: 'account',
    resources: ['idp.account'],
    controls: ['accounts-protected'],
    parameters: { days: { type: 'integer', description: 'Days', default: 30 } },
  },
)

export const leaverCheck: CheckDefinition = buildCheck(
  `select e.id as subject_id,
     case when e.left_on is null then 'not_applicable'
          when count(a.id) = 0 and count(d.id) = 0 then 'pass' else 'fail' end as status,
     case when e.left_on is null then 'Still here' when count(a.id) + count(d.id) = 0 then 'Left with nothing' else 'Left and has an account' end as reason
   from hr_employee e left join idp_account a on a.owner = e.id left join mdm_device d on d.owner = e.id group by e.id, e.left_on`,
  {
    id: 'people.leaver_account',
    title: 'Nobody who left has an account',
    subject: 'employee',
    resources: ['hr.employee', 'idp.account'],
    optional_resources: ['mdm.device'],
    controls: ['leavers-removed'],
  },
)
