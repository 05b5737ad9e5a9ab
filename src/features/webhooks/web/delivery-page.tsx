import { Button, Text } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { useMay } from '../../../web/api/session.ts'
import { Columns, MainColumn, SideColumn } from '../../../web/components/columns.tsx'
import { Definitions } from '../../../web/components/definitions.tsx'
import { Hash } from '../../../web/components/hash.tsx'
import { JsonView, TextView } from '../../../web/components/json-view.tsx'
import { TextLink } from '../../../web/components/link.tsx'
import { Page } from '../../../web/components/page.tsx'
import { QueryPage } from '../../../web/components/query-view.tsx'
import { Section } from '../../../web/components/section.tsx'
import { StateBadge, StatusBadge } from '../../../web/components/status.tsx'
import { wordsOfState } from '../../../web/components/status-words.ts'
import { Time } from '../../../web/components/time.tsx'
import { toast, toastProblem } from '../../../web/components/toast.ts'
import { count, formatDuration } from '../../../web/format.ts'
import { type DeliveryDetail, deliveryQuery, webhookQuery } from './queries.ts'
import classes from './webhooks.module.css'
import { nameOf } from './words.ts'

const route = getRouteApi('/webhooks/deliveries/$id')

/** One delivery: what is sent, each attempt and its answer. */
export function DeliveryPage(): ReactNode {
  const { id } = route.useParams()
  const query = useQuery(deliveryQuery(id))
  return (
    <QueryPage query={query} title="Delivery">
      {delivery => <Content delivery={delivery} />}
    </QueryPage>
  )
}

function Content({ delivery }: { delivery: DeliveryDetail }): ReactNode {
  const mayChange = useMay('webhooks.change')
  const { data: webhook } = useQuery(webhookQuery(delivery.webhook_id))
  return (
    <Page
      title={delivery.kind}
      badge={<StateBadge state={delivery.state} />}
      trail={[
        <TextLink key="list" to="/webhooks" size="xs">
          Webhooks
        </TextLink>,
        <TextLink key="webhook" to="/webhooks/$id" params={{ id: delivery.webhook_id }} size="xs">
          {webhook ? nameOf(webhook) : 'Webhook'}
        </TextLink>,
      ]}
      actions={mayChange && webhook?.enabled ? <Replay id={delivery.id} /> : null}
    >
      <Columns>
        <MainColumn>
          <Section title="Attempts" description={`Newest first; ${count(delivery.log.length, 'attempt')}.`}>
            <Attempts log={delivery.log} />
          </Section>
          <Section
            title="What is sent"
            description="The body, the same at each attempt. In a receiver, check the bytes as they came."
          >
            <JsonView name="Body of the event" value={JSON.parse(delivery.payload)} />
          </Section>
        </MainColumn>
        <SideColumn>
          <Section title="This delivery">
            <Definitions
              of={{
                'webhook-id': <Hash value={delivery.message} name="webhook-id" />,
                Since: <Time iso={delivery.created_at} />,
                'Next attempt': delivery.next_at ? <Time iso={delivery.next_at} /> : null,
                Ended: delivery.ended_at ? <Time iso={delivery.ended_at} /> : null,
              }}
            />
          </Section>
        </SideColumn>
      </Columns>
    </Page>
  )
}

function Attempts({ log }: Pick<DeliveryDetail, 'log'>): ReactNode {
  if (log.length === 0) return <Text size="sm">None yet.</Text>
  return (
    <ol className={classes.attempts}>
      {log.toReversed().map((attempt, at) => (
        <li key={attempt.time} className={classes.attempt}>
          <div className={classes.line}>
            <StatusBadge words={wordsOfState(arrived(attempt.status) ? 'delivered' : 'failed')}>
              {attempt.status === null ? 'No answer' : String(attempt.status)}
            </StatusBadge>
            <Time iso={attempt.time} />
            <span className="v-num">{formatDuration(attempt.took_ms)}</span>
          </div>
          {attempt.error ? <span className="v-wrap">{attempt.error}</span> : null}
          {attempt.answer ? <TextView name={`Answer to attempt ${log.length - at}`} text={attempt.answer} /> : null}
        </li>
      ))}
    </ol>
  )
}

const arrived = (status: number | null) => status !== null && status >= 200 && status < 300

function Replay({ id }: { id: string }): ReactNode {
  const client = useQueryClient()
  const replay = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/webhooks/deliveries/{id}/replay', { params: { path: { id } } })),
    onSuccess: () => {
      toast('It is on the way again, under the same webhook-id.')
      return client.invalidateQueries({ queryKey: ['webhooks'] })
    },
    onError: toastProblem,
  })
  return (
    <Button leftSection={<IconRefresh size={14} />} onClick={() => replay.mutate()} loading={replay.isPending}>
      Send again
    </Button>
  )
}
