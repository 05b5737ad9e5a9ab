import { Anchor, Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Fragment } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { useMay } from '../../../web/api/session.ts'
import { Definitions } from '../../../web/components/definitions.tsx'
import { ProblemAlert } from '../../../web/components/feedback.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { StatusBadge } from '../../../web/components/status.tsx'
import { Time } from '../../../web/components/time.tsx'
import { toast } from '../../../web/components/toast.ts'
import classes from './mail.module.css'
import { type Message, messageQuery } from './queries.ts'
import { causeWords, stateWords, templateWords } from './words.ts'

/** One message: what became of it, what it says where that may be read, and what can be done about it. */
export function MessageView({ message, onClose }: { message: Message; onClose: () => void }): ReactNode {
  const query = useQuery(messageQuery(message.id))
  return (
    <Modal opened onClose={onClose} title={message.subject} size="lg">
      <QueryView query={query}>
        {found => (
          <Stack gap="md">
            <Facts message={found} />
            {found.letter ? (
              <Letter text={found.letter.text} />
            ) : (
              <Text size="sm" c="dimmed">
                What it says is for its recipient alone, and is deleted once it was sent.
              </Text>
            )}
            <Actions message={found} onClose={onClose} />
          </Stack>
        )}
      </QueryView>
    </Modal>
  )
}

function Facts({ message }: { message: Message }): ReactNode {
  return (
    <Definitions
      of={{
        To: <span className="v-wrap">{message.recipient}</span>,
        What: templateWords[message.template],
        'Caused by': causeWords(message),
        When: <Time iso={message.created_at} />,
        State: <StatusBadge words={stateWords[message.state]} plain />,
        Sent: message.sent_at === null ? null : <Time iso={message.sent_at} />,
        Attempts: message.attempts === 0 ? null : message.attempts,
        'Last answer': message.last_error === null ? null : <span className="v-wrap">{message.last_error}</span>,
        'Next attempt':
          message.state === 'waiting' && message.next_attempt_at ? <Time iso={message.next_attempt_at} /> : null,
        'Given up': message.state === 'waiting' ? <Time iso={message.give_up_at} /> : null,
      }}
    />
  )
}

/** The text as its recipient reads it; links of this installation can be followed. */
function Letter({ text }: { text: string }): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className={classes.letter} tabIndex={0} aria-label="The message">
      {text
        .trim()
        .split('\n\n')
        .map((paragraph, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a letter never changes its order
          <p key={at}>
            {paragraph.split('\n').map((line, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: nor do its lines
              <Fragment key={place}>
                {place > 0 ? <br /> : null}
                {isOwnLink(line) ? <Anchor href={line}>{line}</Anchor> : line}
              </Fragment>
            ))}
          </p>
        ))}
    </section>
  )
}

function isOwnLink(line: string): boolean {
  return URL.canParse(line) && new URL(line).origin === window.location.origin
}

function Actions({ message, onClose }: { message: Message; onClose: () => void }): ReactNode {
  const client = useQueryClient()
  const mayChange = useMay('mail.change')
  const params = { path: { id: message.id } }
  const done = async (words: string) => {
    toast(words)
    onClose()
    await client.invalidateQueries({ queryKey: ['mail'] })
  }
  const send = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/mail/{id}/send', { params })),
    onSuccess: () => done('The message is on its way again.'),
  })
  const cancel = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/mail/{id}/cancel', { params })),
    onSuccess: () => done('The message was called off.'),
  })
  const error = send.error ?? cancel.error
  return (
    <>
      {error ? <ProblemAlert error={error} /> : null}
      <Group justify="flex-end" gap="xs">
        {mayChange && message.cancellable ? (
          <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
            Call it off
          </Button>
        ) : null}
        {mayChange && message.sendable ? (
          <Button variant="default" loading={send.isPending} onClick={() => send.mutate()}>
            Send it again
          </Button>
        ) : null}
        <Button onClick={onClose} data-autofocus>
          Done
        </Button>
      </Group>
    </>
  )
}
