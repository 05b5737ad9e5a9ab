import { Button } from '@mantine/core'
import { IconMail, IconMailCheck } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { useSession } from '../../../web/api/session.ts'
import { Notice } from '../../../web/components/notice.tsx'
import { Refusal } from './refusal.tsx'

interface MailSignInLinkProps {
  readonly email: string
  /** Called when it is asked for without an address. */
  readonly onMissing: () => void
}

/** Has a link mailed that signs in. Left out where nothing is mailed. */
export function MailSignInLink({ email, onMissing }: MailSignInLinkProps): ReactNode {
  const { mail } = useSession()
  const address = email.trim()
  const ask = useMutation({
    mutationFn: (body: { email: string }) => answer(api.POST('/api/v1/session/mailed-link', { body })),
  })
  if (mail === 'off') return null
  if (ask.isSuccess && ask.variables.email === address) return <LinkIsOnItsWay to={address} />
  return (
    <>
      <Refusal error={ask.error} />
      {fieldOf(ask.error)}
      <Button
        variant="default"
        size="md"
        fullWidth
        leftSection={<IconMail size={16} />}
        loading={ask.isPending}
        onClick={() => (address === '' ? onMissing() : ask.mutate({ email: address }))}
      >
        Mail me a link instead
      </Button>
    </>
  )
}

/** What was said to the field of the address, which is another form's. */
function fieldOf(error: unknown): ReactNode {
  const fields = error && typeof error === 'object' && 'fields' in error ? (error.fields as Record<string, string>) : {}
  return fields.email ? <Notice tone="bad" icon={IconMail} title={fields.email} urgent /> : null
}

/** The same whether or not the address has an account. */
export function LinkIsOnItsWay({ to }: { to: string }): ReactNode {
  const { mail } = useSession()
  return (
    <Notice tone="good" icon={IconMailCheck} title="Look into your mailbox" urgent>
      If <strong className="v-wrap">{to}</strong> has an account here, a message with a link is on its way. The link
      works once, within 15 minutes.{' '}
      {mail === 'preview' ? 'This is a demo: its owner finds the message under Mail.' : null}
    </Notice>
  )
}
