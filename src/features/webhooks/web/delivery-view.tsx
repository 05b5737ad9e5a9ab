import { Button, Group, Modal, Stack, Text, Title } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { Definitions } from '../../../web/components/definitions.tsx'
import { Hash } from '../../../web/components/hash.tsx'
import { JsonView, TextView } from '../../../web/components/json-view.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { StateBadge, StatusBadge } from '../../../web/components/status.tsx'
import { wordsOfState } from '../../../web/components/status-words.ts'
import { Time } from '../../../web/components/time.tsx'
import { toast, toastProblem } from '../../../web/components/toast.ts'
import { formatDuration } from '../../../web/format.ts'
import { type DeliveryDetail, deliveryQuery } from './queries.ts'
import classes from './webhooks.module.css'

interface DeliveryViewProps {
  readonly id: string
  readonly replayable: boolean
  readonly onClose: () => void
}

/** One delivery: what is sent, each attempt and its answer. */
export function DeliveryView({ id, replayable, onClose }: DeliveryViewProps): ReactNode {
  const query = useQuery(deliveryQuery(id))
  return (
    <Modal opened onClose={onClose} title={query.data?.kind ?? 'Delivery'} size="xl">
      <QueryView query={query}>
        {delivery => (
          <Stack gap="md">
            <Definitions
              of={{
                State: <StateBadge state={delivery.state} />,
                'webhook-id': <Hash value={delivery.message} name="webhook-id" />,
                Since: <Time iso={delivery.created_at} />,
                'Next attempt': delivery.next_at ? <Time iso={delivery.next_at} /> : null,
              }}
            />
            <Stack gap={6}>
              <Title order={3} size="h5">
                What is sent
              </Title>
              <JsonView name="Body of the event" value={JSON.parse(delivery.payload)} />
            </Stack>
            <Stack gap={6}>
              <Title order={3} size="h5">
                Attempts
              </Title>
              <Attempts log={delivery.log} />
            </Stack>
            {replayable ? <Replay id={delivery.id} /> : null}
          </Stack>
        )}
      </QueryView>
    </Modal>
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
    <Group justify="flex-end">
      <Button leftSection={<IconRefresh size={14} />} onClick={() => replay.mutate()} loading={replay.isPending}>
        Send again
      </Button>
    </Group>
  )
}
