import { Stack, Table, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Check } from './queries.ts'

/** The tables and columns that a check may read. */
export function TablesHelp({ tables }: { tables: Check['tables'] }): ReactNode {
  return (
    <Stack gap="md">
      <Text size="sm">
        One SELECT that returns <code>subject_id</code>, <code>status</code> (pass, fail, unknown, not_applicable),{' '}
        <code>reason</code> and any other columns. <code>$as_of</code> is the time of the run; parameters are read as{' '}
        <code>$name</code>.
      </Text>
      {tables.map(({ table, resource, columns }) => (
        <div key={table}>
          <Text size="sm" fw={600}>
            <code>{table}</code>{' '}
            <Text span size="xs" c="dimmed">
              {resource}
            </Text>
          </Text>
          <Table.ScrollContainer minWidth={420}>
            <Table verticalSpacing={3} fz="xs">
              <Table.Tbody>
                {columns.map(column => (
                  <Table.Tr key={column.name}>
                    <Table.Td w={180}>
                      <code>{column.name}</code>
                    </Table.Td>
                    <Table.Td w={90}>{column.type}</Table.Td>
                    <Table.Td>{column.description}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </div>
      ))}
    </Stack>
  )
}
