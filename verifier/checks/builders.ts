import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Json } from '../records/canonical.ts'
import type { ColumnType, ResourceDeclaration } from '../records/resource.ts'
import type { CheckDefinition, CheckMetadata } from './check.ts'
import type { SnapshotFile } from './protocol.ts'

/** Test data: a resource with the given columns; the first is its key. */
export function buildResource(name: string, columns: Readonly<Record<string, ColumnType>>): ResourceDeclaration {
  return {
    name,
    title: name,
    description: name,
    key: Object.keys(columns).slice(0, 1),
    columns: Object.fromEntries(
      Object.entries(columns).map(([column, type]) => [column, { type, description: column }]),
    ),
  }
}

/** Test data: a check over `hr.employee` unless said otherwise. */
export function buildCheck(sql: string, metadata: Partial<Omit<CheckMetadata, 'fixtures'>> = {}): CheckDefinition {
  return {
    sql,
    metadata: {
      id: 'hr.sample',
      title: 'Sample',
      description: 'Sample',
      subject: 'employee',
      resources: ['hr.employee'],
      optional_resources: [],
      parameters: {},
      controls: ['sample'],
      severity: 'low',
      fresh_for_hours: 24,
      remediation: 'None',
      ...metadata,
    },
  }
}

/** Test data: a plain snapshot file in `dir`. */
export function writeSnapshot(
  dir: string,
  name: string,
  records: readonly Json[],
  connection = 'sample',
): SnapshotFile {
  const path = join(dir, name)
  writeFileSync(path, records.map(record => `${JSON.stringify(record)}\n`).join(''))
  return { connection, path }
}
