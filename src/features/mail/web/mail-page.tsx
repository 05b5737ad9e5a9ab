import { Button } from '@mantine/core'
import { IconCircleCheck, IconEye, IconMailOff, IconSend } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { type Session, useMay, useSession } from '../../../web/api/session.ts'
import { Notice } from '../../../web/components/notice.tsx'
import { Page } from '../../../web/components/page.tsx'
import { Panel } from '../../../web/components/panel.tsx'
import { toast, toastProblem } from '../../../web/components/toast.ts'
import { MessagesList } from './messages-list.tsx'

/** What is mailed to people, and what became of it. */
export function MailPage(): ReactNode {
  const { mail, user } = useSession()
  const mayChange = useMay('mail.change')
  const client = useQueryClient()
  const test = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/mail/test')),
    onSuccess: async () => {
      toast(mail === 'smtp' ? `A test message to ${user?.email} is on its way.` : 'The test message is in the list.')
      await client.invalidateQueries({ queryKey: ['mail'] })
    },
    onError: toastProblem,
  })
  return (
    <Page
      title="Mail"
      description="Messages of the organisation, and those about its members’ sign-in: to whom, when, and what became of them."
      actions={
        mayChange ? (
          <Button
            variant="default"
            leftSection={<IconSend size={14} />}
            loading={test.isPending}
            onClick={() => test.mutate()}
          >
            Send me a test message
          </Button>
        ) : null
      }
    >
      <Mode mail={mail} />
      <Panel>
        <MessagesList />
      </Panel>
    </Page>
  )
}

function Mode({ mail }: { mail: Session['mail'] }): ReactNode {
  if (mail === 'smtp') {
    return (
      <Notice tone="good" icon={IconCircleCheck} title="Messages are mailed">
        What a server does not take is tried again, with pauses that double, for a day. What a message says is deleted
        once it was sent.
      </Notice>
    )
  }
  if (mail === 'preview') {
    return (
      <Notice tone="info" icon={IconEye} title="Nothing is mailed here: you can read the messages instead">
        Only the demo and development show what messages say. They hold real links: open one to go on as its recipient.
      </Notice>
    )
  }
  return (
    <Notice tone="warn" icon={IconMailOff} title="Nothing is mailed">
      Whoever runs Vouch has named no SMTP server (<code className="v-mono">VOUCH_SMTP_URL</code>). Pages show the links
      of invitations instead, for you to pass on. Messages can be sent once there is a server, as long as their links
      work.
    </Notice>
  )
}
