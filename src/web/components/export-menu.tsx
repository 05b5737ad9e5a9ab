import { Button, Menu } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { saveFile, toCsv } from '../export-rows.ts'
import type { Column } from './data-table.tsx'
import { toastProblem } from './toast.ts'

interface ExportMenuProps<Row> {
  /** The file's name without its ending. */
  readonly name: string
  readonly columns: readonly Column<Row>[]
  /** All rows that the filters leave, over all pages. */
  readonly rows: () => Promise<readonly Row[]> | readonly Row[]
}

/** Exports the list as it is filtered: CSV with the table's columns, JSON with all that the API gives. */
export function ExportMenu<Row>({ name, columns, rows }: ExportMenuProps<Row>): ReactNode {
  const run = useMutation({
    mutationFn: async (format: 'csv' | 'json') => {
      const all = await rows()
      if (format === 'json') return saveFile(`${name}.json`, 'application/json', `${JSON.stringify(all, null, 2)}\n`)
      const exported = columns.flatMap(({ header, value }) => (value ? [{ header, value }] : []))
      saveFile(`${name}.csv`, 'text/csv;charset=utf-8', toCsv(exported, all))
    },
    onError: toastProblem,
  })
  return (
    <Menu>
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={14} />} loading={run.isPending}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => run.mutate('csv')}>CSV, for spreadsheets</Menu.Item>
        <Menu.Item onClick={() => run.mutate('json')}>JSON, all fields</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
