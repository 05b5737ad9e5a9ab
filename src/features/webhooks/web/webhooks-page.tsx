import { Button, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus, IconWebhook } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useMay } from '../../../web/api/session.ts'
import { type Column, DataTable } from '../../../web/components/data-table.tsx'
import { Empty } from '../../../web/components/feedback.tsx'
import { TextLink } from '../../../web/components/link.tsx'
import { Page } from '../../../web/components/page.tsx'
import { Panel } from '../../../web/components/panel.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { StateBadge } from '../../../web/components/status.tsx'
import { Time } from '../../../web/components/time.tsx'
import { formatNumber } from '../../../web/format.ts'
import { AddWebhook } from './add-webhook.tsx'
import { type Webhook, webhooksQuery } from './queries.ts'
import { kindsWords, nameOf } from './words.ts'

/** Which programs are told what happens. */
export function WebhooksPage(): ReactNode {
  const mayChange = useMay('webhooks.change')
  const [adding, { open, close }] = useDisclosure(false)
  const query = useQuery(webhooksQuery)
  const add = mayChange ? (
    <Button leftSection={<IconPlus size={14} />} onClick={open}>
      Add a webhook
    </Button>
  ) : null
  return (
    <Page
      title="Webhooks"
      description="Programs that are told what happens as it happens: a chat, a ticket system, a SIEM. Events hold ids and figures, never names or texts."
      actions={query.data && query.data.items.length > 0 ? add : null}
    >
      <Panel>
        <QueryView query={query}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title="Nobody is told yet" icon={IconWebhook} action={add}>
                {mayChange
                  ? 'Give the address of a program that takes webhooks, choose what it is told, and send it a test.'
                  : 'What an owner or an admin adds stands here.'}
              </Empty>
            ) : (
              <DataTable caption="Webhooks" columns={columns} rows={items} rowId={webhook => webhook.id} />
            )
          }
        </QueryView>
      </Panel>
      {adding && query.data ? <AddWebhook kinds={query.data.kinds} onClose={close} /> : null}
    </Page>
  )
}

const columns: Column<Webhook>[] = [
  {
    id: 'name',
    header: 'Program',
    cell: webhook => (
      <>
        <TextLink to="/webhooks/$id" params={{ id: webhook.id }}>
          {nameOf(webhook)}
        </TextLink>
        <Text size="xs" c="dimmed" className="v-wrap">
          {webhook.url}
        </Text>
      </>
    ),
  },
  { id: 'kinds', header: 'Is told', width: '220px', cell: webhook => kindsWords(webhook) },
  { id: 'state', header: 'State', width: '120px', cell: ({ state }) => <StateBadge state={state} /> },
  {
    id: 'last',
    header: 'Last arrived',
    width: '130px',
    cell: ({ last_delivered_at }) => (last_delivered_at ? <Time iso={last_delivered_at} as="relative" /> : '—'),
  },
  { id: 'waiting', header: 'Waiting', width: '90px', align: 'right', cell: ({ waiting }) => formatNumber(waiting) },
  { id: 'dead', header: 'Given up', width: '90px', align: 'right', cell: ({ dead }) => formatNumber(dead) },
]
