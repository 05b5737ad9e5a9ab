import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { InjectOptions } from 'fastify'
import {
  makeAccount,
  makeMember,
  makeUser,
  type Person,
  password,
  signInAgain,
} from '../../features/access/builders.ts'
import { invite } from '../../features/access/invitations.ts'
import { makeSignInToken } from '../../features/access/sign-in-links.ts'
import type { Services } from '../../platform/services.ts'
import { factorCases } from './factor-cases.ts'
import { multipartForm, type Populated } from './populate.ts'
import { providerCases } from './provider-cases.ts'

export type Injected = Pick<InjectOptions, 'headers' | 'payload'>

/** How an operation is called. */
export interface Case {
  /** Whose id goes into the path. */
  readonly id?: (organisation: Populated) => string
  readonly query?: string
  readonly body?: object | ((organisation: Populated) => object | Promise<object>)
  readonly options?: () => Injected
  /** Who asks, when it is not the owner. */
  readonly by?: () => Promise<Pick<Person, 'cookie'>>
  /** What it answers when it is not what the description names first. */
  readonly status?: number
}

/** What is there when a case is called. */
export interface World {
  readonly services: Services
  readonly ours: Populated
}

const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
export const documentFields = {
  control_id: 'disk-encryption',
  title: 'A document',
  covers_from: '2026-01-01',
  covers_to: '2026-01-31',
  fresh_for_days: '30',
}

/** Operations whose id is the same for every organisation: the framework's, a place in one's own log, and a check of the library (`resetCheck` by another's id is tried apart). */
export const idOfEverybody = new Set(['getFramework', 'getTile'])

