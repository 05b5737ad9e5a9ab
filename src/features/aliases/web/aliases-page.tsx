import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useMay } from '../../../web/api/session.ts'
import { Columns, MainColumn, SideColumn } from '../../../web/components/columns.tsx'
import { type Column, DataTable } from '../../../web/components/data-table.tsx'
import { Definitions } from '../../../web/components/definitions.tsx'
import { Page } from '../../../web/components/page.tsx'
import { QueryPage } from '../../../web/components/query-view.tsx'
import { Section } from '../../../web/components/section.tsx'
import { formatNumber } from '../../../web/format.ts'
import { ErasePerson } from './erase-person.tsx'
import { kindWords } from './kind-words.ts'
import { type Aliases, aliasesQuery } from './queries.ts'
import { SettingForm } from './setting-form.tsx'

/** Which personal values are stored as aliases, how many are kept, and the erasure of a person. */
export function AliasesPage(): ReactNode {
  const query = useQuery(aliasesQuery)
  const mayErase = useMay('aliases.erase')
  return (
    <QueryPage query={query} title="Aliases">
      {aliases => (
        <Page
          title="Aliases"
          description="Evidence can be told without saying whose it is. A personal value is then stored as an alias: always the same one, so that checks can compare it, and revealed only to those who may."
        >
          <Columns>
            <MainColumn>
              <SettingForm aliases={aliases} />
              {mayErase ? <ErasePerson aliases={aliases} /> : null}
            </MainColumn>
            <SideColumn>
              <Kept aliases={aliases} />
              <Section title="Where they stand" description="And in every user name that is an e-mail address." flush>
                <DataTable
                  caption="Fields with personal values"
                  columns={fieldColumns}
                  rows={aliases.fields}
                  rowId={row => row.resource}
                />
              </Section>
            </SideColumn>
          </Columns>
        </Page>
      )}
    </QueryPage>
  )
}

const fieldColumns: readonly Column<Aliases['fields'][number]>[] = [
  {
    id: 'resource',
    header: 'Record',
    cell: row => (
      <>
        {row.title}
        <Text size="xs" c="dimmed" className="v-mono v-wrap">
          {row.resource}
        </Text>
      </>
    ),
  },
  {
    id: 'fields',
    header: 'Fields',
    cell: row => <span className="v-mono v-wrap">{row.fields.join(', ')}</span>,
  },
]

function Kept({ aliases }: { aliases: Aliases }): ReactNode {
  const counts = Object.entries(kindWords).map(([kind, { title }]) => [
    title,
    formatNumber(aliases.counts[kind as keyof Aliases['counts']] ?? 0),
  ])
  return (
    <Section title="What is kept, sealed" description="The values that aliases stand for, in the vault’s keeping.">
      <Definitions
        of={{
          ...Object.fromEntries(counts),
          'Uploaded originals': formatNumber(aliases.uploads),
          'Snapshots from before': `${formatNumber(aliases.plain_snapshots)} hold personal fields as they came`,
        }}
      />
    </Section>
  )
}
