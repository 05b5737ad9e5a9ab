import type { DuckDBConnection } from '@duckdb/node-api'
import { CheckError } from './protocol.ts'

/** What a check's SQL refers to, taken from the engine's own syntax tree. */
export interface Inspection {
  /** Tables it reads, lower case, without its own common table expressions. */
  readonly tables: ReadonlySet<string>
  /** Every identifier and text in it, lower case; undefined when it may read any column (`*`, PIVOT, whole rows). */
  readonly words: ReadonlySet<string> | undefined
}

type Node = { readonly [key: string]: unknown }

const maxSqlLength = 200_000

const clock = 'a check reads no clock of its own: use $as_of'
const chance = 'results must be the same each time: derive the value from the records'
const machine = 'it tells about the engine or the machine, so results would differ from one machine to another'
const writes = 'a check only reads'
const outside = 'a check reads the tables of its resources and nothing else'

/** Functions that pass a SELECT-only gate and must not run, and what to say of them. Others not known to be pure are refused too. */
const refused: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    `now today current_date current_time current_timestamp get_current_timestamp get_current_time transaction_timestamp localtime
     localtimestamp current_localtime current_localtimestamp ago`
      .split(/\s+/)
      .map(name => [name, clock]),
  ),
  ...Object.fromEntries(
    'random uuid uuidv4 uuidv7 gen_random_uuid setseed reservoir_quantile nextval currval'
      .split(' ')
      .map(n => [n, chance]),
  ),
  ...Object.fromEntries(
    `version current_setting current_user current_role session_user user current_catalog current_database current_schema
     current_schemas current_query current_query_id current_connection_id current_transaction_id txid_current in_search_path
     getvariable getenv stats vector_type create_sort_key get_block_size parse_duckdb_log_message summary sql_auto_complete`
      .split(/\s+/)
      .map(name => [name, machine]),
  ),
  ...Object.fromEntries(
    'enable_logging disable_logging truncate_duckdb_logs write_log checkpoint force_checkpoint'
      .split(' ')
      .map(n => [n, writes]),
  ),
  ...Object.fromEntries(
    'query query_table json_execute_serialized_sql json_deserialize_sql json_serialize_sql json_serialize_plan'
      .split(' ')
      .map(name => [name, 'SQL inside SQL cannot be examined: write the query itself']),
  ),
  ...Object.fromEntries(
    'aggregate list_aggr list_aggregate array_aggr array_aggregate'
      .split(' ')
      .map(name => [name, 'it names a function by text: use list_sum, list_min, list_max and the like']),
  ),
  error: 'a check says what is wrong in its rows: return the status unknown and a reason',
  sleep_ms: 'a check does not wait',
  pg_sleep: 'a check does not wait',
}

const clocksWithoutParentheses = new Set(
  `current_catalog current_date current_role current_schema current_time current_timestamp current_user localtime localtimestamp
   session_user user`.split(/\s+/),
)
const tableFunctions = new Set(['range', 'generate_series', 'unnest', 'json_each', 'json_tree', 'repeat', 'repeat_row'])
const impureMacro =
  /^(pg_|has_|inet_|current_|duckdb_|.*_description$|user$|session_user$|ago$|get_block_size$|format_pg_type$|format_type$|map_to_pg_oid$|histogram|.*_approx_)/
const impureName = /^(__|icu_)/
const systemName = /^(duckdb_|pg_|sqlite_|pragma_)/

/** Reads the list of pure functions from the engine; call once, before the instance is locked. */
export async function pureFunctions(connection: DuckDBConnection): Promise<ReadonlySet<string>> {
  const reader = await connection.runAndReadAll(
    `select function_name, function_type, bool_and(coalesce(stability, 'CONSISTENT') = 'CONSISTENT')
     from duckdb_functions() where function_type in ('scalar', 'aggregate', 'macro') group by all`,
  )
  const pure = new Set<string>(['unnest'])
  const impure = new Set<string>(Object.keys(refused))
  for (const [name, type, consistent] of reader.getRows()) {
    const unsafe = !consistent || impureName.test(String(name)) || (type === 'macro' && impureMacro.test(String(name)))
    if (unsafe) impure.add(String(name))
    else pure.add(String(name))
  }
  for (const name of impure) pure.delete(name)
  return pure
}

