import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answerByPasskey, siteOfTests } from '../features/access/builders.ts'
import { makeSetUpToken } from '../features/access/set-up.ts'
import { makeSignInToken } from '../features/access/sign-in-links.ts'
import { integrate } from '../features/ledger/integrate.ts'
import { handOverAssertion } from '../features/providers/sign-on.ts'
import { readConfig } from '../platform/config/config.ts'
import type { App } from '../platform/http/app.ts'
import { codeAt } from '../platform/sign-in/totp.ts'
import { SoftwareAuthenticator } from '../platform/testing/authenticator.ts'
import { runTasks } from '../platform/testing/run-tasks.ts'
import { type TestServices, testServices } from '../platform/testing/services.ts'
import { tasks } from './features.ts'
import { createServer } from './server.ts'
import { multipartForm, type Populated, populate } from './testing/populate.ts'

let services: TestServices
let app: App
let ours: Populated
const password = 'three gannets over Skomer'
const address = (name: string) => `${name}@example.test`
/** Cookies of who is signed in, by name. */
const cookies = new Map<string, string>()
/** Every operation that the description knows, by id; and whether it is to be recorded. */
const operations = new Map<string, boolean>()

beforeAll(async () => {
  const { mail } = readConfig({})
  services = await testServices({ config: { mail: { ...mail, preview: true } } })
  ours = await populate(services, 'ours')
  // Nobody is in it yet, so that it can be set up.
  await services.database.operator(trx => trx.deleteFrom('access_member').execute())
  app = await createServer(services)
  await app.ready()
}, 120_000)
afterAll(async () => {
  await app?.close()
  await services?.close()
})

async function call(who: string, method: string, url: string, payload?: object, more: InjectOptions = {}) {
  const cookie = cookies.get(who)
  const response = await app.inject({
    method: method as 'GET',
    url: `/api/v1${url}`,
    ...(payload && { payload }),
    ...more,
    headers: {
      host: 'localhost:4000',
      'user-agent': 'test agent',
      'sec-fetch-site': 'same-origin',
      ...more.headers,
      ...(cookie && { cookie }),
    },
  })
  const set = [response.headers['set-cookie'] ?? []].flat().find(line => /^vouch-(session|half)=[^;]/.test(line))
  if (set) cookies.set(who, set.split(';')[0] ?? '')
  return response
}

interface Row {
  readonly id: number
  readonly actor: string
  readonly operation: string
  readonly outcome: string
  readonly subject_kind: string
  readonly subject: string
  readonly agent: string | null
  readonly session: string | null
  readonly address: string | null
}
function rowsOf(operation: string, orgId = ours.orgId): Promise<Row[]> {
  return services.database.tenant(orgId, services.clock, tx =>
    tx.sql.selectFrom('activity_entry').selectAll().where('operation', '=', operation).orderBy('id').execute(),
  )
}

const id = (response: LightMyRequestResponse) => String((response.json() as { id: string }).id)
const invitationToken = async (name: string, role: string) =>
  String(
    (await call('owner', 'POST', '/invitations', { email: address(name), role }))
      .json<{ link: string }>()
      .link.split('#')[1],
  )
const joined = async (name: string, role: string) => {
  const token = await invitationToken(name, role)
  return call(name, 'POST', '/join', { token, name: `Person ${name}`, password })
}
/** Asks for a mailed link to the owner, and lets a worker answer. */
const asked = async (which: string) => {
  const response = await call('nobody', 'POST', `/session/${which}`, { email: address('owner') })
  await runTasks(services, tasks(services))
  return response
}
const userId = async (name: string) => (await services.signIn.findUser(address(name)))?.id ?? ''
const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString()

