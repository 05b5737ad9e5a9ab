import type pg from 'pg'

/** A table of the product: in schema public, owned by vouch_owner, and not the list of migrations. */
export interface CatalogTable {
  readonly name: string
  /** Columns that are stored, generated ones left out. */
  readonly columns: readonly string[]
  /** Tables that its foreign keys point to. */
  readonly needs: readonly string[]
  readonly rowSecurity: boolean
  /** Row-level security binds the owner too. */
  readonly forced: boolean
}

const tablesSql = `
  select c.relname as name, c.relrowsecurity as "rowSecurity", c.relforcerowsecurity as forced,
    array(select a.attname::text from pg_attribute a
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns,
    array(select distinct f.relname::text from pg_constraint k join pg_class f on f.oid = k.confrelid
      where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as needs
  from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and pg_get_userbyid(c.relowner) = 'vouch_owner'
    and c.relname <> 'schema_migration'
  order by c.relname`

/** All tables, each after those that its foreign keys point to. Throws when foreign keys form a ring. */
export async function listTables(client: pg.Client): Promise<CatalogTable[]> {
  const { rows } = await client.query<CatalogTable>(tablesSql)
  return inOrder(rows)
}

/** See `listTables`; stable: what may come first by name does. */
export function inOrder(tables: readonly CatalogTable[]): CatalogTable[] {
  const ordered: CatalogTable[] = []
  const placed = new Set<string>()
  let waiting = [...tables]
  while (waiting.length > 0) {
    const ready = waiting.filter(table => table.needs.every(name => placed.has(name)))
    if (ready.length === 0)
      throw new Error(`the foreign keys of ${waiting.map(table => table.name).join(', ')} form a ring`)
    for (const table of ready) placed.add(table.name)
    ordered.push(...ready)
    waiting = waiting.filter(table => !placed.has(table.name))
  }
  return ordered
}

export interface CatalogSequence {
  readonly table: string
  readonly column: string
  /** The last value given out; null when none was. */
  readonly last: number | null
}

/** Identity columns with what their sequences have given out. Sequences do not roll back: the value is at least that of any row that can be seen. */
export async function listSequences(client: pg.Client, tables: readonly CatalogTable[]): Promise<CatalogSequence[]> {
  const { rows } = await client.query<{ table: string; column: string; sequence: string }>(
    `select c.relname as table, a.attname as column, pg_get_serial_sequence(quote_ident(c.relname), a.attname) as sequence
     from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = 'public'::regnamespace and a.attidentity <> '' and c.relname = any ($1) order by 1, 2`,
    [tables.map(table => table.name)],
  )
  const found: CatalogSequence[] = []
  for (const { table, column, sequence } of rows) {
    const last = await client.query<{ last: number | null }>(
      `select case when is_called then last_value end as last from ${sequence}`,
    )
    found.push({ table, column, last: last.rows[0]?.last ?? null })
  }
  return found
}

/** Names of the migrations that the database has, in order; undefined when it has never been migrated. */
export async function listMigrations(client: pg.Client): Promise<string[] | undefined> {
  const { rows: found } = await client.query<{ there: boolean }>(
    "select to_regclass('public.schema_migration') is not null as there",
  )
  if (!found[0]?.there) return undefined
  const { rows } = await client.query<{ name: string }>('select name from public.schema_migration order by name')
  return rows.map(row => row.name)
}

/** Columns that name objects in the object store. A test compares them with the migrated schema. */
export const objectColumns: readonly (readonly [table: string, column: string])[] = [
  ['evidence_snapshot', 'content'],
  ['evidence_document', 'content'],
  ['connections_upload', 'object'],
  ['checks_run', 'results'],
  ['packages_package', 'content'],
]

const pageLength = 1_000

/** Ids of the objects that rows refer to, each once, in order. As vouch_owner. */
export async function* referencedObjects(client: pg.Client): AsyncGenerator<string> {
  const columns = objectColumns.map(([table, column]) => `select ${column} as id from ${table} where ${column} > $1`)
  // Frameworks are kept as objects that only the log names.
  const frameworks = `select o.content::jsonb ->> 'content' from ledger_entry e join ledger_opening o on o.org_id = e.org_id and o.entry_id = e.id
    where e.kind = 'framework.adopted' and o.content::jsonb ->> 'content' > $1`
  const page = `select id from (${[...columns, frameworks].join(' union ')}) as named order by id limit ${pageLength}`
  for (let after = ''; ; ) {
    const { rows } = await client.query<{ id: string }>(page, [after])
    for (const { id } of rows) yield id
    const last = rows.at(-1)
    if (!last || rows.length < pageLength) return
    after = last.id
  }
}
