import { Anchor, Text } from '@mantine/core'
import { IconFileText } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { type Column, DataTable } from '../../../web/components/data-table.tsx'
import { ExportMenu } from '../../../web/components/export-menu.tsx'
import { Empty } from '../../../web/components/feedback.tsx'
import { ButtonLink, TextLink } from '../../../web/components/link.tsx'
import { Pager } from '../../../web/components/pager.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { StateBadge } from '../../../web/components/status.tsx'
import { CalendarDay, Time } from '../../../web/components/time.tsx'
import { SearchBox, Toolbar } from '../../../web/components/toolbar.tsx'
import { allPages } from '../../../web/export-rows.ts'
import { count, formatBytes, humanise } from '../../../web/format.ts'
import { DocumentOrigin, filerWords } from './document-origin.tsx'
import { type Document, type DocumentsQuery, documentsQuery, exportSize, fetchDocuments, pageSize } from './queries.ts'

const route = getRouteApi('/evidence')

const columns: readonly Column<Document>[] = [
  {
    id: 'title',
    header: 'Document',
    sortable: true,
    value: document => document.title,
    cell: document => (
      <>
        <Anchor href={`/api/v1/evidence/documents/${document.id}/content`} download size="sm" fw={550} c="inherit">
          {document.title}
        </Anchor>
        {/* What can be clicked keeps its distance (WCAG 2.5.8). */}
        <Text size="xs" c="dimmed" className="v-wrap" mt={6}>
          {document.file_name}, {formatBytes(document.bytes)}
          <DocumentOrigin document={document} />
        </Text>
      </>
    ),
  },
  {
    id: 'control',
    header: 'Control',
    value: document => document.control_id,
    cell: document => (
      <TextLink to="/controls/$id" params={{ id: document.control_id }} size="sm">
        {humanise(document.control_id)}
      </TextLink>
    ),
  },
  {
    id: 'covers',
    header: 'Covers',
    value: document => `${document.covers_from} to ${document.covers_to}`,
    cell: document => (
      <>
        <CalendarDay date={document.covers_from} /> to <CalendarDay date={document.covers_to} />
      </>
    ),
  },
  {
    id: 'fresh',
    header: 'State',
    value: document => (document.fresh ? 'fresh' : 'out of date'),
    cell: document => <StateBadge state={document.fresh ? 'fresh' : 'out_of_date'} />,
  },
  {
    id: 'collected_at',
    header: 'Filed',
    sortable: true,
    value: document => document.collected_at,
    cell: document => <Time iso={document.collected_at} />,
  },
  {
    id: 'filed_by',
    header: 'Filed by',
    wideOnly: true,
    value: document => document.filed_by.name ?? document.filed_by.actor,
    cell: document => <span className="v-wrap">{document.filed_by.name ?? filerWords(document.filed_by.actor)}</span>,
  },
  {
    id: 'entry',
    header: 'Ledger',
    value: document => document.ledger_entry_id,
    cell: document => (
      <TextLink to="/ledger/$id" params={{ id: String(document.ledger_entry_id) }} size="sm">
        Entry {document.ledger_entry_id}
      </TextLink>
    ),
  },
]

/** The documents that were filed. */
export function DocumentsList(): ReactNode {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const sort = (['collected_at', 'title', '-title'] as const).find(name => name === search.sort) ?? '-collected_at'
  const filters: DocumentsQuery = { limit: pageSize, sort, q: search.q }
  const query = useQuery(documentsQuery({ ...filters, cursor: search.cursor }))
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: previous => ({ ...previous, cursor: undefined, ...change }), replace: true })
  return (
    <>
      <Toolbar
        end={
          <>
            {query.data ? <span>{count(query.data.total, 'document')}</span> : null}
            <ExportMenu
              name="documents"
              columns={columns}
              rows={() => allPages(cursor => fetchDocuments({ ...filters, limit: exportSize, cursor }))}
            />
          </>
        }
      >
        <SearchBox label="Search documents" value={search.q} onChange={q => set({ q })} />
      </Toolbar>
      <QueryView query={query}>
        {({ items, next_cursor, total }) =>
          items.length === 0 ? (
            <Empty
              title={search.q ? 'No document matches' : 'No document is filed'}
              icon={IconFileText}
              action={
                <ButtonLink to="/controls" search={{ status: 'needs_evidence' }} mt="sm">
                  Controls that need evidence
                </ButtonLink>
              }
            >
              Documents are filed at the control that they support.
            </Empty>
          ) : (
            <>
              <DataTable
                caption="Documents"
                columns={columns}
                rows={items}
                rowId={document => document.id}
                sort={sort}
                onSort={next => set({ sort: next })}
                sortedByServer
              />
              <Pager cursor={search.cursor} next={next_cursor} shown={items.length} total={total} noun="documents" />
            </>
          )
        }
      </QueryView>
    </>
  )
}