/**
 * Examines a check's SQL with the engine's own parser (`json_serialize_sql`), so quoting, case, comments and escapes are already
 * resolved. Throws CheckError `forbidden` or `sql`, saying what to write instead, unless it is exactly one SELECT that reads only
 * named tables and calls only functions whose result depends on nothing but their arguments.
 */
export async function inspectSql(
  connection: DuckDBConnection,
  pure: ReadonlySet<string>,
  sql: string,
): Promise<Inspection> {
  if (sql.length > maxSqlLength) throw forbidden(`the SQL is longer than ${maxSqlLength} characters`)
  const tree = await parse(connection, sql)
  if (tree.error === true) {
    const message = String(tree.error_message)
    if (tree.error_type === 'not implemented') throw forbidden(`a check is one SELECT statement (${message})`)
    throw new CheckError('sql', message)
  }
  const statements = Array.isArray(tree.statements) ? tree.statements : []
  if (statements.length !== 1) throw forbidden(`a check is exactly one statement; this has ${statements.length}`)
  const walk = new Walk(pure)
  try {
    walk.visit(statements[0], new Set())
  } catch (error) {
    if (error instanceof RangeError) throw forbidden('the SQL is nested too deeply')
    throw error
  }
  return walk.inspection()
}

/**
 * Text to put between parentheses: the statement without its end mark. Which of the semicolons is the end mark is decided by parsing:
 * the cut is right when the rest has the same syntax tree.
 */
export async function withoutEndMark(connection: DuckDBConnection, sql: string): Promise<string> {
  const whole = JSON.stringify(await parse(connection, sql))
  for (let end = sql.length; end > 0; end = sql.lastIndexOf(';', end - 1)) {
    const cut = sql.slice(0, end)
    const wrapped = await parse(connection, `select * from (\n${cut}\n) as checked`)
    if (wrapped.error !== true && JSON.stringify(await parse(connection, cut)) === whole) return cut
  }
  throw new CheckError('sql', 'the statement cannot be used as a subquery: write it as one plain SELECT')
}

async function parse(connection: DuckDBConnection, sql: string): Promise<Node> {
  const reader = await connection.runAndReadAll(
    'select json_serialize_sql($sql::varchar, skip_null := true, skip_empty := true, skip_default := true)',
    { sql },
  )
  return JSON.parse(String(reader.getRows()[0]?.[0])) as Node
}

class Walk {
  readonly #pure: ReadonlySet<string>
  readonly #tables = new Set<string>()
  readonly #words = new Set<string>()
  readonly #aliases = new Set<string>()
  readonly #single = new Set<string>()
  #anyColumn = false

  constructor(pure: ReadonlySet<string>) {
    this.#pure = pure
  }

