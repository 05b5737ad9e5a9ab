import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { keepFigures } from '../../src/features/checks/findings-store.ts'
import { insertBatch } from '../../src/features/checks/runs-store.ts'
import { listStoredChecks } from '../../src/features/checks/store.ts'
import { checkSupport } from '../../src/features/checks/support.ts'
import { keepStatus } from '../../src/features/controls/read-status.ts'
import { appendFact, systemActor } from '../../src/features/ledger/append-fact.ts'
import type { Clock } from '../../src/platform/clock/clock.ts'
import type { Services } from '../../src/platform/services.ts'
import type { CheckRunFact } from '../../verifier/records/facts.ts'

export const results = 1_000_000
export const findings = results / 10
const batches = 365
const nothing = '0'.repeat(64)

/**
 * A year of daily batches of every check, with their facts and the trend's points; a million results of one check, a tenth of them failing, and as many findings.
 * Returns that check's id.
 */
export async function fill(services: Services, orgId: string): Promise<string> {
  const now = services.clock.now().getTime()
  for (let day = batches; day > 0; day--) await runBatch(services, orgId, new Date(now - day * 86_400_000))
  const client = new pg.Client({ connectionString: services.database.connectionString })
  await client.connect()
  try {
    const first = await client.query('select id from checks_check where org_id = $1 order by id limit 1', [orgId])
    const check = String(first.rows[0]?.id)
    await client.query(
      `insert into checks_result (org_id, check_id, subject_id, status, reason, columns)
       select $1, $2, 'subject ' || lpad(n::text, 7, '0'), case when n % ($3::int / $4::int) = 0 then 'fail' else 'pass' end, 'It is as it should be, or nearly so.', '{"seen": 1, "owner": "synthetic"}'
       from generate_series(1, $3::int) n`,
      [orgId, check, results, findings],
    )
    await client.query(
      `update checks_run set passed = $3::int - $4::int, failed = $4::int where org_id = $1 and check_id = $2`,
      [orgId, check, results, findings],
    )
    await client.query(
      `insert into checks_finding (org_id, check_id, subject_id, reason, opened_at, opened_batch, last_failed_at)
       select org_id, check_id, subject_id, reason, now(), gen_random_uuid(), now() from checks_result where org_id = $1 and status = 'fail'`,
      [orgId],
    )
    await services.database.tenant(orgId, services.clock, async tx =>
      keepFigures(
        tx,
        (await listStoredChecks(tx)).map(({ id }) => id),
      ),
    )
    await client.query('vacuum analyze')
    return check
  } finally {
    await client.end()
  }
}

/** One batch of every check, a fact like those that real ones leave. */
async function runBatch(services: Services, orgId: string, time: Date): Promise<void> {
  const clock: Clock = { simulated: true, now: () => time }
  const id = randomUUID()
  await services.database.tenant(orgId, clock, async tx => {
    const runs = (await listStoredChecks(tx)).map((check): CheckRunFact => {
      const inputs = check.definition.metadata.resources.map(resource => ({
        snapshot: randomUUID(),
        resource,
        connection: 'Synthetic',
        content: nothing,
        complete: true,
      }))
      const counts = { passed: 9, failed: 1, unknown: 0, not_applicable: 0, excepted: 0 }
      const outcome = { outcome: 'fail' as const, outcome_reason: '1 of 10 fail.', results: nothing, error: null }
      return { check: check.id, version: check.version, parameters: {}, inputs, ...counts, ...outcome }
    })
    const as_of = time.toISOString()
    const content = { batch: id, as_of, engine: 'synthetic', absent: [], runs }
    const entry = await appendFact(tx, { kind: 'checks.completed', actor: systemActor, subject: id, content })
    const batch = { id, jobId: null, cause: 'sample', asOf: as_of, startedAt: time, engine: 'synthetic' }
    await insertBatch(
      tx,
      batch,
      runs.map(run => ({ ...run, durationMs: 1 })),
      entry,
    )
    await keepStatus(tx, id, checkSupport)
  })
}