const draft = "select serial as subject_id, 'pass' as status, 'so' as reason from asset_device"
const newProvider = {
  name: 'Provider',
  default_role: 'viewer',
  admits_unknown: true,
  enabled: true,
  settings: { kind: 'oidc', issuer: 'https://idp.example', client_id: 'vouch' },
  client_secret: 'a secret of the client',
}
/** Nobody asks, of no organisation, and nothing is done yet: whoever liked could fill a log with it. */
const unrecorded = new Set(['startSignOn'])
const recoveryCodes: string[] = []
let passkey = ''
let authenticator: SoftwareAuthenticator | undefined
const device = () => {
  authenticator ??= new SoftwareAuthenticator(siteOfTests(services))
  return authenticator
}

/** How each operation that changes something is done, in this order. */
const deeds: Readonly<Record<string, () => Promise<LightMyRequestResponse>>> = {
  setUp: async () =>
    call('owner', 'POST', '/set-up', {
      token: await makeSetUpToken(services),
      name: 'O. Wner',
      email: address('owner'),
      password,
    }),
  signIn: () => call('owner', 'POST', '/session', { email: address('owner'), password }),
  signInByLink: async () =>
    call('owner', 'POST', '/session/link', { token: await makeSignInToken(services, address('owner')) }),
  chooseOrganisation: () => call('owner', 'PUT', '/session/organisation', { id: ours.orgId }),
  invite: () => call('owner', 'POST', '/invitations', { email: address('nobody'), role: 'viewer' }),
  revokeInvitation: async () =>
    call(
      'owner',
      'DELETE',
      `/invitations/${id(await call('owner', 'POST', '/invitations', { email: address('other'), role: 'viewer' }))}`,
    ),
  lookAtInvitation: async () =>
    call('nobody', 'POST', '/join/look', { token: await invitationToken('look', 'viewer') }),
  join: () => joined('admin', 'admin'),
  changeMember: async () => call('owner', 'PATCH', `/members/${await userId('admin')}`, { role: 'compliance_manager' }),
  changeAccount: () => call('admin', 'PATCH', '/account', { name: 'Another Name' }),
  changePassword: () =>
    call('admin', 'POST', '/account/password', { current: password, password: 'seven puffins under Skokholm' }),
  endOtherSessions: () => call('admin', 'DELETE', '/account/sessions'),
  endSession: async () => {
    await call('second', 'POST', '/session', { email: address('owner'), password })
    const { items } = (await call('owner', 'GET', '/account/sessions')).json<{
      items: { id: string; current: boolean }[]
    }>()
    return call('owner', 'DELETE', `/account/sessions/${items.find(item => !item.current)?.id}`)
  },
  makeOrganisation: async () => {
    const made = await call('owner', 'POST', '/organisations', { name: 'Second' })
    await call('owner', 'PUT', '/session/organisation', { id: ours.orgId })
    return made
  },
  makeKey: () => call('owner', 'POST', '/keys', { name: 'Pipeline', may: ['evidence.add'], expires_at: tomorrow() }),
  addProvider: () => call('owner', 'POST', '/providers', { ...newProvider, domains: ['added.example'] }),
  changeProvider: () => call('owner', 'PATCH', `/providers/${ours.provider}`, { name: 'Renamed' }),
  testProvider: () => call('owner', 'POST', `/providers/${ours.provider}/test`),
  makeProviderToken: () => call('owner', 'POST', `/providers/${ours.provider}/token`),
  endProviderToken: () => call('owner', 'DELETE', `/providers/${ours.provider}/token`),
  changeProviderGroup: () => call('owner', 'PATCH', `/providers/groups/${ours.group}`, { role: 'auditor' }),
  changeSignInRule: () => call('owner', 'PUT', '/sign-in-rule', { sso_required: false }),
  completeSignOn: async () => {
    const id2 = id(await call('owner', 'POST', '/providers', { ...newProvider, domains: ['come.example'] }))
    await services.database.tenant(ours.orgId, services.clock, tx =>
      tx.sql.updateTable('providers_provider').set({ admits_unknown: true }).where('id', '=', id2).execute(),
    )
    // What a provider of SAML has said of somebody, whoever it was that asked.
    const asserted = { subject: 's', email: 'come@come.example', name: 'C. Ome', request: null }
    const token = await handOverAssertion(services, { orgId: ours.orgId, provider: id2 }, asserted)
    return call('coming', 'POST', '/session/sso/complete', { token })
  },
  removeProvider: async () =>
    call(
      'owner',
      'DELETE',
      `/providers/${id(await call('owner', 'POST', '/providers', { ...newProvider, domains: ['removed.example'] }))}`,
    ),
  revokeKey: () => call('owner', 'DELETE', `/keys/${ours.key}`),
  makeRole: () => call('owner', 'POST', '/roles', { title: 'Watcher', reason: 'Watches.', may: ['overview.read'] }),
  changeRole: () => call('owner', 'PATCH', '/roles/watcher', { reason: 'Looks.', may: ['checks.read'] }),
  removeRole: () => call('owner', 'DELETE', '/roles/watcher'),
  addDocument: () =>
    call(
      'owner',
      'POST',
      '/evidence',
      undefined,
      multipartForm(
        {
          control_id: 'disk-encryption',
          title: 'A',
          covers_from: '2026-01-01',
          covers_to: '2026-01-31',
          fresh_for_days: '3',
        },
        { name: 'a.txt', type: 'text/plain', content: Buffer.from('x') },
      ),
    ),
  changeControl: () => call('owner', 'PATCH', '/controls/disk-encryption', { implemented: true, owner: 'A. Person' }),
  listFolder: () => call('owner', 'POST', '/connections/files/folder', { folder: services.config.dataDir }),
  previewFile: () =>
    call('owner', 'POST', '/connections/files/preview', {
      place: { folder: join(services.config.dataDir, 'sample-source') },
      file: { file: 'hr.employee.csv', resource: 'hr.employee', mapping: { employee_id: 'employee_id' } },
    }),
  uploadFile: () =>
    call(
      'owner',
      'POST',
      '/connections/files/uploads',
      undefined,
      multipartForm({}, { name: 'a.csv', type: 'text/csv', content: Buffer.from('ID,Name\n1,A\n') }),
    ),
  explainGap: () =>
    call('owner', 'POST', `/connections/${ours.broken.connection}/explanations`, {
      since: ours.broken.since,
      text: 'The export was cut off.',
      by: 'A. Person',
    }),
  testConnection: () => call('owner', 'POST', '/connections/test', { kind: 'git', settings: { path: '/nowhere' } }),
  addConnection: () =>
    call('owner', 'POST', '/connections', {
      kind: 'git',
      name: 'Repository',
      settings: { path: '/nowhere' },
      every_hours: null,
    }),
  changeConnection: () => call('owner', 'PATCH', `/connections/${ours.connection}`, { every_hours: 12 }),
  pushRecords: () =>
    call('owner', 'POST', `/connections/${ours.pushed}/snapshots?resource=custom.backup`, undefined, {
      payload: '{"id":"1","ok":true}\n',
      headers: { 'content-type': 'application/x-ndjson' },
    }),
  runConnection: () => call('owner', 'POST', `/connections/${ours.connection}/runs`),
  changeCheck: () => call('owner', 'PATCH', `/checks/${ours.check}`, { enabled: false }),
  previewCheck: () =>
    call('owner', 'POST', `/checks/${ours.check}/preview`, {
      sql: draft,
    }),
  previewNewCheck: () => call('owner', 'POST', '/checks/preview', { resources: ['asset.device'], sql: draft }),
  addCheck: () =>
    call('owner', 'POST', '/checks', {
      title: 'Devices are new',
      description: 'Looks at devices.',
      subject: 'device',
      resources: ['asset.device'],
      controls: ['disk-encryption'],
      severity: 'low',
      fresh_for_hours: 48,
      remediation: 'Buy a device.',
      sql: draft,
    }),
  runChecks: () => call('owner', 'POST', '/checks/run'),
  grantException: () =>
    call('owner', 'POST', '/exceptions', {
      check_id: 'people.devices_encrypted',
      subject_id: 'Files/S2',
      reason: 'Because it is so.',
      approver: 'A. Person',
      expires_at: tomorrow(),
    }),
  makePackage: () => call('owner', 'POST', '/packages', {}),
  changeScope: () =>
    call('owner', 'PUT', '/scope', { categories: ['security'], period_from: '2026-01-01', period_to: '2026-06-30' }),
  resetCheck: () => call('owner', 'POST', '/checks/people.devices_encrypted/reset'),
  cancelJob: () => call('owner', 'POST', `/jobs/${ours.job}/cancel`),
  revokeException: () => call('owner', 'DELETE', `/exceptions/${ours.exception}`),
  removeConnection: () => call('owner', 'DELETE', `/connections/${ours.connection}`),
  makeAliases: () => call('owner', 'POST', '/aliases', { values: [{ kind: 'email', value: 'a@example.test' }] }),
  revealAliases: () => call('owner', 'POST', '/aliases/reveal', { aliases: ['p-aaaaaaaaaaaaaaaa'] }),
  erasePerson: () => call('owner', 'POST', '/aliases/erase', { values: ['a@example.test'] }),
  changeAliasSetting: () =>
    call('owner', 'PUT', '/aliases/setting', { kinds: ['email'], programs: [], domains: ['example.test'] }),
  downloadSnapshot: () => call('owner', 'GET', `/evidence/snapshots/${ours.snapshot}/content`),
  listRecords: () => call('owner', 'GET', `/evidence/snapshots/${ours.snapshot}/records`),
  downloadDocument: () => call('owner', 'GET', `/evidence/documents/${ours.document}/content`),
  downloadPackage: () => call('owner', 'GET', `/packages/${ours.package}/download`),
  exportActivity: () => call('owner', 'GET', '/activity/export'),
  sendInvitationAgain: async () => {
    const { items } = (await call('owner', 'GET', '/invitations')).json<{ items: { id: string }[] }>()
    return call('owner', 'POST', `/invitations/${items[0]?.id}/send`)
  },
  testMail: () => call('owner', 'POST', '/mail/test'),
  getMail: () => call('owner', 'GET', `/mail/${ours.message}`),
  cancelMail: () => call('owner', 'POST', `/mail/${ours.message}/cancel`),
  mailSignInLink: () => asked('mailed-link'),
  mailPasswordReset: () => asked('mailed-reset'),
  resetPassword: async () =>
    call('reset', 'POST', '/session/reset', {
      token: await services.signIn.makeToken('reset', await userId('admin'), 60),
      password: 'eleven shearwaters over Lundy',
    }),
  addWebhook: () => call('owner', 'POST', '/webhooks', { url: 'https://receiver.invalid/other' }),
  changeWebhook: () => call('owner', 'PATCH', `/webhooks/${ours.webhook}`, { description: 'Chat' }),
  rotateWebhookSecret: () => call('owner', 'POST', `/webhooks/${ours.webhook}/secret`, {}),
  testWebhook: () => call('owner', 'POST', `/webhooks/${ours.webhook}/test`),
  replayWebhook: () => call('owner', 'POST', `/webhooks/${ours.webhook}/replay`, { since: new Date().toISOString() }),
  replayDelivery: () => call('owner', 'POST', `/webhooks/deliveries/${ours.delivery}/replay`),
  removeWebhook: () => call('owner', 'DELETE', `/webhooks/${ours.spareWebhook}`),
  showAgain: async () => {
    await joined('fac', 'viewer')
    return call('fac', 'POST', '/session/proof', { password })
  },
  beginTotp: () => call('fac', 'POST', '/account/totp'),
  confirmTotp: async () => {
    const { key } = (await call('fac', 'POST', '/account/totp')).json<{ key: string }>()
    return call('fac', 'POST', '/account/totp/confirmation', { code: codeAt(key, Date.now()) })
  },
  makeRecoveryCodes: async () => {
    const made = await call('fac', 'POST', '/account/recovery-codes')
    recoveryCodes.push(...made.json<{ recovery_codes: string[] }>().recovery_codes)
    return made
  },
  giveSecondFactor: async () => {
    await call('fac', 'POST', '/session', { email: address('fac'), password })
    return call('fac', 'POST', '/session/second-factor', { code: recoveryCodes[0] })
  },
  beginPasskey: () => call('fac', 'POST', '/account/passkeys/options'),
  addPasskey: async () => {
    const options = (await call('fac', 'POST', '/account/passkeys/options')).json<{ challenge: string }>()
    const added = await call('fac', 'POST', '/account/passkeys', { name: 'Key', passkey: device().create(options) })
    passkey = id(added)
    return added
  },
  signInByPasskey: async () =>
    call('fac', 'POST', '/session/passkey', { passkey: await answerByPasskey(services, device()) }),
  changePasskey: () => call('fac', 'PATCH', `/account/passkeys/${passkey}`, { name: 'Old key' }),
  removePasskey: () => call('fac', 'DELETE', `/account/passkeys/${passkey}`),
  removeTotp: () => call('fac', 'DELETE', '/account/totp'),
  changeSignInRules: () => call('owner', 'PUT', '/sign-in-rules', { second_factor: false }),
  leave: () => call('reset', 'DELETE', '/membership'),
  removeMember: async () => {
    await joined('gone', 'viewer')
    return call('owner', 'DELETE', `/members/${await userId('gone')}`)
  },
  signOut: async () => {
    await call('third', 'POST', '/session', { email: address('owner'), password })
    return call('third', 'DELETE', '/session')
  },
}

