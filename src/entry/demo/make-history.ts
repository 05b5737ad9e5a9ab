import { join } from 'node:path'
import { z } from 'zod'
import type { Control } from '../../../verifier/content/control.ts'
import type { JsonObject } from '../../../verifier/records/canonical.ts'
import { needsDocument } from '../../../verifier/rules/program.ts'
import { changeSetting } from '../../features/aliases/setting.ts'
import { findExceptable, grantException } from '../../features/checks/exceptions.ts'
import { runChecks } from '../../features/checks/run-checks.ts'
import { addConnection, changeConnection } from '../../features/connections/change-connection.ts'
import { collect } from '../../features/connections/collect.ts'
import { controlLibrary } from '../../features/controls/adopt-controls.ts'
import { changeControl } from '../../features/controls/change-control.ts'
import { fileDocument } from '../../features/evidence/documents.ts'
import { latestSnapshots } from '../../features/evidence/snapshots.ts'
import { soc2Id } from '../../features/frameworks/content.ts'
import { operatorActor } from '../../features/ledger/append-fact.ts'
import { integrate } from '../../features/ledger/integrate.ts'
import { changeScope } from '../../features/scope/change-scope.ts'
import type { SimulatedClock } from '../../platform/clock/clock.ts'
import type { TenantTx } from '../../platform/db/database.ts'
import { messageOf } from '../../platform/errors/errors.ts'
import type { Services } from '../../platform/services.ts'
import { setUpOrganisation } from '../set-up.ts'
import { takeAway, waitUntilBack } from './absence.ts'
import { SampleCompany } from './sample-company.ts'
import { sampleFileSettings, writeSampleFiles } from './sample-files.ts'
import { connectPipeline, fileRestoreLog, pushBackups, type SamplePipeline } from './sample-pushes.ts'

const day = 86_400_000
// On how many of the last days the host is collected.
const hostDays = 3
// And on how many of them a program of the company has pushed.
const pushDays = 3
// Above so many records in one source, the half year is told every fourth week instead of every week.
const largeRepository = 50_000
const weeksWhenLarge = 4
const weekHours = 168
// The week in which the exports of people and vendors are away; told of a large repository too.
const awayWeek = 16
// From here on everything is collected daily.
const dailyFrom = 26

export interface HistoryOptions {
  /** A git repository, work tree or bare. */
  readonly repository: string
  readonly connectionString: string
  readonly until: Date
  readonly signal: AbortSignal
  readonly progress: (message: string) => void
}

/** What the newest collection of the repository holds. */
export interface RepositoryCounts {
  readonly commits: number
  /** Steps of the main line. */
  readonly changes: number
}

/** The days of the simulated half year on which everything is collected: weekly, and daily in the last week. */
export function collectionDays(until: Date): Date[] {
  const weekly = Array.from({ length: dailyFrom }, (_, week) => new Date(until.getTime() - (182 - week * 7) * day))
  const daily = Array.from({ length: 6 }, (_, index) => new Date(until.getTime() - (6 - index) * day))
  return [...weekly, ...daily, until]
}

/**
 * Gives a sample organisation half a year of past, under the simulated clock of `services`: real collections from real sources, each at its simulated day, through the same code as
 * always. Returns the organisation's id and what was read of the repository (undefined when it could not be read). Throws the signal's reason when it is aborted.
 */
export async function makeHistory(
  services: Services,
  clock: SimulatedClock,
  options: HistoryOptions,
): Promise<{ orgId: string; repository: RepositoryCounts | undefined }> {
  const days = collectionDays(options.until)
  const [from = options.until] = days
  const folder = join(services.config.dataDir, 'sample-files')
  const company = new SampleCompany(from)
  const orgId = await setUpOrganisation(
    services,
    { slug: 'larkspur-analytics', name: 'Larkspur Analytics (sample)', isSample: true },
    operatorActor,
  )
  const lastFiles = company.filesAsOf(options.until)
  writeSampleFiles(folder, company.filesAsOf(from), lastFiles)
  let largest = 0
  const connections = await services.database.tenant(orgId, clock, async tx => {
    await changeScope(
      tx,
      {
        framework: soc2Id,
        categories: ['security', 'availability', 'confidentiality'],
        period_from: from.toISOString().slice(0, 10),
        period_to: options.until.toISOString().slice(0, 10),
      },
      operatorActor,
    )
    // Nobody in the sample exists, and yet it shows how a company that has people keeps them to itself.
    await changeSetting(tx, { kinds: ['name', 'email'], programs: [], domains: [] })
    return [
      await connect(services, tx, 'git', 'Product repository', { path: options.repository }),
      await connect(services, tx, 'postgres', 'Product database', { connection_string: options.connectionString }),
      await connect(services, tx, 'files', 'People and vendors', sampleFileSettings(folder, lastFiles)),
    ]
  })
  let pipeline: SamplePipeline | undefined
  const meanwhile = new Meanwhile(services, orgId)
  for (const [index, time] of days.entries()) {
    const left = days.length - index
    const large = largest > largeRepository
    if (large && left > hostDays && index % weeksWhenLarge !== 0) continue
    if (time > clock.now()) clock.moveTo(time)
    if (index === (large ? days.length - hostDays : dailyFrom)) await schedule(services, orgId, connections, 24)
    options.progress(`${time.toISOString().slice(0, 10)}: collecting, checking (${index + 1} of ${days.length})`)
    const away = index === awayWeek
    if (away) await takeAway(folder)
    else writeSampleFiles(folder, company.filesAsOf(time), lastFiles)
    await meanwhile.advance(index / (days.length - 1))
    // A machine has no history: the host is connected near the end, so that what it says of today is told of today.
    if (left === hostDays) {
      connections.push(
        await services.database.tenant(orgId, clock, tx => connect(services, tx, 'host', 'Application server', {}, 24)),
      )
    }
    if (left === pushDays) {
      pipeline = await connectPipeline(services, orgId)
      await fileRestoreLog(services, orgId, pipeline)
    }
    if (pipeline) await pushBackups(services, orgId, pipeline)
    const collected = await Promise.all(connections.map(id => collectSample(services, orgId, id, options)))
    largest = Math.max(...collected)
    if (largest > largeRepository && !large) await schedule(services, orgId, connections, weekHours * weeksWhenLarge)
    await checkAndSign(services, orgId, options.signal)
    const exported = connections.at(-1)
    if (!away || exported === undefined) continue
    await waitUntilBack(services, orgId, { clock, folder, connectionId: exported }, async () => {
      await collectSample(services, orgId, exported, options)
      await checkAndSign(services, orgId, options.signal)
    })
  }
  return { orgId, repository: await countRepository(services, orgId, connections) }
}

