import { VisuallyHidden } from '@mantine/core'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  type SortingState,
  sortFn_alphanumeric,
  sortFn_basic,
  type Table as TableModel,
  tableFeatures,
  useTable,
} from '@tanstack/react-table'
import type { ReactNode } from 'react'
import { Fragment, useMemo } from 'react'
import classes from './data-table.module.css'

/** What sorting and exports see of a cell. */
export type CellValue = string | number | boolean | null

export interface Column<Row> {
  /** Unique in the table. When the server sorts, the name that it sorts by. */
  readonly id: string
  readonly header: string
  readonly cell: (row: Row) => ReactNode
  /** For sorting in the browser and for exports. */
  readonly value?: (row: Row) => CellValue
  readonly sortable?: boolean
  readonly align?: 'right'
  readonly width?: string
  /** Left out on narrow screens. */
  readonly wideOnly?: boolean
}

interface DataTableProps<Row> {
  /** What the table lists: its name for screen readers. */
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly rowId: (row: Row) => string
  /** A column's id, with a minus sign for descending. */
  readonly sort?: string | undefined
  readonly onSort?: (sort: string) => void
  /** The server has sorted already; otherwise the rows are sorted here. */
  readonly sortedByServer?: boolean
  /** Rows under one heading each; rows MUST come grouped, or the sort must group them. */
  readonly groupBy?: (row: Row) => string
}

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric, basic: sortFn_basic },
})

/**
 * Roles that the elements have by themselves, said because a style sheet that shows rows as cards (display: flex) takes them away in some
 * browsers.
 */
const roles = {
  table: { role: 'table' },
  rowgroup: { role: 'rowgroup' },
  row: { role: 'row' },
  cell: { role: 'cell' },
  columnheader: { role: 'columnheader' },
} as const

/** A table. On a narrow screen each row becomes a small card: the first column as its title, the others below. */
export function DataTable<Row extends object>(props: DataTableProps<Row>): ReactNode {
  const { caption, columns, rows, rowId, sort, onSort, sortedByServer = false, groupBy } = props
  const definitions = useMemo(() => {
    const helper = createColumnHelper<typeof features, Row>()
    return columns.map(column =>
      helper.accessor((row): unknown => column.value?.(row) ?? null, {
        id: column.id,
        header: column.header,
        cell: context => column.cell(context.row.original),
        enableSorting: column.sortable ?? false,
        sortDescFirst: false,
        sortFn: 'alphanumeric',
      }),
    )
  }, [columns])
  const byId = useMemo(() => new Map(columns.map(column => [column.id, column])), [columns])
  const data = useMemo(() => [...rows], [rows])
  const sorting: SortingState = sort ? [{ id: sort.replace(/^-/, ''), desc: sort.startsWith('-') }] : []

  const table = useTable({
    features,
    columns: definitions,
    data,
    getRowId: rowId,
    manualSorting: sortedByServer,
    enableSortingRemoval: false,
    state: { sorting },
    onSortingChange: updater => {
      const [next] = typeof updater === 'function' ? updater(sorting) : updater
      if (next) onSort?.(next.desc ? `-${next.id}` : next.id)
    },
  })

  let group: string | undefined
  return (
    <div className={classes.scroll}>
      <table className={`${classes.table} ${classes.stacked}`} {...roles.table}>
        <caption>
          <VisuallyHidden>{caption}</VisuallyHidden>
        </caption>
        <TableHead
          table={table as unknown as TableModel<typeof features, object>}
          byId={byId as ReadonlyMap<string, Column<never>>}
        />
        <tbody {...roles.rowgroup}>
          {table.getRowModel().rows.map(row => {
            const heading = groupBy?.(row.original)
            const opens = heading !== undefined && heading !== group
            group = heading
            return (
              <Fragment key={row.id}>
                {opens ? (
                  <tr {...roles.row} className={classes.group}>
                    <td {...roles.cell} colSpan={columns.length}>
                      {heading}
                    </td>
                  </tr>
                ) : null}
                <tr {...roles.row}>
                  {row.getAllCells().map(cell => {
                    const column = byId.get(cell.column.id)
                    return (
                      <td
                        {...roles.cell}
                        key={cell.id}
                        data-label={column?.header}
                        className={`${column?.align ? classes.right : ''} ${column?.wideOnly ? classes.wideOnly : ''}`}
                      >
                        <table.FlexRender cell={cell} />
                      </td>
                    )
                  })}
                </tr>
              </Fragment>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

interface TableHeadProps {
  readonly table: TableModel<typeof features, object>
  readonly byId: ReadonlyMap<string, Column<never>>
}

function TableHead({ table, byId }: TableHeadProps): ReactNode {
  return (
    <thead>
      {table.getHeaderGroups().map(headers => (
        <tr {...roles.row} key={headers.id}>
          {headers.headers.map(header => {
            const column = byId.get(header.column.id)
            const sorted = header.column.getIsSorted()
            return (
              <th
                key={header.id}
                {...roles.columnheader}
                scope="col"
                style={{ width: column?.width }}
                className={column?.align ? classes.right : undefined}
                aria-sort={sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : undefined}
              >
                {header.column.getCanSort() ? (
                  <button
                    type="button"
                    className={`${classes.sort} ${sorted ? classes.sorted : ''}`}
                    onClick={header.column.getToggleSortingHandler()}
                  >
                    {column?.header}
                    {sorted === 'desc' ? (
                      <IconArrowDown size={13} aria-hidden />
                    ) : (
                      <IconArrowUp size={13} aria-hidden />
                    )}
                  </button>
                ) : (
                  column?.header
                )}
              </th>
            )
          })}
        </tr>
      ))}
    </thead>
  )
}