/** Done by who is not signed in, and recorded where it leads. */
const anonymous = new Set(['lookAtInvitation', 'mailSignInLink', 'mailPasswordReset'])
/** Those that fail here: nothing is mailed, so nothing is sent again. They are recorded as that. */
const failing = new Set(['sendMailAgain'])

describe('every operation that changes something, and every sensitive reading', () => {
  for (const [operation, deed] of Object.entries(deeds)) {
    it(`is recorded: ${operation}`, async () => {
      const before = await rowsOf(operation)
      const response = await deed()
      expect(response.statusCode, response.body.slice(0, 300)).toBeLessThan(300)
      const after = (await rowsOf(operation)).slice(before.length)
      expect(after.length, operation).toBeGreaterThan(0)
      const row = after.at(-1)
      expect(row).toMatchObject({ outcome: 'done', agent: 'test agent', address: '127.0.0.1' })
      expect(after.filter(({ actor }) => actor === 'system')).toEqual([])
      expect(row?.actor).toMatch(anonymous.has(operation) ? /^anonymous$/ : /^user:/)
    }, 30_000)
  }

  it('is among those above', async () => {
    const document = (await call('owner', 'GET', '/openapi.json')).json<{
      paths: Record<string, Record<string, { operationId: string }>>
    }>()
    for (const methods of Object.values(document.paths))
      for (const [method, operation] of Object.entries(methods)) operations.set(operation.operationId, method !== 'get')
    const changing = [...operations].filter(([, changes]) => changes).map(([name]) => name)
    expect(changing.filter(name => !deeds[name] && !failing.has(name) && !unrecorded.has(name))).toEqual([])
    expect(Object.keys(deeds).filter(name => !operations.has(name))).toEqual([])
    // What gives out raw content or files, but not the log itself, which holds nobody's data, and not what follows the activity, which would follow itself.
    const readings = [...operations.keys()].filter(name => /^(download|export)|Records$/.test(name))
    expect(readings.filter(name => !deeds[name])).toEqual([])
  })
})