  inspection(): Inspection {
    for (const name of this.#single) {
      if (this.#aliases.has(name) || this.#tables.has(name)) this.#anyColumn = true
    }
    return { tables: this.#tables, words: this.#anyColumn ? undefined : this.#words }
  }

  /** `scope`: the names of common table expressions that are visible here. */
  visit(value: unknown, scope: ReadonlySet<string>): void {
    if (typeof value === 'string') this.#words.add(value.toLowerCase())
    else if (Array.isArray(value)) for (const item of value) this.visit(item, scope)
    else if (isNode(value)) this.#node(value, scope)
  }

  #node(node: Node, outer: ReadonlySet<string>): void {
    const scope = this.#expressions(node, outer)
    if (node.type === 'RECURSIVE_CTE_NODE') {
      this.visit(node.left, scope)
      this.visit(node.right, new Set([...scope, String(node.cte_name).toLowerCase()]))
      return
    }
    this.#refuse(node)
    if (node.type === 'BASE_TABLE') this.#table(node, scope)
    if (node.type === 'COLUMN_REF' && Array.isArray(node.column_names)) this.#column(node.column_names)
    if (node.type === 'TABLE_FUNCTION') {
      this.#tableFunction(node.function)
      const children = isNode(node.function) ? node.function.children : undefined
      this.visit(children, scope)
      this.#alias(node)
      return
    }
    if (typeof node.function_name === 'string') this.#function(node.function_name, node)
    if (typeof node.alias === 'string') this.#alias(node)
    for (const [key, value] of Object.entries(node)) if (key !== 'cte_map') this.visit(value, scope)
  }

  /** Visits a query's common table expressions in order: each sees those before it. */
  #expressions(node: Node, outer: ReadonlySet<string>): ReadonlySet<string> {
    const entries = isNode(node.cte_map) && Array.isArray(node.cte_map.map) ? node.cte_map.map.filter(isNode) : []
    let scope = outer
    for (const { key, value } of entries) {
      const name = String(key).toLowerCase()
      if (systemName.test(name)) throw forbidden(`"${name}" cannot be the name of a WITH query; choose another`)
      this.visit(value, scope)
      this.#aliases.add(name)
      scope = new Set([...scope, name])
    }
    return scope
  }

  #refuse(node: Node): void {
    if (node.sample !== undefined) throw forbidden(`sampling is left to chance; ${chance}`)
    if (node.class === 'COLLATE' || node.type === 'COLLATE')
      throw forbidden('COLLATE is not allowed: compare with lower()')
    if (node.type === 'SHOW_REF') throw forbidden(`DESCRIBE, SHOW and SUMMARIZE are not allowed: ${outside}`)
    if (
      node.class === 'STAR' ||
      node.type === 'STAR' ||
      node.type === 'PIVOT' ||
      node.column_name_alias !== undefined
    ) {
      this.#anyColumn = true
    }
    if (node.type === 'JOIN' && node.ref_type === 'NATURAL') this.#anyColumn = true
  }

  #table(node: Node, scope: ReadonlySet<string>): void {
    const name = String(node.table_name).toLowerCase()
    if (node.schema_name !== undefined || node.catalog_name !== undefined) {
      throw forbidden(
        `"${String(node.schema_name ?? node.catalog_name)}.${name}": name tables without a schema; ${outside}`,
      )
    }
    this.#alias(node)
    if (!scope.has(name)) this.#tables.add(name)
  }

  #alias(node: Node): void {
    if (typeof node.alias === 'string') this.#aliases.add(node.alias.toLowerCase())
    if (node.column_name_alias !== undefined) this.#anyColumn = true
  }

  #column(names: readonly unknown[]): void {
    const first = String(names[0]).toLowerCase()
    if (names.length > 1) return
    this.#single.add(first)
    if (clocksWithoutParentheses.has(first)) {
      throw forbidden(
        `${first}: ${refused[first] ?? machine} (a column of this name is written with its table: t.${first})`,
      )
    }
  }

  #function(written: string, node: Node): void {
    const name = written.toLowerCase()
    const children = Array.isArray(node.children) ? node.children.length : 0
    if (name === 'age' && children === 1)
      throw forbidden(`age of one argument counts from today; ${clock}, as age($as_of, …)`)
    if (refused[name] !== undefined) throw forbidden(`${name}() is not allowed: ${refused[name]}`)
    if (!this.#pure.has(name)) throw forbidden(`${name}() is not among the functions that a check may call`)
  }

  #tableFunction(value: unknown): void {
    const name = isNode(value) ? String(value.function_name).toLowerCase() : 'this table function'
    if (!tableFunctions.has(name)) throw forbidden(`${name}() is not allowed: ${refused[name] ?? outside}`)
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function forbidden(message: string): CheckError {
  return new CheckError('forbidden', message)
}
