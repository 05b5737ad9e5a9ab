import type { JsonObject } from '../../../../verifier/records/canonical.ts'
import { messageOf, VouchError } from '../../../platform/errors/errors.ts'
import type { CollectedRecord, CollectionRun, ConnectionTest, Connector } from '../connector.ts'
import { queriesFor, type ResourceQuery, type Rights, rightsQuery } from './queries.ts'
import { redactHbaError, redactOptions } from './redact.ts'
import { resources } from './resources.ts'
import { openSession, type Row, type Session, scrub } from './session.ts'
import { type PostgresSettings, postgresSettingsSchema } from './settings.ts'
import { supportEndOf } from './support.ts'

const oldestVersion = 130000
/** Records fetched at a time; what is held in memory. */
const batch = 500

/**
 * Reads the catalogue of any PostgreSQL 13 or later in one read-only REPEATABLE READ transaction, so that all resources show the same
 * moment. The present only: PostgreSQL keeps no history of its catalogue.
 */
export const postgresConnector: Connector<PostgresSettings> = {
  kind: 'postgres',
  title: 'PostgreSQL',
  description:
    'Roles, memberships, settings, databases, grants, tables with their row security, extensions, authentication rules and version of any PostgreSQL 13 or later.',
  privileges:
    'An ordinary role that may connect to the database; it needs no right on any table. With GRANT pg_read_all_settings it also sees the settings that are hidden from ordinary roles. ' +
    'How passwords are stored needs GRANT SELECT (oid, rolpassword) ON pg_catalog.pg_authid; only the method is read, the hash never leaves the server. Authentication rules need ' +
    'GRANT SELECT ON pg_catalog.pg_hba_file_rules and GRANT EXECUTE ON FUNCTION pg_catalog.pg_hba_file_rules(). What it may not see is reported as unknown.',
  settings: postgresSettingsSchema as Connector<PostgresSettings>['settings'],
  secrets: ['password', 'connection_string'],
  resources,
  test,
  collect,
}

async function test(settings: PostgresSettings, signal: AbortSignal): Promise<ConnectionTest> {
  try {
    const session = await openSession(settings, signal)
    try {
      await begin(session, settings)
      const { version, rights } = await lookAtRights(session)
      const hidden = [
        ...(rights.passwords ? [] : ['how passwords are stored']),
        ...(rights.hba ? [] : ['authentication rules']),
        ...(rights.settings ? [] : ['some settings']),
      ]
      const found = `Connected as "${session.target.user}" to PostgreSQL ${Math.floor(version / 10000)}.${version % 10000}, database "${session.target.database}".`
      return {
        ok: true,
        message:
          hidden.length === 0
            ? found
            : `${found} This role may not see: ${hidden.join(', ')}; checks over it will be unknown.`,
      }
    } finally {
      await session.close()
    }
  } catch (thrown) {
    signal.throwIfAborted()
    return { ok: false, message: scrub(messageOf(thrown), settings) }
  }
}

async function* collect(settings: PostgresSettings, run: CollectionRun): AsyncGenerator<CollectedRecord> {
  const session = await openSession(settings, run.signal)
  try {
    await begin(session, settings)
    const { version, rights, now } = await lookAtRights(session)
    run.sourceClock(now)
    if (!rights.hba) {
      run.incomplete(
        'postgres.hba_rule',
        `role "${session.target.user}" may not read pg_hba_file_rules: GRANT SELECT on the view and EXECUTE on its function`,
      )
    }
    const queries = queriesFor(version, rights)
    for (const [index, query] of queries.entries()) {
      run.progress(query.title, index, queries.length)
      try {
        yield* readResource(session, query, rights, run)
      } catch (thrown) {
        const unread = unreadAfter(thrown, queries, index)
        if (unread.length === queries.length) throw thrown
        run.signal.throwIfAborted()
        for (const { resource } of unread) run.incomplete(resource, scrub(messageOf(thrown), settings))
        if (thrown instanceof VouchError) return
      }
    }
    run.progress('Read everything', queries.length, queries.length)
  } finally {
    await session.close()
  }
}

/** What could not be read: from here on when the connection is lost, this one alone when the server refused it. */
function unreadAfter(thrown: unknown, queries: readonly ResourceQuery[], index: number): readonly ResourceQuery[] {
  return queries.slice(index, thrown instanceof VouchError ? undefined : index + 1)
}

async function begin(session: Session, settings: PostgresSettings): Promise<void> {
  await session.query('begin transaction isolation level repeatable read, read only')
  await session.query(
    `select set_config('search_path', 'pg_catalog', true), set_config('statement_timeout', $1, true), set_config('lock_timeout', '5s', true),
            set_config('idle_in_transaction_session_timeout', '10min', true), set_config('DateStyle', 'ISO', true)`,
    [`${settings.statement_timeout_seconds}s`],
  )
}

async function lookAtRights(session: Session): Promise<{ version: number; rights: Rights; now: Date }> {
  const [row] = await session.query(rightsQuery)
  const version = Number(row?.version)
  if (!(version >= oldestVersion)) {
    throw new VouchError(
      'source_failed',
      `This PostgreSQL is too old (${String(row?.version)}): version 13 or later can be read`,
    )
  }
  return {
    version,
    rights: { settings: row?.settings === true, passwords: row?.passwords === true, hba: row?.hba === true },
    now: new Date(String(row?.now)),
  }
}

async function* readResource(
  session: Session,
  query: ResourceQuery,
  rights: Rights,
  run: CollectionRun,
): AsyncGenerator<CollectedRecord> {
  const { resource } = query
  run.asked({ resource, request: query.records.trim() })
  await session.query('savepoint resource')
  let count: number
  try {
    const [counted] = await session.query(query.count)
    count = Number(counted?.count)
    await session.query(`declare records no scroll cursor for select to_jsonb(q) as record from (${query.records}) q`)
    for (;;) {
      const rows = await session.query(`fetch ${batch} from records`)
      for (const row of rows) yield { resource, record: finished(resource, row, session, rights) }
      if (rows.length < batch) break
    }
    await session.query('close records')
    await session.query('release savepoint resource')
  } catch (thrown) {
    if (!(thrown instanceof VouchError) && !run.signal.aborted) await session.query('rollback to savepoint resource')
    throw thrown
  }
  run.total(resource, count)
}

/** The record as the server gave it, with what only this side knows, and without secrets. */
function finished(resource: string, row: Row, session: Session, rights: Rights): JsonObject {
  const record = row.record as JsonObject
  if (resource === 'postgres.hba_rule') {
    const error = typeof record.error === 'string' ? record.error : null
    return { ...record, options: redactOptions(record.options ?? null), error: redactHbaError(error) }
  }
  if (resource === 'postgres.server') {
    const { host, port, database } = session.target
    return {
      ...record,
      address: `${host}:${port}/${database}`,
      support_ends: supportEndOf(Number(record.major_version)),
      can_read_settings: rights.settings,
      can_read_passwords: rights.passwords,
      can_read_hba: rights.hba,
    }
  }
  return record
}