/** How each operation is called with success, in this order: what takes things away comes last. */
export function casesOf(world: () => World): Readonly<Record<string, Case>> {
  /** Somebody who is signed in and whose sessions and account no other case needs. */
  const stranger = () => makeUser(world().services)

  const invitationOf = async ({ orgId }: Populated): Promise<string> => {
    const { token } = await world().services.database.tenant(orgId, world().services.clock, tx =>
      invite(tx, { email: `${randomUUID()}@example.test`, role: 'viewer' }, { actor: 'operator', role: 'owner' }),
    )
    return token
  }
  return {
    getOverview: {},
    getOrganisation: {},
    getSession: {},
    signIn: { body: async () => ({ email: (await makeAccount(world().services)).user.email, password }) },
    signInByLink: { body: async has => ({ token: await makeSignInToken(world().services, has.owner.user.email) }) },
    chooseOrganisation: { body: async has => ({ id: has.orgId }) },
    listSessions: {},
    // There is an owner already.
    setUp: { body: { token: 'x', name: 'A', email: 'a@example.test', password }, status: 410 },
    lookAtInvitation: { body: async has => ({ token: await invitationOf(has) }) },
    join: { body: async has => ({ token: await invitationOf(has), name: 'New Person', password }) },
    listRoles: {},
    makeRole: { body: { title: 'Security engineer', reason: 'Keeps the sources working.', may: ['overview.read'] } },
    changeRole: {
      id: () => 'security_engineer',
      body: { reason: 'Watches.', may: ['overview.read', 'checks.read'] },
    },
    removeRole: { id: () => 'security_engineer' },
    listMembers: { query: 'q=owner' },
    listInvitations: {},
    listKeys: {},
    makeKey: { body: { name: 'Pipeline', may: ['evidence.add'] } },
    invite: { body: { email: 'new@example.test', role: 'viewer' } },
    getScope: {},
    getFramework: { id: () => 'soc2-2017' },
    getLedger: {},
    getCheckpoint: {},
    getTile: { id: () => '0/000.p/5' },
    getInclusionProof: { query: 'index=0&size=5' },
    getConsistencyProof: { query: 'from=2&to=5' },
    listEntries: { query: 'q=check&kind=check.changed' },
    getEntry: { id: has => has.entry },
    listActivity: { query: 'outcome=done&q=database&from=2026-01-01T00:00:00Z' },
    getActivity: { id: has => has.activity },
    exportActivity: { query: 'format=jsonl' },
    followActivity: { query: 'after=3&limit=2' },
    listSnapshots: { query: 'resource=asset.device&q=files' },
    getSnapshot: { id: has => has.snapshot },
    listRecords: { id: has => has.snapshot, query: 'q=s1&limit=2&offset=1' },
    downloadSnapshot: { id: has => has.snapshot },
    listDocuments: { query: 'control_id=disk-encryption&q=proof' },
    downloadDocument: { id: has => has.document },
    addDocument: {
      options: () =>
        multipartForm(documentFields, {
          name: 'a.txt',
          type: 'text/plain',
          content: Buffer.alloc(2 * 1024 * 1024, 'x'),
        }),
    },
    listWebhooks: {},
    getWebhook: { id: has => has.webhook },
    listDeliveries: { id: has => has.webhook, query: 'state=waiting&kind=webhook.test' },
    getDelivery: { id: has => has.delivery },
    addWebhook: { body: { url: 'https://receiver.invalid/other', kinds: ['checks.completed'] } },
    changeWebhook: { id: has => has.webhook, body: { description: 'Chat' } },
    rotateWebhookSecret: { id: has => has.webhook, body: { overlap_hours: 2 } },
    testWebhook: { id: has => has.webhook },
    replayWebhook: { id: has => has.webhook, body: { since: day(-1) } },
    replayDelivery: { id: has => has.delivery },
    listControls: {},
    getControl: { id: has => has.control },
    changeControl: { id: has => has.control, body: { implemented: true, owner: 'A. Person' } },
    listConnectors: {},
    listConnections: {},
    getConnection: { id: has => has.connection },
    listFolder: { body: { folder: '/' } },
    previewFile: {
      options: () => ({
        payload: {
          place: { folder: join(world().services.config.dataDir, 'sample-source') },
          file: { file: 'hr.employee.csv', resource: 'hr.employee', mapping: { employee_id: 'employee_id' } },
        },
      }),
    },
    uploadFile: {
      options: () => multipartForm({}, { name: 'a.csv', type: 'text/csv', content: Buffer.from('ID,Name\n1,A\n') }),
    },
    testConnection: { body: { kind: 'git', settings: { path: '/nowhere' } } },
    addConnection: { body: { kind: 'git', name: 'Repository', settings: { path: '/nowhere' }, every_hours: null } },
    changeConnection: { id: has => has.connection, body: { every_hours: 12 } },
    runConnection: { id: has => has.connection },
    pushRecords: {
      id: has => has.pushed,
      query: 'resource=custom.backup&total=2',
      options: () => ({
        headers: { 'content-type': 'application/x-ndjson' },
        payload: '{"id":"1","ok":true}\n{"id":"2"}\n',
      }),
    },
    listRuns: { id: has => has.connection },
    getMonitoring: { query: 'days=30' },
    getCoverage: { id: has => has.connection, query: 'days=2' },
    explainGap: {
      id: has => has.broken.connection,
      body: has => ({ since: has.broken.since, text: 'The export was cut off.', by: 'A. Person' }),
    },
    listChecks: {},
    getCheck: { id: has => has.check },
    changeCheck: { id: has => has.check, body: { enabled: false } },
    addCheck: {
      body: {
        title: 'Devices are new',
        description: 'Looks at devices.',
        subject: 'device',
        resources: ['asset.device'],
        controls: ['disk-encryption'],
        severity: 'low',
        fresh_for_hours: 48,
        remediation: 'Buy a device.',
        sql: "select serial as subject_id, 'pass' as status, 'so' as reason from asset_device",
      },
    },
    previewNewCheck: {
      body: {
        resources: ['asset.device'],
        sql: "select serial as subject_id, 'pass' as status, 'so' as reason from asset_device",
      },
    },
    listCheckTables: {},
    previewCheck: {
      id: has => has.check,
      body: { sql: "select serial as subject_id, 'pass' as status, 'so' as reason from asset_device" },
    },
    listResults: { id: has => has.check, query: 'status=fail&q=s' },
    listCheckRuns: { id: has => has.check },
    runChecks: {},
    listFindings: { query: 'state=open&check_id=people.devices_encrypted&q=files' },
    grantException: {
      body: {
        check_id: 'people.devices_encrypted',
        subject_id: 'Files/S2',
        reason: 'Because it is so.',
        approver: 'A. Person',
        expires_at: day(3),
      },
    },
    listPackages: {},
    makePackage: { body: {} },
    downloadPackage: { id: has => has.package },
    getJob: { id: has => has.job },
    changeScope: { body: { categories: ['security'], period_from: '2026-01-01', period_to: '2026-06-30' } },
    changeMember: { id: has => has.member, body: { role: 'auditor' } },
    changeAccount: { body: { name: 'Owner of ours' }, by: () => stranger() },
    changePassword: {
      body: { current: password, password: 'nine herons over the estuary' },
      by: () => makeAccount(world().services),
    },
    endSession: { id: has => has.session },
    endOtherSessions: { by: () => stranger() },
    signOut: { by: () => stranger() },
    leave: { by: () => makeMember(world().services, world().ours.orgId, 'viewer') },
    makeOrganisation: {
      body: { name: 'Ours' },
      by: () => signInAgain(world().services, world().ours.owner.user, world().ours.orgId),
    },
    resetCheck: { id: () => 'people.devices_encrypted' },
    cancelJob: { id: has => has.job },
    revokeException: { id: has => has.exception },
    removeConnection: { id: has => has.connection },
    revokeKey: { id: has => has.key },
    mailSignInLink: { body: has => ({ email: has.owner.user.email }) },
    mailPasswordReset: { body: { email: 'nobody@example.test' } },
    resetPassword: {
      body: async () => ({
        token: await world().services.signIn.makeToken('reset', (await stranger()).user.id, 60),
        password,
      }),
    },
    listMail: { query: 'q=invited&state=preview&template=invitation' },
    getMail: { id: has => has.message },
    testMail: {},
    // Nothing is mailed here.
    sendMailAgain: { id: has => has.message, status: 409 },
    cancelMail: { id: has => has.message },
    // It calls off what was mailed before.
    sendInvitationAgain: { id: has => has.invitation },
    removeWebhook: { id: has => has.spareWebhook },
    getAliases: {},
    makeAliases: { body: { values: [{ kind: 'email', value: 'a@example.test' }] } },
    revealAliases: { body: { aliases: ['p-aaaaaaaaaaaaaaaa'] } },
    erasePerson: { body: { values: ['a@example.test'] } },
    changeAliasSetting: { body: { kinds: ['email'], programs: [], domains: ['example.test'] } },
    revokeInvitation: { id: has => has.invitation },
    removeMember: { id: has => has.member },
    ...providerCases,
    ...factorCases(world),
  }
}
