import { makeKey } from '../../features/access/keys.ts'
import { permissionsOf } from '../../features/access/permissions.ts'
import { addConnection } from '../../features/connections/change-connection.ts'
import { pushRecords } from '../../features/connections/push/push-records.ts'
import { fileDocument } from '../../features/evidence/documents.ts'
import { operatorActor } from '../../features/ledger/append-fact.ts'
import type { Services } from '../../platform/services.ts'

const day = 86_400_000
const nights = 7

/** A program of the sample company that pushes: its key, and the connection that it pushes to. */
export interface SamplePipeline {
  readonly connection: string
  readonly actor: string
}

/** Gives the sample company a backup pipeline: a key of a service, and a connection that expects its records daily. */
export async function connectPipeline(services: Services, orgId: string): Promise<SamplePipeline> {
  return services.database.tenant(orgId, services.clock, async tx => {
    const maker = { user: null, sessionId: null, organisation: null, may: permissionsOf('owner') }
    const { row } = await makeKey(
      tx,
      { name: 'Backup pipeline', personal: false, may: ['evidence.add', 'connections.push'], days: 365 },
      { ...maker, actor: operatorActor },
    )
    const connection = await addConnection(
      services,
      tx,
      {
        kind: 'push',
        name: 'Backup jobs',
        settings: {
          resource: 'custom',
          name: 'backup_job',
          title: 'Backup job',
          key: ['job_id'],
          columns: [
            { name: 'job_id', type: 'text', description: 'System and night' },
            { name: 'system', type: 'text', description: 'What is backed up' },
            { name: 'finished_at', type: 'timestamp', description: 'When it was finished' },
            { name: 'bytes', type: 'integer', description: 'How much was written' },
            { name: 'succeeded', type: 'boolean', description: 'Whether all of it was' },
          ],
        },
        every_hours: 24,
      },
      operatorActor,
    )
    return { connection, actor: `key:${row.id}` }
  })
}

/** Pushes the jobs of the last nights, as the pipeline does each morning. */
export async function pushBackups(services: Services, orgId: string, pipeline: SamplePipeline): Promise<void> {
  const now = services.clock.now()
  const records = Array.from({ length: nights }, (_, night) => {
    const finished = new Date(Math.floor(now.getTime() / day) * day - night * day + 9_000_000)
    return ['customer-database', 'object-store'].map((system, at) => ({
      job_id: `${system}/${finished.toISOString().slice(0, 10)}`,
      system,
      finished_at: finished.toISOString(),
      bytes: 41_000_000_000 - night * 12_582_912 + at * 977_000_000,
      succeeded: true,
    }))
  }).flat()
  const push = {
    connectionId: pipeline.connection,
    resource: 'custom.backup_job',
    actor: pipeline.actor,
    body: linesOf(records),
    incompleteReason: null,
    total: records.length,
    sourceClock: now.toISOString(),
  }
  await pushRecords(services, orgId, push, { onRead: () => {}, onPublished: async () => {} })
}

async function* linesOf(records: readonly object[]): AsyncGenerator<Uint8Array> {
  yield Buffer.from(records.map(record => `${JSON.stringify(record)}\n`).join(''))
}

/** Files the log of a restore, as the pipeline does after one. */
export async function fileRestoreLog(services: Services, orgId: string, pipeline: SamplePipeline): Promise<void> {
  const today = services.clock.now().toISOString().slice(0, 10)
  const log = `SAMPLE LOG\n\n${today} restore of customer-database into a fresh machine\nrows compared: 1,204,882; differences: 0\ntook: 00:41:07\n`
  const document = {
    controlId: 'backup-restoration-tested',
    title: 'Log of the restore test',
    fileName: 'restore-test.log',
    mediaType: 'text/plain',
    coversFrom: today,
    coversTo: today,
    freshForDays: 100,
    sourceUrl: 'https://ci.larkspur.example/restore/118',
    content: await services.objects.put(Buffer.from(log)),
  }
  await fileDocument(services, orgId, document, pipeline.actor)
}
