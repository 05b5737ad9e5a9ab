import { Button } from '@mantine/core'
import { IconAlertTriangle, IconSend } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { useMay } from '../../../web/api/session.ts'
import { Columns, MainColumn, SideColumn } from '../../../web/components/columns.tsx'
import { Definitions } from '../../../web/components/definitions.tsx'
import { TextLink } from '../../../web/components/link.tsx'
import { Notice } from '../../../web/components/notice.tsx'
import { Page } from '../../../web/components/page.tsx'
import { QueryPage } from '../../../web/components/query-view.tsx'
import { ReadOnly } from '../../../web/components/read-only.tsx'
import { Section } from '../../../web/components/section.tsx'
import { StateBadge } from '../../../web/components/status.tsx'
import { Time } from '../../../web/components/time.tsx'
import { toast, toastProblem } from '../../../web/components/toast.ts'
import { History } from '../../activity/web/history.tsx'
import { Deliveries } from './deliveries.tsx'
import { type Webhook, webhookQuery } from './queries.ts'
import { WebhookActions } from './webhook-actions.tsx'
import classes from './webhooks.module.css'
import { nameOf } from './words.ts'

const route = getRouteApi('/webhooks/$id')

/** One webhook: what it was sent and what it answered, its settings, and its end. */
export function WebhookPage(): ReactNode {
  const { id } = route.useParams()
  const query = useQuery(webhookQuery(id))
  return (
    <QueryPage query={query} title="Webhook">
      {webhook => <Content webhook={webhook} />}
    </QueryPage>
  )
}

function Content({ webhook }: { webhook: Webhook }): ReactNode {
  const mayChange = useMay('webhooks.change')
  return (
    <Page
      title={nameOf(webhook)}
      badge={<StateBadge state={webhook.state} />}
      trail={[
        <TextLink key="list" to="/webhooks" size="xs">
          Webhooks
        </TextLink>,
      ]}
      actions={mayChange && webhook.enabled ? <SendTest id={webhook.id} /> : null}
    >
      <Trouble webhook={webhook} />
      <Columns>
        <MainColumn>
          <Deliveries webhook={webhook} />
          <History subject={webhook.id} />
        </MainColumn>
        <SideColumn>
          <Settings webhook={webhook} />
          {mayChange ? <WebhookActions webhook={webhook} /> : <ReadOnly />}
        </SideColumn>
      </Columns>
    </Page>
  )
}

/** Why it is not told, or may soon not be. */
function Trouble({ webhook }: { webhook: Webhook }): ReactNode {
  const since = webhook.failing_since ? <Time iso={webhook.failing_since} /> : null
  if (webhook.state === 'gone')
    return (
      <Notice tone="bad" icon={IconAlertTriangle} title="The program said that it is gone, so it was switched off">
        It answered 410 Gone. Correct its address, or switch it on when the program is back; then send again what
        happened meanwhile.
      </Notice>
    )
  if (webhook.state === 'given_up')
    return (
      <Notice tone="bad" icon={IconAlertTriangle} title="It failed for five days, so it was switched off">
        Nothing has arrived since {since}. Look at the answers below, repair it, switch it on, and send again what
        happened meanwhile.
      </Notice>
    )
  if (webhook.state === 'failing')
    return (
      <Notice tone="warn" icon={IconAlertTriangle} title="It does not take what it is sent">
        Nothing has arrived since {since}. Each event is tried ten times over some three days; after five days the
        webhook is switched off. Its answers are below.
      </Notice>
    )
  return null
}

function SendTest({ id }: { id: string }): ReactNode {
  const client = useQueryClient()
  const test = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/webhooks/{id}/test', { params: { path: { id } } })),
    onSuccess: () => {
      toast('A test event is on the way.')
      return client.invalidateQueries({ queryKey: ['webhooks'] })
    },
    onError: toastProblem,
  })
  return (
    <Button leftSection={<IconSend size={14} />} onClick={() => test.mutate()} loading={test.isPending}>
      Send a test
    </Button>
  )
}

function Settings({ webhook }: { webhook: Webhook }): ReactNode {
  const both = webhook.previous_until !== null && Date.parse(webhook.previous_until) > Date.now()
  return (
    <Section title="Where and what">
      <Definitions
        of={{
          Address: <span className="v-wrap">{webhook.url}</span>,
          'Is told':
            webhook.kinds === null ? (
              'All that happens'
            ) : (
              <ul className={classes.told}>
                {webhook.kinds.map(kind => (
                  <li key={kind}>
                    <code>{kind}</code>
                  </li>
                ))}
              </ul>
            ),
          Added: <Time iso={webhook.created_at} as="relative" />,
          'Last arrived': webhook.last_delivered_at ? <Time iso={webhook.last_delivered_at} as="relative" /> : 'never',
          Secret: (
            <>
              made <Time iso={webhook.secret_set_at} as="relative" />
            </>
          ),
          'Secret before': both ? (
            <>
              signs too until <Time iso={webhook.previous_until ?? ''} />
            </>
          ) : null,
        }}
      />
    </Section>
  )
}
