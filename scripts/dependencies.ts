import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const root = join(import.meta.dirname, '..')
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().optional(),
      integrity: z.string().optional(),
    }),
  ),
})

/** A package that is installed where Vouch runs. */
export interface Dependency {
  readonly name: string
  readonly version: string
  /** As the package says it: an SPDX expression, most times. */
  readonly license: string | undefined
  readonly integrity: string | undefined
}

/** The packages of the lockfile but for those of development, each version once. */
export function productionDependencies(): readonly Dependency[] {
  const { packages } = lockSchema.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')))
  const found = new Map<string, Dependency>()
  for (const [path, { version = '', license, dev, integrity }] of Object.entries(packages)) {
    if (path === '' || dev) continue
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    found.set(`${name}@${version}`, { name, version, license, integrity })
  }
  return [...found.values()]
}

// They ask for a notice, or for nothing. MPL-2.0 asks for the changes of its own files, of which we make none.
const allowed: ReadonlySet<string> = new Set([
  ...['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'CC0-1.0', 'ISC', 'MIT', 'MIT-0'],
  ...['MPL-2.0', 'PostgreSQL', 'Python-2.0', 'Unlicense', 'Zlib'],
])

/** Whether an SPDX expression of licences, `AND` and `OR` leaves a way that we allow. */
export function isAllowed(expression: string): boolean {
  const inner = expression.replace(/^\((.*)\)$/, '$1')
  if (inner.includes(' OR ')) return inner.split(' OR ').some(isAllowed)
  if (inner.includes(' AND ')) return inner.split(' AND ').every(isAllowed)
  return allowed.has(inner)
}
