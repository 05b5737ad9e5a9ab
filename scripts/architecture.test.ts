import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { featureOrder, findViolations, type Violation } from './architecture.ts'

const root = new URL('../', import.meta.url).pathname

describe('this repository', () => {
  const paths = globSync('{src,verifier,scripts,bench,peers,acceptance,e2e}/**/*.{ts,tsx}', { cwd: root })
  const files = new Map(paths.map(path => [path, readFileSync(`${root}${path}`, 'utf8')]))

  it('keeps to its architecture', () => {
    expect(files.size).toBeGreaterThan(300)
    expect(findViolations(files).map(({ rule, path, message }) => `${rule}: ${path}: ${message}`)).toEqual([])
  })

  it('has no feature without a place in the order', () => {
    const features = new Set(
      paths.filter(path => path.startsWith('src/features/')).map(path => path.split('/')[2] ?? ''),
    )
    expect([...features].filter(feature => !(featureOrder as readonly string[]).includes(feature))).toEqual([])
  })
})

/** A house of one file. */
const judge = (path: string, source: string) => findViolations(new Map([[path, source]])).map(({ rule }) => rule)

describe('a house', () => {
  const broken: readonly (readonly [Violation['rule'], string, string])[] = [
    // Imports point down.
    ['layers', 'src/platform/db/database.ts', "import { x } from '../../features/ledger/append-fact.ts'"],
    ['layers', 'src/platform/http/app.ts', "import type { X } from '../../entry/server.ts'"],
    ['layers', 'src/platform/http/app.ts', "import { x } from '../../web/format.ts'"],
    ['layers', 'src/features/checks/jobs.ts', "import { x } from '../../entry/features.ts'"],
    ['layers', 'src/features/checks/jobs.ts', "const { x } = await import('../../entry/features.ts')"],
    ['layers', 'src/features/checks/jobs.ts', "import '../../entry/features.ts'"],
    ['layers', 'src/features/checks/routes.ts', "import { x } from '../../web/format.ts'"],
    ['layers', 'src/features/checks/checks.test.ts', "import { x } from '../../entry/testing/populate.ts'"],
    // What verifies imports nothing of what it judges.
    ['layers', 'verifier/package/derive.ts', "import { x } from '../../src/platform/errors/errors.ts'"],
    ['layers', 'verifier/rules/status.test.ts', "import { x } from '../../src/features/controls/read-status.ts'"],
    ['layers', 'verifier/log/browser.ts', "export { x } from '../../src/web/format.ts'"],
    // Features have an order.
    ['order', 'src/features/ledger/read-ledger.ts', "import { x } from '../evidence/documents.ts'"],
    ['order', 'src/features/controls/read-status.ts', "import type { X } from '../checks/contract.ts'"],
    ['order', 'src/features/connections/git/connector.ts', "import { x } from '../../checks/jobs.ts'"],
    ['order', 'src/features/evidence/builders.ts', "import { x } from '../connections/builders.ts'"],
    ['order', 'src/features/dreams/contract.ts', "import { x } from '../ledger/contract.ts'"],
    // A store is its feature's own.
    ['store', 'src/features/overview/read-overview.ts', "import { x } from '../ledger/store.ts'"],
    ['store', 'src/features/checks/run-checks.ts', "import type { X } from '../evidence/store.ts'"],
    ['store', 'src/entry/demo/command.ts', "import { x } from '../../features/ledger/store.ts'"],
    // SQL lives in stores.
    ['sql', 'src/features/checks/routes.ts', "import { sql } from 'kysely'"],
    ['sql', 'src/features/checks/jobs.ts', "const rows = await tx.sql.selectFrom('job').execute()"],
    ['sql', 'src/features/checks/jobs.ts', "database.operator(trx => trx.deleteFrom('job').execute())"],
    ['sql', 'src/features/packages/sql-helpers.ts', "import pg from 'pg'"],
    ['sql', 'src/entry/tenant.ts', "trx.selectFrom('organisation').select('id')"],
    // A store knows no table of a feature above it.
    [
      'tables',
      'src/features/evidence/store.ts',
      "tx.sql.selectFrom('evidence_snapshot').innerJoin('checks_run', 'x', 'y')",
    ],
    ['tables', 'src/features/controls/store.ts', 'sql`select from connections_connection`'],
    // What runs in a browser.
    ['browser', 'src/features/checks/web/page.tsx', "import { x } from '../store.ts'"],
    ['browser', 'src/features/checks/web/page.tsx', "import { x } from '../read-checks.ts'"],
    ['browser', 'src/features/checks/web/page.tsx', "import { x } from '../../../platform/errors/errors.ts'"],
    ['browser', 'src/features/checks/web/page.tsx', "import { readFile } from 'node:fs/promises'"],
    ['browser', 'src/web/format.ts', "import { Pool } from 'pg'"],
    ['browser', 'src/web/shell/shell.tsx', "import { x } from '../../features/checks/contract.ts'"],
    // Files can be read at a sitting.
    ['length', 'src/features/checks/long.ts', 'x\n'.repeat(601)],
  ]
  for (const [rule, path, source] of broken) {
    it(`that breaks the rule of ${rule} is found out: ${path}: ${source.slice(0, 80).trim()}`, () => {
      expect(judge(path, source)).toContain(rule)
    })
  }

  const sound: readonly (readonly [string, string])[] = [
    [
      'src/entry/server.ts',
      "import { x } from '../features/overview/routes.ts'\nimport { y } from '../platform/http/app.ts'",
    ],
    [
      'src/features/checks/run-checks.ts',
      "import { x } from '../ledger/append-fact.ts'\nimport { y } from './store.ts'\nimport { z } from '../../../verifier/rules/status.ts'",
    ],
    [
      'src/features/checks/store.ts',
      "import { sql } from 'kysely'\ntx.sql.selectFrom('checks_run').innerJoin('evidence_snapshot', 'x', 'y')",
    ],
    ['src/features/checks/checks.test.ts', "import { x } from '../evidence/store.ts'\ntx.sql.selectFrom('job')"],
    [
      'src/features/checks/web/page.tsx',
      "import { x } from '../contract.ts'\nimport { y } from '../../../web/format.ts'\nimport { Table } from '@mantine/core'\nimport { z } from '../../controls/web/queries.ts'",
    ],
    ['src/entry/operations/back-up.ts', "import pg from 'pg'"],
    ['src/platform/jobs/job-store.ts', "tx.sql.insertInto('job')"],
    ['src/platform/db/schema.gen.ts', 'x\n'.repeat(5_000)],
    ['verifier/rules/status.ts', "import { x } from '../checks/check.ts'\nimport { hash } from 'node:crypto'"],
  ]
  for (const [path, source] of sound) {
    it(`that keeps them is left alone: ${path}`, () => {
      expect(judge(path, source)).toEqual([])
    })
  }
})
