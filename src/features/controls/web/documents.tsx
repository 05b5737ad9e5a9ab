import { Anchor, Button, Collapse, List, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconFileUpload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { Schemas } from '../../../web/api/client.ts'
import { useMay } from '../../../web/api/session.ts'
import { type Column, DataTable } from '../../../web/components/data-table.tsx'
import { Empty } from '../../../web/components/feedback.tsx'
import { TextLink } from '../../../web/components/link.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { Section } from '../../../web/components/section.tsx'
import { StateBadge } from '../../../web/components/status.tsx'
import { CalendarDay } from '../../../web/components/time.tsx'
import { formatBytes } from '../../../web/format.ts'
import { DocumentOrigin } from '../../evidence/web/document-origin.tsx'
import { DocumentForm } from './document-form.tsx'
import { type Control, documentsQuery } from './queries.ts'

type Document = Schemas['Document']

const columns: readonly Column<Document>[] = [
  {
    id: 'title',
    header: 'Document',
    cell: document => (
      <>
        <Anchor href={`/api/v1/evidence/documents/${document.id}/content`} size="sm" fw={550} download>
          {document.title}
        </Anchor>
        <Text size="xs" c="dimmed" className="v-wrap">
          {document.file_name}, {formatBytes(document.bytes)}
          <DocumentOrigin document={document} />
        </Text>
      </>
    ),
  },
  {
    id: 'covers',
    header: 'Covers',
    cell: document => (
      <>
        <CalendarDay date={document.covers_from} /> to <CalendarDay date={document.covers_to} />
      </>
    ),
  },
  {
    id: 'fresh',
    header: 'State',
    width: '110px',
    cell: document => <StateBadge state={document.fresh ? 'fresh' : 'out_of_date'} />,
  },
  {
    id: 'entry',
    header: 'Ledger',
    width: '90px',
    cell: document => (
      <TextLink to="/ledger/$id" params={{ id: String(document.ledger_entry_id) }} size="sm">
        Entry {document.ledger_entry_id}
      </TextLink>
    ),
  },
]

/** What is filed for a control, what it asks for, and the form for filing more. */
export function Documents({ control }: { control: Control }): ReactNode {
  const query = useQuery(documentsQuery(control.id))
  const mayAdd = useMay('evidence.add')
  const [adding, { toggle, close }] = useDisclosure(false)
  const wanted = control.evidence.filter(evidence => evidence.kind !== 'check')
  return (
    <Section
      title="Documents"
      description="Policies, minutes, records: what no query can see."
      flush
      actions={
        mayAdd ? (
          <Button variant="default" leftSection={<IconFileUpload size={14} />} onClick={toggle} aria-expanded={adding}>
            File a document
          </Button>
        ) : null
      }
    >
      <Collapse expanded={adding && mayAdd} keepMounted={false}>
        <DocumentForm control={control} onDone={close} />
      </Collapse>
      <QueryView query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Nothing is filed for this control">
              {wanted.length > 0 ? (
                <List size="sm" ta="left">
                  {wanted.map(({ id, title, freshness_days }) => (
                    <List.Item key={id}>
                      {title}, not older than {freshness_days} days
                    </List.Item>
                  ))}
                </List>
              ) : (
                'Its checks are evidence enough; file what else an auditor should see.'
              )}
            </Empty>
          ) : (
            <DataTable
              caption="Documents of this control"
              columns={columns}
              rows={items}
              rowId={document => document.id}
            />
          )
        }
      </QueryView>
    </Section>
  )
}
