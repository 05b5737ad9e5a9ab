import { Socket } from 'node:net'
import pg from 'pg'
import { messageOf, VouchError } from '../../../platform/errors/errors.ts'
import { type PostgresSettings, type Target, targetOf, tlsOf } from './settings.ts'

export type Row = Readonly<Record<string, unknown>>

/** One connection, whose every wait ends when the signal is aborted. */
export interface Session {
  readonly target: Target
  /** Runs one statement. Throws the signal's reason when aborted, VouchError `source_failed` when the connection is lost, DatabaseError otherwise. */
  query(sql: string, parameters?: readonly unknown[]): Promise<readonly Row[]>
  close(): Promise<void>
}

const connectTimeoutMs = 10_000
const goodbyeMs = 2_000

/**
 * Connects as the settings say, announcing itself as `vouch`. Throws VouchError (`source_failed`, or `invalid_input` for settings) whose
 * message says what to do and holds no secret.
 */
export async function openSession(settings: PostgresSettings, signal: AbortSignal): Promise<Session> {
  const target = targetOf(settings)
  const tls = tlsOf(target, settings.ca_certificate)
  try {
    return await connect(target, tls, settings, signal)
  } catch (thrown) {
    if (tls && target.sslmode === 'prefer' && /does not support SSL/.test(messageOf(thrown))) {
      return await connect(target, false, settings, signal).catch(again => {
        throw connectError(again, target, signal)
      })
    }
    throw connectError(thrown, target, signal)
  }
}

async function connect(
  target: Target,
  ssl: pg.ClientConfig['ssl'],
  settings: PostgresSettings,
  signal: AbortSignal,
): Promise<Session> {
  signal.throwIfAborted()
  const socket = new Socket()
  const config: pg.ClientConfig = {
    host: target.host,
    port: target.port,
    database: target.database,
    user: target.user,
    // A function, because `pg` takes an empty password for a reason to look into PGPASSWORD and ~/.pgpass of whoever runs us.
    password: () => target.password ?? '',
    ssl,
    application_name: 'vouch',
    connectionTimeoutMillis: connectTimeoutMs,
    // Ours, so that an abort can close it at once, whatever the protocol is waiting for.
    stream: () => socket,
  }
  const client = new pg.Client(config)
  let lost: Error | undefined
  client.on('error', error => {
    lost = error
  })
  let backend: number | undefined
  const abort = () => {
    socket.destroy()
    // A closed socket alone does not stop a running query: the server notices only when it next writes to it.
    if (backend !== undefined) void cancelBackend(config, backend)
  }
  signal.addEventListener('abort', abort, { once: true })

  const run = async (sql: string, parameters: readonly unknown[]): Promise<readonly Row[]> => {
    signal.throwIfAborted()
    try {
      const result = await client.query<Row>(sql, [...parameters])
      return result.rows
    } catch (thrown) {
      signal.throwIfAborted()
      if (thrown instanceof pg.DatabaseError && thrown.severity !== 'FATAL' && !lost) throw thrown
      throw new VouchError(
        'source_failed',
        `The connection to ${nameOf(target)} was lost: ${scrub(messageOf(thrown), settings)}`,
      )
    }
  }
  try {
    await client.connect()
    const [own] = await run('select pg_catalog.pg_backend_pid() as pid', [])
    backend = Number(own?.pid)
  } catch (thrown) {
    signal.removeEventListener('abort', abort)
    socket.destroy()
    throw scrubbed(thrown, settings)
  }
  return {
    target,
    query: (sql, parameters = []) => run(sql, parameters),
    async close() {
      signal.removeEventListener('abort', abort)
      if (socket.destroyed) return
      const late = setTimeout(() => socket.destroy(), goodbyeMs)
      await client.end().catch(() => undefined)
      clearTimeout(late)
    },
  }
}

