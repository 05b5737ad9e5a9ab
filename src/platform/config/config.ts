import { resolve } from 'node:path'
import { z } from 'zod'
import { VouchError } from '../errors/errors.ts'
import { readSender, readSmtpUrl, type Sender, type SmtpSettings } from '../mail/smtp-url.ts'
import { isProxyAddress, isReachable, originOf } from './public-address.ts'

/** An empty variable means "not set": that is what `FOO= command` and an unset compose entry give. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess(value => (value === '' ? undefined : value), schema.optional())

const list = z.string().transform(text =>
  text
    .split(',')
    .map(item => item.trim())
    .filter(Boolean),
)

const environmentSchema = z.object({
  VOUCH_DATA: optional(z.string()),
  DATABASE_URL: optional(z.string().regex(/^postgres(ql)?:\/\//, 'must begin with postgres:// or postgresql://')),
  VOUCH_URL: optional(
    z
      .string()
      .refine(
        url => originOf(url) !== undefined,
        'must be https://name, without a path; http:// is for localhost only',
      ),
  ),
  VOUCH_HOST: optional(
    z.union([z.literal('localhost'), z.ipv4(), z.ipv6()], 'must be an IP address of this machine, or 0.0.0.0 for all'),
  ),
  VOUCH_TRUSTED_PROXIES: optional(
    list.refine(
      all => all.every(isProxyAddress),
      'must be IP addresses or ranges such as 10.0.0.0/8, separated by commas',
    ),
  ),
  VOUCH_REQUESTS_PER_MINUTE: optional(z.coerce.number().int().min(0)),
  VOUCH_SECURITY_CONTACT: optional(
    z.string().regex(/^(https:\/\/|mailto:|tel:)\S+$/, 'must begin with mailto:, https:// or tel:'),
  ),
  VOUCH_FRESH_MINUTES: optional(z.coerce.number().int().min(1).max(1440)),
  VOUCH_PORT: optional(z.coerce.number().int().min(0).max(65535)),
  VOUCH_MASTER_KEY: optional(z.string()),
  VOUCH_MASTER_KEY_PREVIOUS: optional(z.string()),
  VOUCH_TSA_URL: optional(z.url()),
  VOUCH_WITNESS_URL: optional(z.url()),
  VOUCH_WITNESS_KEY: optional(z.string()),
  VOUCH_ALLOW_PRIVATE_HOSTS: optional(list),
  VOUCH_LOG_LEVEL: optional(z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])),
  VOUCH_S3_BUCKET: optional(z.string()),
  VOUCH_S3_ENDPOINT: optional(z.url()),
  VOUCH_S3_REGION: optional(z.string()),
  VOUCH_S3_PREFIX: optional(z.string()),
  VOUCH_S3_LOCK_DAYS: optional(z.coerce.number().int().positive()),
  VOUCH_SMTP_URL: optional(
    z.string().refine(url => readSmtpUrl(url) !== undefined, 'must be like smtp://user:password@mail.example.com:587'),
  ),
  VOUCH_MAIL_FROM: optional(
    z
      .string()
      .refine(text => readSender(text) !== undefined, 'must be an e-mail address, or like Vouch <vouch@example.com>'),
  ),
  VOUCH_UPLOAD_LIMIT_MIB: optional(z.coerce.number().int().min(1).max(1_048_576)),
})

/** Everything that can be configured, read once at start. */
export interface Config {
  /** The data folder, absolute. */
  readonly dataDir: string
  /** A PostgreSQL of your own; the embedded one when absent. */
  readonly databaseUrl: string | undefined
  /** The origin at which people reach the pages, such as `https://vouch.example.com`; undefined when it is this machine's loopback. */
  readonly url: string | undefined
  /** For so long after somebody has shown who they are they do what is sensitive without showing it again. */
  readonly freshMinutes: number
  /** The address that is listened on. */
  readonly host: string
  readonly port: number
  /** Reverse proxies, by address or range, whose word on a client's address is taken. */
  readonly trustedProxies: readonly string[]
  /** How many requests an account or a key may make in a minute; 0 when they are not counted. */
  readonly requestsPerMinute: number
  /** Where a vulnerability of this installation is reported: for security.txt. */
  readonly securityContact: string | undefined
  /** The vault's master keys when they come from the environment; else they are in the data folder. */
  readonly masterKeys: {
    readonly VOUCH_MASTER_KEY: string | undefined
    readonly VOUCH_MASTER_KEY_PREVIOUS: string | undefined
  }
  /** RFC 3161 time-stamping authority. */
  readonly tsaUrl: string | undefined
  /** C2SP tlog-witness: its submission prefix and its verifier key. */
  readonly witness: { readonly url: string; readonly key: string } | undefined
  /** Host names or addresses that outbound requests may reach although they are not public. */
  readonly allowPrivateHosts: readonly string[]
  readonly logLevel: string
  readonly s3: S3Config | undefined
  /** The most that one document, or one push of records, may have; bytes. */
  readonly uploadLimit: number
  readonly mail: MailConfig
}

