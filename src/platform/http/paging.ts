import { type Expression, type SelectQueryBuilder, type SqlBool, sql } from 'kysely'
import { DatabaseError } from 'pg'
import { z } from 'zod'
import { VouchError } from '../errors/errors.ts'

/**
 * The one convention for lists: `?limit=50&cursor=…&sort=-created_at&q=words`. A page is `{ items, next_cursor, total }`; the next page is asked for
 * with the same filters and `next_cursor`. Keyset paging: rows added meanwhile neither repeat nor hide others.
 */
export function listQuery<const Sort extends readonly [string, ...string[]]>(sorts: Sort, fallback: string) {
  const directions = sorts.flatMap(name => [name, `-${name}`]) as [string, ...string[]]
  return z.object({
    limit: z.coerce.number().int().min(1).max(500).default(50).meta({ description: 'Rows in a page.' }),
    cursor: z.string().max(2_000).optional().meta({ description: 'The `next_cursor` of the page before.' }),
    sort: z.enum(directions).default(fallback).meta({ description: 'A column, with a minus sign for descending.' }),
    q: z.string().max(200).optional().meta({ description: 'Words to look for.' }),
  })
}

/** A page of `item`. `total` counts all rows that match the filters. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next_cursor: z.string().nullable(), total: z.int() })
}

export interface ListRequest {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly sort: string
  readonly q?: string | undefined
}

/** Whether a text contains words, in any case; nothing in the words has a meaning of its own. */
export function contains(text: Expression<unknown>, words: string) {
  return sql<boolean>`strpos(lower(${text}), lower(${words})) > 0`
}

type Cell = string | number | boolean | null

/**
 * Runs `query` for one page. `columns` maps each sort name to its SQL expression, which must not be null; `tiebreak` is unique within the list.
 * `total` is given where it is known without counting the rows.
 * Throws VouchError `invalid_input` for a cursor that is not one of ours or belongs to another sort order.
 */
export async function paginate<DB, TB extends keyof DB, Row extends Record<string, unknown>>(
  query: SelectQueryBuilder<DB, TB, Row>,
  list: ListRequest,
  columns: Readonly<Record<string, Expression<unknown>>>,
  tiebreak: Expression<unknown>,
  total?: number,
): Promise<{ rows: Row[]; next_cursor: string | null; total: number }> {
  const descending = list.sort.startsWith('-')
  const name = descending ? list.sort.slice(1) : list.sort
  const column = columns[name]
  if (!column) throw new VouchError('invalid_input', `This list cannot be sorted by "${name}".`)
  const direction = descending ? ('desc' as const) : ('asc' as const)

  const counted = total ?? (await countRows(query))
  let page = query
    .select([sql<Cell>`${column}::text`.as('__sort'), sql<Cell>`${tiebreak}::text`.as('__key')])
    .orderBy(column, direction)
    .orderBy(tiebreak, direction)
    .limit(list.limit + 1)
  if (list.cursor !== undefined)
    page = page.where(after(decodeCursor(list.cursor, list.sort), column, tiebreak, descending))
  const found = await page.execute().catch((error: unknown) => {
    // A cursor of the right form whose values are not of the columns' types (SQLSTATE class 22, data exception).
    if (list.cursor !== undefined && error instanceof DatabaseError && error.code?.startsWith('22')) throw wrongCursor()
    throw error
  })

  const rows = found.slice(0, list.limit) as unknown as (Row & { __sort: string; __key: string })[]
  const last = found.length > list.limit ? rows.at(-1) : undefined
  return {
    rows,
    next_cursor: last ? encodeCursor(list.sort, last.__sort, last.__key) : null,
    total: counted,
  }
}

async function countRows<DB, TB extends keyof DB, Row>(query: SelectQueryBuilder<DB, TB, Row>): Promise<number> {
  const counted = await query.clearSelect().select(sql<number>`count(*)`.as('total')).executeTakeFirst()
  return Number((counted as { total: number } | undefined)?.total ?? 0)
}

function after(
  cursor: readonly [string, string],
  column: Expression<unknown>,
  tiebreak: Expression<unknown>,
  descending: boolean,
) {
  // The literals are untyped text, so PostgreSQL gives them the columns' own types.
  const row = sql`(${column}, ${tiebreak})`
  const bound = sql`(${sql.lit(cursor[0])}, ${sql.lit(cursor[1])})`
  return descending ? sql<SqlBool>`${row} < ${bound}` : sql<SqlBool>`${row} > ${bound}`
}

function wrongCursor(): VouchError {
  return new VouchError('invalid_input', 'The cursor is not one that this list gave out. Ask for the first page again.')
}

function encodeCursor(sort: string, value: string, key: string): string {
  return Buffer.from(JSON.stringify([sort, value, key])).toString('base64url')
}

function decodeCursor(cursor: string, sort: string): readonly [string, string] {
  const shape = z.tuple([z.string(), z.string(), z.string()])
  let parsed: unknown
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    parsed = undefined
  }
  const result = shape.safeParse(parsed)
  if (!result.success || result.data.some(part => part.includes('\0'))) {
    throw wrongCursor()
  }
  if (result.data[0] !== sort)
    throw new VouchError('invalid_input', 'The cursor belongs to another sort order. Ask for the first page again.')
  return [result.data[1], result.data[2]]
}