/** Asks the server to stop the query of a process of the same role. Best effort: the statement timeout stops it otherwise. */
async function cancelBackend(config: pg.ClientConfig, backend: number): Promise<void> {
  const client = new pg.Client({
    ...config,
    stream: undefined,
    connectionTimeoutMillis: goodbyeMs,
    query_timeout: goodbyeMs,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('select pg_catalog.pg_cancel_backend($1)', [backend])
  } catch {
    return
  } finally {
    await client.end().catch(() => undefined)
  }
}

function nameOf(target: Target): string {
  return target.host.startsWith('/')
    ? `PostgreSQL at socket ${target.host} (port ${target.port})`
    : `PostgreSQL at ${target.host}:${target.port}`
}

const advice: Readonly<Record<string, (target: Target) => string>> = {
  '28P01': target => `refused the password of role "${target.user}": check the password, and that the role may LOGIN`,
  '28000': target =>
    `does not let role "${target.user}" in from here: look at pg_hba.conf, and that the role exists and may LOGIN`,
  '3D000': target => `has no database "${target.database}": name an existing one in the settings`,
  '42501': target => `does not let role "${target.user}" connect to database "${target.database}": GRANT CONNECT on it`,
  '53300': () => 'has no connection left: try again later or raise max_connections',
  '57P03': () => 'is starting up or shutting down: try again in a moment',
  ECONNREFUSED: () => 'refused the connection: check that it runs, and listens on this address and port',
  ENOENT: () => 'has no socket there: check the folder and the port, and that the server runs on this machine',
  EACCES: () => 'has a socket that this user may not open: check the permissions of its folder',
  ENOTFOUND: () => 'was not found: check the host name',
  EAI_AGAIN: () => 'was not found: the name could not be looked up just now',
  ETIMEDOUT: () => 'did not answer in time: check address, port and firewall',
  EHOSTUNREACH: () => 'cannot be reached from here: check address and network',
  ENETUNREACH: () => 'cannot be reached from here: check address and network',
}

function connectError(thrown: unknown, target: Target, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason
  if (thrown instanceof VouchError) return thrown
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  const advised = advice[code]?.(target)
  if (advised) return new VouchError('source_failed', `${nameOf(target)} ${advised}`)
  const message = messageOf(thrown)
  if (/timeout/i.test(message)) {
    return new VouchError(
      'source_failed',
      `${nameOf(target)} did not answer in ${connectTimeoutMs / 1000} s: check address, port and firewall`,
    )
  }
  if (/does not support SSL/.test(message)) {
    return new VouchError(
      'source_failed',
      `${nameOf(target)} offers no TLS: turn it on there, or set TLS to "disable" if the network is trusted`,
    )
  }
  if (/must be a (non-empty )?string|SASL.*password/i.test(message)) {
    return new VouchError(
      'source_failed',
      `${nameOf(target)} wants a password for role "${target.user}": add it to the settings`,
    )
  }
  if (/certificate|self.signed|altnames|unable to (get|verify)/i.test(message)) {
    return new VouchError(
      'source_failed',
      `${nameOf(target)} has a certificate that could not be verified (${message}): give the CA certificate, or correct the host name`,
    )
  }
  return new VouchError('source_failed', `${nameOf(target)} could not be reached: ${message}`)
}

/** The message with every secret of the settings replaced; one of up to three letters would match half of any text and is left. */
export function scrub(message: string, settings: PostgresSettings): string {
  const secrets = [settings.connection_string, settings.password, passwordOf(settings)]
  return secrets.reduce<string>(
    (clean, secret) => (secret && secret.length > 3 ? clean.replaceAll(secret, '[redacted]') : clean),
    message,
  )
}

function passwordOf(settings: PostgresSettings): string | undefined {
  return settings.connection_string === undefined ? undefined : targetOf(settings).password
}

function scrubbed(thrown: unknown, settings: PostgresSettings): unknown {
  if (thrown instanceof Error) thrown.message = scrub(thrown.message, settings)
  return thrown
}