export interface MailConfig {
  /** Nothing is mailed without it. */
  readonly smtp: SmtpSettings | undefined
  readonly from: Sender
  /** The demo and development show what would be mailed to who may see the list of messages. Never set by the environment. */
  readonly preview: boolean
}

export interface S3Config {
  readonly bucket: string
  readonly endpoint: string | undefined
  readonly region: string
  readonly prefix: string
  readonly lockDays: number | undefined
}

/**
 * Reads the configuration from environment variables (`VOUCH_…`, `DATABASE_URL`).
 * Throws VouchError `invalid_input` that names each wrong variable; values are not repeated, they may be secret.
 */
export function readConfig(environment: NodeJS.ProcessEnv, folder = process.cwd()): Config {
  const parsed = environmentSchema.safeParse(environment)
  if (!parsed.success) {
    const fields = parsed.error.issues.map(issue => ({ path: issue.path.join('.'), message: issue.message }))
    const list = fields.map(field => `${field.path}: ${field.message}`).join('; ')
    throw new VouchError('invalid_input', `The environment is not right: ${list}. Correct it and start again.`, {
      fields,
    })
  }
  const env = parsed.data
  if (Boolean(env.VOUCH_WITNESS_URL) !== Boolean(env.VOUCH_WITNESS_KEY)) {
    throw new VouchError('invalid_input', 'Set both VOUCH_WITNESS_URL and VOUCH_WITNESS_KEY, or neither.')
  }
  if (Boolean(env.VOUCH_SMTP_URL) !== Boolean(env.VOUCH_MAIL_FROM)) {
    throw new VouchError('invalid_input', 'Set both VOUCH_SMTP_URL and VOUCH_MAIL_FROM, or neither.')
  }
  const url = env.VOUCH_URL === undefined ? undefined : originOf(env.VOUCH_URL)
  const host = env.VOUCH_HOST ?? '127.0.0.1'
  return {
    dataDir: resolve(folder, env.VOUCH_DATA ?? '.vouch'),
    databaseUrl: env.DATABASE_URL,
    url,
    host,
    freshMinutes: env.VOUCH_FRESH_MINUTES ?? 15,
    port: env.VOUCH_PORT ?? 4000,
    trustedProxies: env.VOUCH_TRUSTED_PROXIES ?? [],
    // Whoever is on this machine could do more than ask often.
    requestsPerMinute: env.VOUCH_REQUESTS_PER_MINUTE ?? (isReachable({ url, host }) ? 1_200 : 0),
    securityContact: env.VOUCH_SECURITY_CONTACT,
    masterKeys: { VOUCH_MASTER_KEY: env.VOUCH_MASTER_KEY, VOUCH_MASTER_KEY_PREVIOUS: env.VOUCH_MASTER_KEY_PREVIOUS },
    tsaUrl: env.VOUCH_TSA_URL,
    witness:
      env.VOUCH_WITNESS_URL && env.VOUCH_WITNESS_KEY
        ? { url: env.VOUCH_WITNESS_URL, key: env.VOUCH_WITNESS_KEY }
        : undefined,
    allowPrivateHosts: env.VOUCH_ALLOW_PRIVATE_HOSTS ?? [],
    logLevel: env.VOUCH_LOG_LEVEL ?? 'info',
    s3: env.VOUCH_S3_BUCKET
      ? {
          bucket: env.VOUCH_S3_BUCKET,
          endpoint: env.VOUCH_S3_ENDPOINT,
          region: env.VOUCH_S3_REGION ?? 'us-east-1',
          prefix: env.VOUCH_S3_PREFIX ?? '',
          lockDays: env.VOUCH_S3_LOCK_DAYS,
        }
      : undefined,
    mail: {
      smtp: env.VOUCH_SMTP_URL === undefined ? undefined : readSmtpUrl(env.VOUCH_SMTP_URL),
      from: readSender(env.VOUCH_MAIL_FROM ?? '') ?? { name: 'Vouch', address: 'vouch@localhost.invalid' },
      preview: false,
    },
    uploadLimit: (env.VOUCH_UPLOAD_LIMIT_MIB ?? 1024) * 1024 * 1024,
  }
}