describe('what is refused or fails', () => {
  it('is recorded when a permission is missing, also of a reading', async () => {
    await joined('viewer', 'viewer')
    expect((await call('viewer', 'GET', '/activity')).statusCode).toBe(403)
    expect((await call('viewer', 'PATCH', '/controls/disk-encryption', { implemented: false })).statusCode).toBe(403)
    const actor = `user:${await userId('viewer')}`
    expect(await rowsOf('listActivity')).toMatchObject([{ actor, outcome: 'refused' }])
    expect((await rowsOf('changeControl')).at(-1)).toMatchObject({
      actor,
      outcome: 'refused',
      subject: 'disk-encryption',
    })
  })

  it('is recorded when it was let in and failed, and leaves no change', async () => {
    const name = randomUUID()
    expect((await call('owner', 'PATCH', `/connections/${name}`, { every_hours: 3 })).statusCode).toBe(404)
    expect((await rowsOf('changeConnection')).at(-1)).toMatchObject({ outcome: 'failed', subject: name })
  })

  it('is recorded of a failed sign-in where the account belongs, and nowhere for an account that nobody has', async () => {
    const before = await everyRow()
    expect(
      (await call('x', 'POST', '/session', { email: address('nobody-at-all'), password: 'wrong' })).statusCode,
    ).toBe(401)
    expect((await call('x', 'POST', '/session', { email: address('owner'), password: 'wrong' })).statusCode).toBe(401)
    const actor = `user:${await userId('owner')}`
    // It is written once the answer is out.
    await expect.poll(async () => (await rowsOf('signIn')).at(-1)).toMatchObject({ actor, outcome: 'failed' })
    // In both of the owner's organisations.
    await expect.poll(async () => (await everyRow()) - before).toBe(2)
  })
})

