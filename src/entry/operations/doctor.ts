import type { Config } from '../../platform/config/config.ts'
import { readConfig } from '../../platform/config/config.ts'
import { Database } from '../../platform/db/database.ts'
import { messageOf } from '../../platform/errors/errors.ts'
import { version } from '../version.ts'
import { lookAtLedgers, lookAtObjects, lookAtVault } from './doctor-content.ts'
import { lookAtGuards, lookAtJobs, lookAtSchema } from './doctor-database.ts'
import { lookAtDataFolder, lookAtProgram } from './doctor-machine.ts'
import { lookAtMail } from './doctor-mail.ts'
import { type Finding, ok, orProblem, problem } from './finding.ts'
import { connect, hasDatabase, keySource, openDatabaseServer } from './parts.ts'

export interface Diagnosis {
  /** No check found a problem; warnings do not count. */
  readonly ok: boolean
  readonly version: string
  /** What is configured, without anything secret. */
  readonly configuration: Readonly<Record<string, string>>
  readonly checks: readonly Finding[]
}

/**
 * Looks at everything that an installation needs. It changes nothing, beside a running server or without one; an embedded database that does not run is
 * started for as long as it looks. Never throws: what cannot be looked at is a problem.
 */
export async function diagnose(environment: NodeJS.ProcessEnv): Promise<Diagnosis> {
  let config: Config
  try {
    config = readConfig(environment)
  } catch (thrown) {
    const checks = [problem('configuration', 'It cannot be read.', messageOf(thrown))]
    return { ok: false, version, configuration: {}, checks }
  }
  const checks = [
    ...(await orProblem('program', () => lookAtProgram(config))),
    ...(await orProblem('data folder', () => lookAtDataFolder(config))),
    ...(await orProblem('database', () => lookAtDatabase(config))),
    ...(await orProblem('mail', () => lookAtMail(config))),
  ]
  return { ok: checks.every(check => check.state !== 'problem'), version, configuration: configured(config), checks }
}

async function lookAtDatabase(config: Config): Promise<Finding[]> {
  if (!hasDatabase(config)) return [ok('database', 'There is none yet; the first start makes it.')]
  const server = await openDatabaseServer(config)
  try {
    const client = await connect(server.connectionString, 'doctor')
    try {
      const { findings, usable } = await lookAtSchema(client)
      const objects = await orProblem('objects', () => lookAtObjects(config))
      if (!usable) return [...findings, ...objects]
      await client.query('set role vouch_owner')
      const guards = [
        ...(await orProblem('guards', () => lookAtGuards(client))),
        ...(await orProblem('jobs', () => lookAtJobs(client))),
      ]
      return [...findings, ...guards, ...objects, ...(await lookAtContent(config, server.connectionString))]
    } finally {
      await client.end()
    }
  } finally {
    await server.stop()
  }
}

async function lookAtContent(config: Config, connectionString: string): Promise<Finding[]> {
  const database = new Database(connectionString, { poolSize: 2 })
  try {
    return [
      ...(await orProblem('vault', () => lookAtVault(config, database))),
      ...(await orProblem('ledger', () => lookAtLedgers(config, database))),
    ]
  } finally {
    await database.close()
  }
}

/** Addresses without user, password, path and query: any of them may hold a secret. */
function configured(config: Config): Record<string, string> {
  const { s3, witness, tsaUrl, databaseUrl, mail } = config
  return {
    'data folder': config.dataDir,
    database: databaseUrl === undefined ? 'embedded PostgreSQL' : `PostgreSQL at ${hostOf(databaseUrl)} (DATABASE_URL)`,
    objects: s3 ? `bucket ${s3.bucket}${s3.endpoint ? ` at ${hostOf(s3.endpoint)}` : ''}` : 'in the data folder',
    'object lock': s3?.lockDays ? `${s3.lockDays} days` : 'none',
    'master key': keySource(config) === 'environment' ? 'VOUCH_MASTER_KEY' : 'in the data folder',
    'time-stamping': tsaUrl === undefined ? 'none' : hostOf(tsaUrl),
    witness: witness === undefined ? 'none' : hostOf(witness.url),
    mail: mail.smtp === undefined ? 'none' : `${mail.smtp.host}:${mail.smtp.port}, from ${mail.from.address}`,
    address: `http://${config.host}:${config.port}${config.url === undefined ? '' : `, for ${config.url}`}`,
  }
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host || 'a local socket' : 'an address that cannot be read'
}

/** The diagnosis as a person reads it. */
export function formatDiagnosis({ ok: good, configuration, checks }: Diagnosis): string {
  const lines = [
    `Vouch ${version}`,
    ...Object.entries(configuration).map(([name, value]) => `  ${name.padEnd(16)}${value}`),
    '',
  ]
  for (const { about, state, message, next } of checks) {
    lines.push(`${state.padEnd(9)}${about}: ${message}`)
    if (next !== undefined) lines.push(`${' '.repeat(9)}→ ${next}`)
  }
  const count = (state: Finding['state']) => checks.filter(check => check.state === state).length
  lines.push(
    '',
    good ? `No problem; ${count('warning')} warnings.` : `${count('problem')} problems, ${count('warning')} warnings.`,
    '',
  )
  return lines.join('\n')
}