async function checkAndSign(services: Services, orgId: string, signal: AbortSignal): Promise<void> {
  await runChecks(services, orgId, { ...unattended, signal, progress: () => {} })
  await integrate(services, orgId)
}

/** Sets how often the sources are collected: what the sample does is what its schedules say, so that its only gap is a real one. */
async function schedule(
  services: Services,
  orgId: string,
  connections: readonly string[],
  every_hours: number,
): Promise<void> {
  await services.database.tenant(orgId, services.clock, async tx => {
    for (const id of connections) await changeConnection(services, tx, id, { every_hours }, operatorActor)
  })
}

const unattended = { jobId: null, cause: 'sample' as const }

/** Collects one source and returns how many records it gave. One that cannot be read on this machine is part of the demonstration: it is a fact, and its checks become unknown. */
async function collectSample(
  services: Services,
  orgId: string,
  connectionId: string,
  { signal, progress }: HistoryOptions,
): Promise<number> {
  try {
    const request = { ...unattended, signal, connectionId, progress: () => {}, onPublished: async () => {} }
    return (await collect(services, orgId, request)).records
  } catch (error) {
    signal.throwIfAborted()
    progress(`  not collected: ${messageOf(error)}`)
    return 0
  }
}

async function countRepository(
  services: Services,
  orgId: string,
  connectionIds: readonly string[],
): Promise<RepositoryCounts | undefined> {
  const newest = await services.database.tenant(orgId, services.clock, tx => latestSnapshots(tx, connectionIds))
  const records = new Map(newest.map(snapshot => [snapshot.resource, snapshot.records]))
  const commits = records.get('git.commit')
  const changes = records.get('git.change')
  return commits === undefined || changes === undefined ? undefined : { commits, changes }
}

async function connect(
  services: Services,
  tx: TenantTx,
  kind: string,
  name: string,
  settings: JsonObject,
  every_hours = weekHours,
): Promise<string> {
  return addConnection(
    services,
    tx,
    { kind, name, settings: z.record(z.string(), z.json()).parse(settings), every_hours },
    operatorActor,
  )
}

/** What people did meanwhile: controls put in place one after the other, documents filed, one exception. */
class Meanwhile {
  readonly #services: Services
  readonly #orgId: string
  #filed = 0
  #excepted = false

  constructor(services: Services, orgId: string) {
    this.#services = services
    this.#orgId = orgId
  }

  /** Catches up with `progress`, from 0 at the first day to 1 at the last. */
  async advance(progress: number): Promise<void> {
    const manual = (await controlLibrary()).filter(needsDocument)
    const due = Math.floor(Math.min(1, progress * 1.25) * manual.length * 0.85)
    for (const control of manual.slice(this.#filed, due)) await fileSample(this.#services, this.#orgId, control)
    this.#filed = Math.max(this.#filed, due)
    if (progress > 0.5 && !this.#excepted) {
      this.#excepted = true
      await exceptOneFinding(this.#services, this.#orgId)
    }
  }
}

async function fileSample(services: Services, orgId: string, control: Control): Promise<void> {
  await services.database.tenant(orgId, services.clock, tx =>
    changeControl(tx, control.id, { implemented: true }, operatorActor),
  )
  const today = services.clock.now().toISOString().slice(0, 10)
  await fileDocument(
    services,
    orgId,
    {
      controlId: control.id,
      title: control.evidence.find(item => item.kind !== 'check')?.title ?? control.title,
      fileName: `${control.id}.txt`,
      mediaType: 'text/plain',
      coversFrom: today,
      coversTo: today,
      freshForDays: 365,
      sourceUrl: null,
      content: await services.objects.put(
        Buffer.from(
          `SAMPLE DOCUMENT\n\n${control.title}\n\n${control.description}\n\nFiled on ${today} for the sample organisation. It stands for the real thing.\n`,
        ),
      ),
    },
    operatorActor,
  )
}

async function exceptOneFinding(services: Services, orgId: string): Promise<void> {
  await services.database.tenant(orgId, services.clock, async tx => {
    const finding = await findExceptable(tx, 'postgres')
    if (!finding) return
    await grantException(
      tx,
      {
        check_id: finding.check_id,
        subject_id: finding.subject_id,
        reason: 'Accepted for the sample: the embedded database is reached by this machine alone.',
        approver: 'Ada Abara',
        expires_at: new Date(tx.clock.now().getTime() + 200 * day).toISOString(),
      },
      operatorActor,
    )
  })
}
