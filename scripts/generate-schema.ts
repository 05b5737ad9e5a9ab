/**
 * `npm run generate:schema`: migrates an empty database and writes its tables as types to src/platform/db/schema.gen.ts.
 * Run it after adding a migration.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dataFolderMode } from '../src/platform/config/data-folder.ts'
import { prepareDatabase } from '../src/platform/db/prepare-database.ts'
import { startEmbeddedPostgres } from '../src/platform/postgres/embedded-postgres.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'vouch-schema-'))
chmodSync(dataDir, dataFolderMode)
const postgres = await startEmbeddedPostgres({ dataDir })
const typeMapping = {
  int8: 'number',
  date: 'string',
  bytea: 'Buffer',
  timestamptz: 'ColumnType<Date, Date | string, Date | string>',
}
try {
  await prepareDatabase(postgres.connectionString)
  execFileSync(
    'npx',
    [
      'kysely-codegen',
      ...['--dialect', 'postgres', '--out-file', 'src/platform/db/schema.gen.ts'],
      ...['--exclude-pattern', '{graphile_worker.*,schema_migration}', '--type-mapping', JSON.stringify(typeMapping)],
    ],
    { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DATABASE_URL: postgres.connectionString } },
  )
} finally {
  await postgres.stop()
  rmSync(dataDir, { recursive: true, force: true })
}