describe('a code that is wrong', () => {
  it('is recorded as a failure of the account, by whoever had shown the password', async () => {
    await joined('half', 'viewer')
    const { key } = (await call('half', 'POST', '/account/totp')).json<{ key: string }>()
    await call('half', 'POST', '/account/totp/confirmation', { code: codeAt(key, Date.now()) })
    await call('half', 'POST', '/session', { email: address('half'), password })
    const actor = `user:${await userId('half')}`
    // The half is recorded without a session: there is none yet.
    const half = (await rowsOf('signIn')).at(-1)
    expect(half).toMatchObject({ actor, outcome: 'done', session: null })
    expect((await call('half', 'POST', '/session/second-factor', { code: '000000' })).statusCode).toBe(401)
    await expect.poll(async () => (await rowsOf('giveSecondFactor')).at(-1)).toMatchObject({ actor, outcome: 'failed' })
  })
})

async function everyRow(): Promise<number> {
  const { rows } = await services.database.operator(trx =>
    trx
      .selectFrom('activity_entry')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .execute()
      .then(found => ({ rows: found })),
  )
  return Number(rows[0]?.n)
}

describe('the activity over the API', () => {
  interface Entry {
    readonly id: number
    readonly operation: string
    readonly actor_name: string | null
  }
  const list = async (query: string) =>
    (await call('owner', 'GET', `/activity?${query}`)).json<{ items: Entry[]; total: number }>()

  it('is found by who, what, outcome, subject, time and words', async () => {
    const actor = `user:${await userId('owner')}`
    expect((await list(`actor=${actor}&limit=1`)).items[0]).toMatchObject({ actor_name: 'O. Wner' })
    expect((await list('operation=changeScope')).total).toBe(1)
    expect((await list('outcome=failed')).total).toBe(3)
    const history = await list(`subject=${ours.connection}`)
    expect(history.items.map(item => item.operation)).toEqual(
      expect.arrayContaining(['removeConnection', 'runConnection', 'changeConnection']),
    )
    expect((await list(`to=${new Date(0).toISOString()}`)).total).toBe(0)
    expect((await list('q=A. Person')).items.map(item => item.operation)).toContain('changeControl')
    expect((await list('q=%25')).total).toBe(0)
  })

  it('shows before and after, and that entry, changes and leaf agree', async () => {
    await integrate(services, ours.orgId)
    const [entry] = (await list('operation=changeConnection&outcome=done')).items
    const detail = (await call('owner', 'GET', `/activity/${entry?.id}`)).json()
    expect(detail).toMatchObject({
      changed: [
        { table: 'connections_connection', verb: 'update', before: { every_hours: 24 }, after: { every_hours: 12 } },
      ],
      proof: { state: 'holds' },
    })
  })

  it('is exported as CSV and JSON Lines', async () => {
    const csv = await call('owner', 'GET', '/activity/export?format=csv&operation=changeControl')
    expect(csv.headers['content-type']).toContain('text/csv')
    expect(csv.body.split('\r\n').length).toBe((await rowsOf('changeControl')).length + 2)
    const jsonl = await call('owner', 'GET', '/activity/export?format=jsonl&operation=changeControl')
    const lines = jsonl.body
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(lines).toMatchObject([
      { outcome: 'refused' },
      { outcome: 'done', changed: [{ after: { owner: 'A. Person' } }] },
    ])
  })

  it('is followed in the order of the log without a loss, as OCSF', async () => {
    await integrate(services, ours.orgId)
    const events: { class_uid: number; type_uid: number; metadata: { sequence: number; uid: string } }[] = []
    for (let cursor = '-1'; ; ) {
      const response = await call('owner', 'GET', `/activity/stream?after=${cursor}&limit=7`)
      expect(response.statusCode).toBe(200)
      const lines = response.body.split('\n').filter(line => line !== '')
      events.push(...lines.map(line => JSON.parse(line)))
      cursor = String(response.headers['x-next-cursor'])
      if (lines.length === 0) break
    }
    const places = events.map(event => event.metadata.sequence)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    expect(new Set(events.map(event => event.metadata.uid)).size).toBe((await list('')).total)
    expect(events.every(event => Math.floor(event.type_uid / 100) === event.class_uid)).toBe(true)
    expect(new Set(events.map(event => event.class_uid))).toEqual(new Set([3002, 6003]))
  })

  it('waits for the next entry when it is asked to', async () => {
    const all = await call('owner', 'GET', '/activity/stream?limit=5000')
    const waiting = call('owner', 'GET', `/activity/stream?after=${all.headers['x-next-cursor']}&wait=20`)
    await call('owner', 'PATCH', '/controls/disk-encryption', { owner: 'B. Person' })
    await integrate(services, ours.orgId)
    expect(JSON.parse((await waiting).body.trim())).toMatchObject({ api: { operation: 'changeControl' } })
  })

  it('is not given to whose key was ended while it waited', async () => {
    const made = await call('owner', 'POST', '/keys', { name: 'SIEM', may: ['activity.read'], expires_at: tomorrow() })
    const { id: keyId, key } = made.json<{ id: string; key: string }>()
    const all = await call('owner', 'GET', '/activity/stream?limit=5000')
    const waiting = call('siem', 'GET', `/activity/stream?after=${all.headers['x-next-cursor']}&wait=20`, undefined, {
      headers: { authorization: `Bearer ${key}` },
    })
    const used = async () =>
      (await call('owner', 'GET', '/keys'))
        .json<{ items: { id: string; last_used_at: string | null }[] }>()
        .items.find(item => item.id === keyId)?.last_used_at
    // It was let in.
    await expect.poll(used).toEqual(expect.any(String))
    expect((await call('owner', 'DELETE', `/keys/${keyId}`)).statusCode).toBe(204)
    await integrate(services, ours.orgId)
    expect((await waiting).statusCode).toBe(401)
  })

  it('is nothing to another organisation', async () => {
    const [entry] = (await list('operation=changeScope')).items
    const { organisations } = (await call('owner', 'GET', '/session')).json<{ organisations: { id: string }[] }>()
    const other = organisations.find(organisation => organisation.id !== ours.orgId)
    await call('owner', 'PUT', '/session/organisation', { id: other?.id })
    expect((await call('owner', 'GET', `/activity/${entry?.id}`)).statusCode).toBe(404)
    expect((await list('operation=changeScope')).total).toBe(0)
    expect((await call('owner', 'GET', '/activity/stream?limit=5000')).body).not.toContain(ours.orgId)
    await call('owner', 'PUT', '/session/organisation', { id: ours.orgId })
  })
})
