import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import {
  type CheckDefinition,
  type CheckFixture,
  type CheckMetadata,
  checkMetadataSchema,
  checkVersion,
} from './check.ts'

export interface LoadedCheck {
  readonly definition: CheckDefinition
  readonly fixtures: CheckMetadata['fixtures']
  /** SHA-256 of the definition, hex. */
  readonly version: string
  /** The metadata file. */
  readonly path: string
}

/** The fixtures of a check by name: the four, and `more 1`, `more 2`... */
export function fixturesOf(check: LoadedCheck): readonly (readonly [name: string, fixture: CheckFixture])[] {
  const { more, ...named } = check.fixtures
  return [...Object.entries(named), ...more.map((fixture, at) => [`more ${at + 1}`, fixture] as const)]
}

/**
 * Reads every check of `content/checks/<connector>/<name>.{sql,yaml}`, ordered by id. Throws one Error that names each file
 * that is wrong and what to do about it.
 */
export async function loadChecks(dir: string): Promise<readonly LoadedCheck[]> {
  const checks: LoadedCheck[] = []
  const wrong: string[] = []
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    const files = await readdir(join(dir, entry.name))
    for (const file of files) {
      const path = join(dir, entry.name, file)
      const [name, extension] = splitName(file)
      const twin = extension === 'sql' ? `${name}.yaml` : `${name}.sql`
      if (extension !== 'sql' && extension !== 'yaml')
        wrong.push(`${path}: not a check; only .sql and .yaml files belong here`)
      else if (!files.includes(twin)) wrong.push(`${path}: its other half ${twin} is missing; a check is both files`)
      else if (extension === 'yaml')
        await loadCheck(path).then(
          check => checks.push(check),
          error => wrong.push(error.message),
        )
    }
  }
  if (wrong.length > 0) throw new Error(wrong.join('\n'))
  return checks.sort((a, b) => (a.definition.metadata.id < b.definition.metadata.id ? -1 : 1))
}

/** Reads one check by its metadata file. Throws Error naming the file, the field and what to do. */
export async function loadCheck(path: string): Promise<LoadedCheck> {
  const document = parseDocument(await readFile(path, 'utf8'), { uniqueKeys: true })
  const problem = document.errors[0] ?? document.warnings[0]
  if (problem) throw new Error(`${path}: not valid YAML: ${problem.message}`)
  const parsed = checkMetadataSchema.safeParse(document.toJS())
  if (!parsed.success) throw new Error(`${path}: ${z.prettifyError(parsed.error)}`)
  const { fixtures, ...metadata } = parsed.data
  const expected = `${basename(dirname(path))}.${splitName(basename(path))[0]}`
  if (metadata.id !== expected)
    throw new Error(`${path}: its id is "${metadata.id}" but its folder and name say "${expected}"; make them agree`)
  const sql = await readFile(path.replace(/\.yaml$/, '.sql'), 'utf8').catch(() => undefined)
  if (sql === undefined || sql.trim() === '')
    throw new Error(`${path}: its SQL (${expected.split('.')[1]}.sql beside it) is missing or empty`)
  const declared = [...metadata.resources, ...metadata.optional_resources]
  if (new Set(declared).size !== declared.length)
    throw new Error(`${path}: a resource is named twice; keep it in one of the two lists`)
  const definition: CheckDefinition = { metadata, sql }
  return { definition, fixtures, version: checkVersion(definition), path }
}

function splitName(file: string): readonly [name: string, extension: string] {
  const dot = file.lastIndexOf('.')
  return dot < 0 ? [file, ''] : [file.slice(0, dot), file.slice(dot + 1)]
}
