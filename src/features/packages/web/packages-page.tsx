import { Box, Button, Group, Text } from '@mantine/core'
import { IconDownload, IconPackage } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { answer, api, type Schemas } from '../../../web/api/client.ts'
import { useMay } from '../../../web/api/session.ts'
import { Columns, MainColumn, SideColumn } from '../../../web/components/columns.tsx'
import { type Column, DataTable } from '../../../web/components/data-table.tsx'
import { useSensitiveDownload } from '../../../web/components/download.tsx'
import { Empty } from '../../../web/components/feedback.tsx'
import { Copy, Hash } from '../../../web/components/hash.tsx'
import { TextView } from '../../../web/components/json-view.tsx'
import { TextLink } from '../../../web/components/link.tsx'
import { Page } from '../../../web/components/page.tsx'
import { Pager } from '../../../web/components/pager.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { Section } from '../../../web/components/section.tsx'
import { CalendarDay, Time } from '../../../web/components/time.tsx'
import { formatBytes, formatNumber } from '../../../web/format.ts'
import { MakePackage } from './make-package.tsx'

type Package = Schemas['Package']

const route = getRouteApi('/packages')
const pageSize = 25
const command = './vouch verify package.zip'

const columns: readonly Column<Package>[] = [
  {
    id: 'period',
    header: 'Period (UTC)',
    cell: made => (
      <Text size="sm" fw={550} span>
        <CalendarDay date={made.period_from.slice(0, 10)} /> to <CalendarDay date={made.period_to.slice(0, 10)} />
      </Text>
    ),
  },
  {
    id: 'size',
    header: 'Size',
    align: 'right',
    width: '80px',
    cell: made => <span className="v-num">{formatBytes(made.bytes)}</span>,
  },
  {
    id: 'leaves',
    header: 'Leaves',
    align: 'right',
    width: '80px',
    wideOnly: true,
    cell: made => <span className="v-num">{formatNumber(made.size)}</span>,
  },
  {
    id: 'content',
    header: 'SHA-256',
    wideOnly: true,
    cell: made => <Hash value={made.content} name="hash of the package" />,
  },
  { id: 'created_at', header: 'Made', cell: made => <Time iso={made.created_at} /> },
  {
    id: 'entry',
    header: 'Ledger',
    width: '90px',
    cell: made => (
      <TextLink to="/ledger/$id" params={{ id: String(made.ledger_entry_id) }} size="sm">
        Entry {made.ledger_entry_id}
      </TextLink>
    ),
  },
  {
    id: 'download',
    header: 'Download',
    width: '120px',
    cell: made => <Download href={`/api/v1/packages/${made.id}/download`} />,
  },
]

function Download({ href }: { href: string }): ReactNode {
  const download = useSensitiveDownload()
  return (
    <Button variant="default" size="compact-xs" leftSection={<IconDownload size={13} />} onClick={() => download(href)}>
      Download
    </Button>
  )
}

/** The packages that were made, how to make one, and how anyone verifies it. */
export function PackagesPage(): ReactNode {
  const { cursor } = route.useSearch()
  const mayMake = useMay('packages.make')
  const query = useQuery({
    queryKey: ['packages', 'list', cursor],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/packages', { params: { query: { limit: pageSize, cursor } }, signal })),
    placeholderData: keepPreviousData,
  })
  return (
    <Page
      title="Packages"
      description="A file with everything that anyone needs to check the work again: records, queries, results, statuses, the ledger and its proofs."
    >
      <Columns>
        <MainColumn>
          <Section title="Packages" flush>
            <QueryView query={query}>
              {({ items, next_cursor, total }) =>
                items.length === 0 ? (
                  <Empty title="No package was made yet" icon={IconPackage}>
                    {mayMake ? 'Choose a period and make one. ' : ''}Each is written to the ledger like every other
                    fact.
                  </Empty>
                ) : (
                  <>
                    <DataTable caption="Packages" columns={columns} rows={items} rowId={made => made.id} />
                    <Pager cursor={cursor} next={next_cursor} shown={items.length} total={total} noun="packages" />
                  </>
                )
              }
            </QueryView>
          </Section>
        </MainColumn>
        <SideColumn>
          {mayMake ? <MakePackage /> : null}
          <Section title="How to verify one">
            <Text size="sm" mb="xs">
              On any machine with Vouch, without a network, an account or this server:
            </Text>
            <Group gap="xs" wrap="nowrap">
              <Box flex={1} miw={0}>
                <TextView name="Command that verifies a package" text={command} />
              </Box>
              <Copy value={command} name="command" />
            </Group>
            <Text size="xs" c="dimmed" mt="xs" component="div">
              Add <code>--key</code> with the{' '}
              <TextLink to="/ledger" inherit underline="always">
                verifier key
              </TextLink>{' '}
              to hold the package to this organisation’s log. Every query runs again; exit code 0 means that all of it
              agrees.
            </Text>
          </Section>
        </SideColumn>
      </Columns>
    </Page>
  )
}
