import { sql } from 'kysely'
import { stampIsLate } from '../../features/ledger/stamp-checkpoints.ts'
import { countQueued } from '../../features/ledger/store.ts'
import { systemClock } from '../../platform/clock/clock.ts'
import type { Config } from '../../platform/config/config.ts'
import type { Database, TenantTx } from '../../platform/db/database.ts'
import { messageOf } from '../../platform/errors/errors.ts'
import { allVaultStores } from '../../platform/vault/sql-store.ts'
import { unwrapDataKey } from '../../platform/vault/vault.ts'
import { checkNewest } from './check-ledger.ts'
import { type Finding, ok, problem, warning } from './finding.ts'
import { existingMasterKeys, keySource, openObjects } from './parts.ts'

/** Whether the object store answers. Nothing is written: it is write-once, and a probe would stay for ever. */
export async function lookAtObjects(config: Config): Promise<Finding[]> {
  const store = await openObjects(config)
  await store.has('0'.repeat(64))
  // One is enough to know that it may be listed, as a backup does.
  const { done } = await store.list()[Symbol.asyncIterator]().next()
  const where = config.s3 ? `the bucket ${config.s3.bucket}` : `${config.dataDir}/objects`
  return [ok('objects', `${done ? 'Nothing is stored yet in' : 'Objects can be read and listed in'} ${where}.`)]
}

/** Whether the master key is there and opens every data key. */
export async function lookAtVault(config: Config, database: Database): Promise<Finding[]> {
  const source = keySource(config) === 'environment' ? 'VOUCH_MASTER_KEY' : `${config.dataDir}/master.key`
  const masters = existingMasterKeys(config)
  const wrong: string[] = []
  let keys = 0
  for (const store of allVaultStores(database)) {
    for await (const key of store.listWrapped()) {
      keys += 1
      const master = masters.find(candidate => candidate.id === key.masterKeyId)
      try {
        if (!master) throw new Error(`it is locked with the master key ${key.masterKeyId}`)
        unwrapDataKey(master, key)
      } catch (thrown) {
        wrong.push(messageOf(thrown))
      }
    }
  }
  if (wrong.length > 0) {
    return [
      problem(
        'vault',
        `${wrong.length} of ${keys} data keys do not open with the master key from ${source} (${masters.map(key => key.id).join(', ')}): ${wrong[0]}`,
        'Bring back the master key that belongs to this database, from the backup that the database is from.',
      ),
    ]
  }
  if (masters.length > 1) {
    const next =
      source === 'VOUCH_MASTER_KEY'
        ? 'Run ./vouch vault rotate, then unset VOUCH_MASTER_KEY_PREVIOUS.'
        : 'Finish it: ./vouch vault rotate'
    return [warning('vault', 'A rotation of the master key is under way.', next)]
  }
  return [ok('vault', `The master key from ${source} opens all ${keys} data keys.`)]
}

/** Each organisation's ledger: its newest checkpoint and the tiles under it, its queue, its stamps and witness. */
export async function lookAtLedgers(config: Config, database: Database): Promise<Finding[]> {
  const organisations = await database.operator(trx =>
    trx.selectFrom('organisation').select(['id', 'slug']).orderBy('created_at').execute(),
  )
  if (organisations.length === 0)
    return [warning('organisation', 'There is no organisation yet.', 'Make one: ./vouch init --name "Your company"')]
  const findings: Finding[] = []
  for (const { id, slug } of organisations) {
    findings.push(...(await database.tenantSnapshot(id, systemClock, tx => lookAtLedger(config, tx, `ledger ${slug}`))))
  }
  return findings
}

async function lookAtLedger(config: Config, tx: TenantTx, about: string): Promise<Finding[]> {
  const { size, problem: damage } = await checkNewest(tx)
  if (damage !== undefined) {
    return [
      problem(
        about,
        `It does not lead to its own last checkpoint: ${damage}.`,
        'Nothing more will be signed. Run ./vouch ledger check, keep this data folder for inquiry, and restore the newest backup elsewhere.',
      ),
    ]
  }
  const findings: Finding[] = []
  const waiting = await countQueued(tx)
  if (waiting > 0 && (await waitsLong(tx))) {
    findings.push(
      warning(
        about,
        `${waiting} entries have waited for their place in the tree for more than 5 minutes.`,
        'Start a server (./vouch start); if one runs, see its log.',
      ),
    )
  }
  if (config.tsaUrl !== undefined && (await stampIsLate(tx))) {
    findings.push(
      warning(
        about,
        'The newest checkpoints have not been time-stamped for more than an hour.',
        'See whether the authority (VOUCH_TSA_URL) answers from this machine, and the server’s log.',
      ),
    )
  }
  if (config.witness !== undefined && (await witnessIsLate(tx))) {
    findings.push(
      warning(
        about,
        'The newest checkpoints have not been cosigned by the witness for more than an hour.',
        'See whether the witness (VOUCH_WITNESS_URL) answers from this machine, and the server’s log.',
      ),
    )
  }
  if (config.tsaUrl === undefined) {
    findings.push(
      warning(
        about,
        'Its checkpoints are not time-stamped: that they were not backdated rests on your own word.',
        'Set VOUCH_TSA_URL to an RFC 3161 authority.',
      ),
    )
  }
  return [
    ok(
      about,
      `The checkpoint of ${size} leaves is signed by the log, and the stored tree leads to it; ${waiting} entries wait.`,
    ),
    ...findings,
  ]
}

async function waitsLong(tx: TenantTx): Promise<boolean> {
  const { rows } = await sql<{ late: boolean }>`
    select exists (select from ledger_queue q join ledger_entry e on e.org_id = q.org_id and e.id = q.entry_id
      where e.time < now() - interval '5 minutes') as late`.execute(tx.sql)
  return rows[0]?.late ?? false
}

async function witnessIsLate(tx: TenantTx): Promise<boolean> {
  const { rows } = await sql<{ late: boolean }>`
    select exists (select from ledger_checkpoint where created_at < now() - interval '1 hour'
      and size > coalesce((select max(size) from ledger_cosignature), 0)) as late`.execute(tx.sql)
  return rows[0]?.late ?? false
}
