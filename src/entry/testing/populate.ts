import type { InjectOptions } from 'fastify'
import { givePasskey, makeMember, type Person, signInAgain } from '../../features/access/builders.ts'
import { makeKey } from '../../features/access/keys.ts'
import { inviteByMail } from '../../features/access/mailed-invitations.ts'
import { permissionsOf } from '../../features/access/permissions.ts'
import { checkNow, makeFullOrganisation } from '../../features/checks/builders.ts'
import { grantException } from '../../features/checks/exceptions.ts'
import { collectNow, connectFiles } from '../../features/connections/builders.ts'
import { addConnection } from '../../features/connections/change-connection.ts'
import { readCoverage } from '../../features/connections/read-monitoring.ts'
import { fileDocument } from '../../features/evidence/documents.ts'
import { integrate } from '../../features/ledger/integrate.ts'
import { makePackage } from '../../features/packages/make-package.ts'
import { makeProvider, provisionSomebody } from '../../features/providers/builders.ts'
import { addEndpoint } from '../../features/webhooks/change-endpoint.ts'
import { sendTest } from '../../features/webhooks/deliveries.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { enqueueJob } from '../../platform/jobs/job-store.ts'
import type { Services } from '../../platform/services.ts'

/** An organisation with one or more of everything, and the ids of one of each. */
export interface Populated {
  readonly orgId: string
  readonly connection: string
  /** A connection that could not be read whole, and when its gap began. */
  readonly broken: { readonly connection: string; readonly since: string }
  /** A connection to which `custom.backup` is pushed. */
  readonly pushed: string
  readonly snapshot: string
  readonly document: string
  readonly exception: string
  readonly package: string
  readonly entry: string
  readonly job: string
  /** Who may do everything in it, and somebody else. */
  readonly owner: Person
  /** Another session of the owner. */
  readonly session: string
  readonly member: string
  readonly invitation: string
  readonly message: string
  readonly key: string
  /** A passkey, and whose it is. */
  readonly passkey: { readonly id: string; readonly holder: Person }
  readonly activity: string
  readonly webhook: string
  /** Another one, to be removed. */
  readonly spareWebhook: string
  /** What the webhook was sent. */
  readonly delivery: string
  /** An identity provider, somebody whom it provisioned, and their group. */
  readonly provider: string
  readonly person: string
  readonly group: string
  /** A check and a control that no other organisation has. */
  readonly check: string
  readonly control: string
}

const pushedConnection = {
  kind: 'push',
  name: 'Backups',
  settings: {
    resource: 'custom',
    name: 'backup',
    key: ['id'],
    columns: [
      { name: 'id', type: 'text' },
      { name: 'ok', type: 'boolean' },
    ],
  },
  every_hours: 24,
}
const checked = 'people.devices_encrypted'
/** Nobody answers there; nothing that sends runs in these tests. */
const webhookUrl = 'https://receiver.invalid/vouch'

