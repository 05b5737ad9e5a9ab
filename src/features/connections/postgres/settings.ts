import type { ClientConfig } from 'pg'
import { z } from 'zod'
import { VouchError } from '../../../platform/errors/errors.ts'

export const sslModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
export type SslMode = (typeof sslModes)[number]

const text = (title: string, description: string) =>
  z.string().trim().min(1).optional().meta({ title }).describe(description)

export const postgresSettingsSchema = z
  .strictObject({
    connection_string: text(
      'Connection string',
      'postgresql://user:password@host:port/database?sslmode=verify-full; takes the place of the fields below. For a Unix socket: postgresql://user@/database?host=/var/run/postgresql',
    ),
    host: text('Host', 'Name or address of the server, or the folder of its Unix socket, such as /var/run/postgresql'),
    port: z.int().min(1).max(65535).optional().meta({ title: 'Port' }).describe('5432 when empty'),
    database: text('Database', 'The database to read; grants, tables and extensions are those of this database'),
    user: text('Role', 'The role to sign in as; an ordinary role is enough for most of it'),
    password: z.string().min(1).optional().meta({ title: 'Password' }).describe('The password of the role'),
    sslmode: z
      .enum(sslModes)
      .optional()
      .meta({ title: 'TLS' })
      .describe(
        'As in libpq. When empty: require, or prefer for a loopback address. verify-full also checks the certificate and the host name; a Unix socket has no TLS',
      ),
    ca_certificate: text(
      'CA certificate',
      'PEM of the authority that signed the server certificate, for verify-ca and verify-full',
    ),
    statement_timeout_seconds: z
      .int()
      .min(1)
      .max(3600)
      .default(60)
      .meta({ title: 'Statement timeout, seconds' })
      .describe('The server stops any single query after this many seconds'),
  })
  .superRefine((settings, context) => {
    if (settings.connection_string === undefined && (settings.host === undefined || settings.user === undefined)) {
      context.addIssue({
        code: 'custom',
        path: ['host'],
        message: 'Give a connection string, or at least a host and a role',
      })
    }
  })

export type PostgresSettings = z.infer<typeof postgresSettingsSchema>

/** Where and how to connect, with the connection string taken apart. `host` is a folder for a Unix socket. */
export interface Target {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password: string | undefined
  readonly sslmode: SslMode
}

const pattern =
  /^postgres(?:ql)?:\/\/(?:([^:@/?]*)(?::([^@/?]*))?@)?(\[[^\]]+\]|[^:/?,]*)(?::(\d{1,5}))?(?:\/([^/?]*))?(?:\?(.*))?$/

/**
 * Takes the settings to a target. Throws VouchError `invalid_input` for a connection string that is not understood; the message never
 * repeats the string, which may hold a password.
 */
export function targetOf(settings: PostgresSettings): Target {
  const parts = settings.connection_string === undefined ? {} : parseConnectionString(settings.connection_string)
  const host = parts.host ?? settings.host
  const user = parts.user ?? settings.user
  if (host === undefined || user === undefined) {
    throw new VouchError(
      'invalid_input',
      'The connection string names no host or no role: write postgresql://role@host:5432/database',
    )
  }
  return {
    host,
    user,
    port: parts.port ?? settings.port ?? 5432,
    database: parts.database ?? settings.database ?? user,
    password: parts.password ?? settings.password,
    sslmode: parts.sslmode ?? settings.sslmode ?? (isLocal(host) ? 'prefer' : 'require'),
  }
}

function parseConnectionString(connectionString: string): Partial<Target> {
  const match = pattern.exec(connectionString.trim())
  if (!match)
    throw notUnderstood(
      'write postgresql://role:password@host:5432/database, with one host and special characters percent-encoded',
    )
  const [, user, password, host, port, database, query] = match
  const options = new URLSearchParams(query ?? '')
  const sslmode = options.get('sslmode') ?? undefined
  if (sslmode !== undefined && !isSslMode(sslmode)) throw notUnderstood(`its sslmode is none of ${sslModes.join(', ')}`)
  const known = [
    'host',
    'port',
    'user',
    'password',
    'dbname',
    'sslmode',
    'application_name',
    'connect_timeout',
    'channel_binding',
  ]
  const foreign = [...options.keys()].filter(key => !known.includes(key))
  if (foreign.length > 0)
    throw notUnderstood(
      `it has parameters that are not supported here: ${foreign.map(name => name.slice(0, 40)).join(', ')}`,
    )
  return {
    host: options.get('host') || decoded(host)?.replace(/^\[|\]$/g, ''),
    user: options.get('user') || decoded(user),
    password: options.get('password') || decoded(password),
    port: Number(options.get('port') || port) || undefined,
    database: options.get('dbname') || decoded(database),
    sslmode,
  }
}

function decoded(part: string | undefined): string | undefined {
  if (part === undefined || part === '') return undefined
  try {
    return decodeURIComponent(part)
  } catch {
    throw notUnderstood('a % in it is not part of a percent-encoding; write % as %25')
  }
}

function notUnderstood(why: string): VouchError {
  return new VouchError('invalid_input', `The connection string is not understood: ${why}`)
}

function isSslMode(value: string): value is SslMode {
  return (sslModes as readonly string[]).includes(value)
}

function isLocal(host: string): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || /^127\./.test(host)
}

/** The TLS option of `pg` for a target, or false for none. As in libpq, a Unix socket never uses TLS. */
export function tlsOf(target: Target, caCertificate: string | undefined): ClientConfig['ssl'] {
  if (target.sslmode === 'disable' || target.host.startsWith('/')) return false
  const ca = caCertificate === undefined ? {} : { ca: caCertificate }
  if (target.sslmode === 'verify-full') return { ...ca, rejectUnauthorized: true }
  if (target.sslmode === 'verify-ca') return { ...ca, rejectUnauthorized: true, checkServerIdentity: () => undefined }
  return { rejectUnauthorized: false }
}
