import type { Json, JsonObject } from '../../../verifier/records/canonical.ts'
import type { ResourceDeclaration } from '../../../verifier/records/resource.ts'
import { VouchError } from '../../platform/errors/errors.ts'
import type { Connector, Uploads } from './connector.ts'
import { filesConnector } from './files/connector.ts'
import { gitConnector } from './git/connector.ts'
import { hostConnector } from './host/connector.ts'
import { postgresConnector } from './postgres/connector.ts'
import { pushConnector } from './push/connector.ts'
import { resources as ownResources } from './vouch/resources.ts'

/** A connector together with its own settings' type, hidden: settings come in as JSON and are parsed before the connector sees them. */
export interface AnyConnector
  extends Omit<Connector<unknown>, 'test' | 'collect' | 'resourcesOf' | 'uploadsOf' | 'settings'> {
  readonly settings: Connector<unknown>['settings']
  resourcesOf(settings: JsonObject): readonly ResourceDeclaration[]
  uploadsOf(settings: JsonObject): readonly string[]
  test(settings: JsonObject, signal: AbortSignal, uploads: Uploads): ReturnType<Connector<unknown>['test']>
  collect(
    settings: JsonObject,
    run: Parameters<Connector<unknown>['collect']>[1],
  ): ReturnType<Connector<unknown>['collect']>
}

function erase<Settings>(connector: Connector<Settings>): AnyConnector {
  const parse = (settings: JsonObject) => parseSettings(connector, settings)
  return {
    ...connector,
    resourcesOf: settings => {
      const names = connector.resourcesOf?.(parse(settings))
      const own = names?.filter(name => typeof name !== 'string') ?? []
      const known = connector.resources.filter(({ name }) => names === undefined || names.includes(name))
      return [...known, ...own]
    },
    uploadsOf: settings => connector.uploadsOf?.(parse(settings)) ?? [],
    test: (settings, signal, uploads) => connector.test(parse(settings), signal, uploads),
    collect: (settings, run) => connector.collect(parse(settings), run),
  }
}

const connectors: readonly AnyConnector[] = [
  erase(gitConnector),
  erase(postgresConnector),
  erase(hostConnector),
  erase(filesConnector),
  erase(pushConnector),
]

/** Every kind of source that this version can read. */
export function listConnectors(): readonly AnyConnector[] {
  return connectors
}

/** The connector of a kind. Throws `invalid_input` for one that does not exist. */
export function connectorOf(kind: string): AnyConnector {
  const found = connectors.find(connector => connector.kind === kind)
  if (!found)
    throw new VouchError(
      'invalid_input',
      `There is no connector "${kind}"; there are ${connectors.map(connector => connector.kind).join(', ')}.`,
    )
  return found
}

/** Every resource that any connector can yield, and those of every collection, by name. */
export function allResources(): ReadonlyMap<string, ResourceDeclaration> {
  const all = [...connectors.flatMap(connector => connector.resources), ...ownResources]
  return new Map(all.map(resource => [resource.name, resource]))
}

/** Settings as the connector wants them. Throws `invalid_input` with the fields that are wrong; values are not repeated. */
export function parseSettings<Settings>(
  connector: Pick<Connector<Settings>, 'settings'>,
  settings: JsonObject,
): Settings {
  const parsed = connector.settings.safeParse(settings)
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.map(issue => ({
    path: ['settings', ...issue.path].join('.'),
    message: issue.message,
  }))
  throw new VouchError('invalid_input', fields.map(field => `${field.path}: ${field.message}`).join('; '), { fields })
}

/** Splits settings into what may be stored openly and what belongs into the vault. */
export function splitSecrets(
  connector: AnyConnector,
  settings: JsonObject,
): { open: JsonObject; secrets: Map<string, string> } {
  const open: Record<string, Json> = {}
  const secrets = new Map<string, string>()
  for (const [name, value] of Object.entries(settings)) {
    if (!connector.secrets.includes(name)) open[name] = value
    else if (typeof value === 'string' && value !== '') secrets.set(name, value)
  }
  return { open, secrets }
}
