import { posix } from 'node:path'

/** A source file that breaks a rule of DESIGN section 4, and how. */
export interface Violation {
  readonly path: string
  readonly rule: 'layers' | 'order' | 'store' | 'sql' | 'tables' | 'browser' | 'length'
  readonly message: string
}

/** Lowest first: a feature may use those before it, and hears of those after it by events and interfaces that `entry/` joins. */
export const featureOrder = [
  'ledger',
  'activity',
  'aliases',
  'evidence',
  'frameworks',
  'scope',
  'access',
  'mail',
  'providers',
  'people',
  'controls',
  'connections',
  'checks',
  'tasks',
  'policies',
  'assets',
  'risks',
  'vendors',
  'incidents',
  'access-reviews',
  'privacy',
  'audits',
  'reports',
  'packages',
  'trust-center',
  'webhooks',
  'overview',
] as const

const ranks = new Map<string, number>(featureOrder.map((name, place) => [name, place]))

const longest = 600

/** Backup, restore and repair work on the whole database, beneath the features. */
const operations = 'src/entry/operations/'

/**
 * Judges the sources of the repository by its architecture. `files` maps paths from the repository's root, with forward slashes, to their text. Returns every violation,
 * none when the house is in order. Pure, so that broken houses can be given to it.
 */
export function findViolations(files: ReadonlyMap<string, string>): Violation[] {
  return [...files].flatMap(([path, source]) => {
    const say = (rule: Violation['rule'], message: string): Violation => ({ path, rule, message })
    return [
      ...lengthOf(path, source, say),
      ...importsOf(path, source).flatMap(target => judgeImport(path, target, say)),
      ...judgeSql(path, source, say),
    ]
  })
}

type Say = (rule: Violation['rule'], message: string) => Violation

interface Place {
  readonly layer: 'entry' | 'features' | 'platform' | 'web' | 'verifier' | 'outside'
  readonly feature: string | undefined
  /** In a `web/` folder: code for the browser. */
  readonly browser: boolean
}

function placeOf(path: string): Place {
  const [top, layer, feature = ''] = path.split('/')
  if (top === 'verifier') return { layer: 'verifier', feature: undefined, browser: false }
  if (top !== 'src') return { layer: 'outside', feature: undefined, browser: false }
  if (layer === 'features') return { layer, feature, browser: path.split('/')[3] === 'web' }
  if (layer === 'entry' || layer === 'platform') return { layer, feature: undefined, browser: false }
  if (layer === 'web') return { layer, feature: undefined, browser: true }
  return { layer: 'outside', feature: undefined, browser: false }
}

/** Code that only tests run; it may look behind the curtain, but not upwards. */
const isTestCode = (path: string) => /(\.test\.tsx?|\.fixture\.ts|\/builders\.ts|\/testing\/[^/]+\.ts)$/.test(path)
/** A feature's store is `store.ts`, and `<what>-store.ts` where it has too much for one file. */
const isStore = (path: string) => /^src\/features\/[^/]+\/(?:[a-z-]+-)?store\.ts$/.test(path)

/** What a file imports: paths from the root for its own, names for packages. */
function importsOf(path: string, source: string): string[] {
  const pattern = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)(['"])([^'"\n]+)\1/g
  return [...source.matchAll(pattern)].map(([, , target = '']) =>
    target.startsWith('.') ? posix.join(posix.dirname(path), target) : target,
  )
}

function judgeImport(path: string, target: string, say: Say): Violation[] {
  const from = placeOf(path)
  const to = placeOf(target)
  const found: Violation[] = []
  const may: Record<Place['layer'], readonly Place['layer'][]> = {
    entry: ['entry', 'features', 'platform', 'web', 'verifier', 'outside'],
    features: ['features', 'platform', 'verifier', 'outside', ...(from.browser ? (['web'] as const) : [])],
    platform: ['platform', 'verifier', 'outside'],
    web: ['web', 'verifier', 'outside'],
    verifier: ['verifier', 'outside'],
    outside: ['entry', 'features', 'platform', 'web', 'verifier', 'outside'],
  }
  if (!may[from.layer].includes(to.layer))
    found.push(say('layers', `${from.layer} must not import ${target}: imports point down, and verifier/ stands alone`))
  if (from.layer === 'features' && to.layer === 'features' && from.feature !== to.feature)
    found.push(...judgeFeatures(path, from, target, to, say))
  if (from.layer === 'entry' && isStore(target) && !isTestCode(path) && !path.startsWith(operations))
    found.push(say('store', `${target} is a feature's own: use what its services offer`))
  if (from.browser) found.push(...judgeBrowser(path, from, target, to, say))
  return found
}

function rank(feature: string | undefined): number {
  return ranks.get(feature ?? '') ?? -1
}

function judgeFeatures(path: string, from: Place, target: string, to: Place, say: Say): Violation[] {
  const found: Violation[] = []
  // Pages link to each other both ways; what they share of each other's code is what may be shown anywhere.
  if (!from.browser && rank(from.feature) < rank(to.feature))
    found.push(say('order', `${from.feature} comes before ${to.feature} and must not import ${target}`))
  if (rank(from.feature) < 0 || rank(to.feature) < 0)
    found.push(
      say('order', `${rank(from.feature) < 0 ? from.feature : to.feature} has no place in the order of features`),
    )
  if (isStore(target) && !isTestCode(path))
    found.push(say('store', `${target} is the store of another feature: use what its services offer`))
  return found
}

function judgeBrowser(path: string, from: Place, target: string, to: Place, say: Say): Violation[] {
  if (/\.test\.tsx?$/.test(path)) return []
  const isContract = /^src\/features\/[^/]+\/contract\.ts$/.test(target)
  const fits =
    to.browser ||
    to.layer === 'verifier' ||
    (from.layer === 'features' && isContract) ||
    (to.layer === 'outside' && !target.startsWith('node:') && !/^(pg|kysely|fastify|undici|pino)(\/|$)/.test(target))
  return fits
    ? []
    : [say('browser', `code for the browser must not import ${target}: only contracts, src/web and other pages`)]
}

const queries =
  /\b(selectFrom|insertInto|updateTable|deleteFrom|mergeInto)\s*\(|\b(tx|trx)\.sql\b|\bfrom\s*['"](kysely|pg)['"]/

/** SQL lives in stores; what works on the whole database (backup, restore, repair) is in entry/operations, and platform/ is the database's own house. */
function judgeSql(path: string, source: string, say: Say): Violation[] {
  const { layer, feature } = placeOf(path)
  if (isTestCode(path) || (layer !== 'features' && layer !== 'entry') || path.startsWith('src/entry/operations/'))
    return []
  // Connectors are clients of databases that are not ours.
  if (path.startsWith('src/features/connections/postgres/')) return []
  const match = queries.exec(source)
  if (!isStore(path)) return match ? [say('sql', `SQL outside of a store: ${match[0]}`)] : []
  return featureOrder
    .filter(other => rank(other) > rank(feature))
    .flatMap(other => {
      const table = new RegExp(`\\b${other.replace('-', '_')}_[a-z_]+`).exec(source)
      return table ? [say('tables', `${table[0]} belongs to ${other}, which comes after ${feature}`)] : []
    })
}

function lengthOf(path: string, source: string, say: Say): Violation[] {
  const lines = source.split('\n').length - 1
  if (lines <= longest || /\.gen\.ts$/.test(path)) return []
  return [say('length', `${lines} lines; ${longest} is the most: divide it`)]
}