/** Makes an organisation that has lived for two days of collections and checks; test data, synthetic. `name` makes its own check and control tell apart. */
export async function populate(services: Services, name: string): Promise<Populated> {
  const orgId = await makeFullOrganisation(services)
  const inOrg = <T>(work: (tx: TenantTx) => Promise<T>) => services.database.tenant(orgId, services.clock, work)
  const devices = [
    'serial,disk_encrypted,status',
    ...Array.from({ length: 12 }, (_, n) => `S${n},${n % 3 === 0},in_use`),
    '',
  ].join('\n')
  const connection = await connectFiles(services, orgId, {
    'asset.device': devices,
    'hr.employee': 'employee_id,email,status\n1,a@example.test,active\n',
  })
  const document = await fileDocument(
    services,
    orgId,
    {
      controlId: 'disk-encryption',
      title: `Proof of ${name}`,
      fileName: 'prüf "1".txt',
      mediaType: 'text/html',
      coversFrom: '2026-01-01',
      coversTo: '2026-12-31',
      freshForDays: 30,
      sourceUrl: null,
      content: await services.objects.put(Buffer.from('<script>alert(1)</script>')),
    },
    'operator',
  )
  const completions = 'completion_id,email,course,assigned_on\n1,a@example.test,A course,some day\n'
  const broken = await connectFiles(services, orgId, { 'training.completion': completions }, 'Broken files')
  await collectNow(services, orgId, broken)
  const pushed = await inOrg(tx => addConnection(services, tx, pushedConnection, 'operator'))
  for (let turn = 0; turn < 2; turn++) {
    await collectNow(services, orgId, connection)
    await checkNow(services, orgId)
  }
  const { id: exception } = await inOrg(tx =>
    grantException(
      tx,
      {
        check_id: checked,
        subject_id: 'Files/S1',
        reason: 'Kept in a safe.',
        approver: 'A. Person',
        expires_at: new Date(tx.clock.now().getTime() + 86_400_000).toISOString(),
      },
      'operator',
    ),
  )
  await integrate(services, orgId)
  const made = await makePackage(
    services,
    orgId,
    {},
    { actor: 'operator', signal: new AbortController().signal, onProgress: () => {} },
  )
  const owner = await makeMember(services, orgId, 'owner', `Owner of ${name}`)
  const { sessionId: session } = await signInAgain(services, owner.user, orgId)
  const { user: member } = await makeMember(services, orgId, 'viewer', `Viewer of ${name}`)
  const provider = await makeProvider(services, orgId, { name: `Provider of ${name}`, domains: [`${name}.example`] })
  const { person, group } = await provisionSomebody(services, orgId, provider, `${name}.example`)
  const holder = await makeMember(services, orgId, 'viewer', `Holder of ${name}`)
  const { id: passkey } = await givePasskey(services, holder.user)
  return inOrg(async tx => {
    const { invitation } = await inviteByMail(
      services,
      tx,
      { email: `invited-by-${name}@example.test`, role: 'auditor' },
      { actor: 'operator', role: 'owner', name: undefined, base: 'http://localhost' },
    )
    const message = await tx.sql.selectFrom('mail_message').select('id').executeTakeFirstOrThrow()
    const { row: key } = await makeKey(
      tx,
      { name: `Key of ${name}`, personal: false, may: ['scope.read'], days: 1 },
      {
        actor: 'operator',
        user: null,
        sessionId: null,
        organisation: null,
        may: permissionsOf('owner'),
        freshUntil: null,
        lacks: null,
      },
    )
    const check = `test.${name}`
    const control = `test-${name}`
    await tx.sql
      .insertInto('checks_check')
      .columns(['org_id', 'id', 'version', 'definition'])
      .expression(
        tx.sql
          .selectFrom('checks_check')
          .select(({ val }) => ['org_id', val(check).as('id'), 'version', 'definition'])
          .where('id', '=', checked),
      )
      .execute()
    await tx.sql
      .insertInto('controls_control')
      .columns(['org_id', 'id', 'definition'])
      .expression(
        tx.sql
          .selectFrom('controls_control')
          .select(({ val }) => ['org_id', val(control).as('id'), 'definition'])
          .where('id', '=', 'disk-encryption'),
      )
      .execute()
    const job = await enqueueJob(tx, { kind: 'test', input: {} })
    const snapshot = await tx.sql
      .selectFrom('evidence_snapshot')
      .select('id')
      .where('resource', '=', 'asset.device')
      .orderBy('ledger_entry_id', 'desc')
      .executeTakeFirstOrThrow()
    const entry = await tx.sql
      .selectFrom('ledger_leaf')
      .select('entry_id')
      .orderBy('index', 'desc')
      .executeTakeFirstOrThrow()
    const [gap] = (await readCoverage(tx, broken, 1)).gaps
    if (!gap) throw new Error('what was not read whole is a gap')
    const { id: webhook } = await addEndpoint(services, tx, { url: webhookUrl, description: name, kinds: null })
    const { id: spareWebhook } = await addEndpoint(services, tx, { url: webhookUrl, description: '', kinds: null })
    await sendTest(tx, webhook, 'operator')
    const delivery = await tx.sql.selectFrom('webhooks_delivery').select('id').executeTakeFirstOrThrow()
    const activity = await tx.sql
      .selectFrom('activity_entry')
      .select('id')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow()
    return {
      orgId,
      activity: String(activity.id),
      connection,
      pushed,
      broken: { connection: broken, since: gap.since },
      snapshot: snapshot.id,
      document,
      exception,
      package: made.id,
      entry: String(entry.entry_id),
      job,
      owner,
      session,
      member: member.id,
      invitation: invitation.id,
      message: message.id,
      key: key.id,
      webhook,
      spareWebhook,
      delivery: delivery.id,
      passkey: { id: passkey, holder },
      check,
      control,
      provider,
      person,
      group,
    }
  })
}

/** A multipart form: text fields, then a file. */
export function multipartForm(
  fields: Readonly<Record<string, string>>,
  file?: { name: string; type: string; content: Buffer },
): Pick<InjectOptions, 'headers' | 'payload'> {
  const boundary = 'test-boundary'
  const parts: Uint8Array[] = Object.entries(fields).map(([name, value]) =>
    Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
  )
  if (file) {
    parts.push(
      Buffer.from(
        `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${file.name}"\r\ncontent-type: ${file.type}\r\n\r\n`,
      ),
      file.content,
      Buffer.from('\r\n'),
    )
  }
  const payload = Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)])
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, 'sec-fetch-site': 'same-origin' },
    payload,
  }
}
