import { Button, Divider } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { toastProblem } from '../../../web/components/toast.ts'

interface SignOnButtonProps {
  readonly email: string
  /** The page that is wanted. */
  readonly to: string | undefined
  /** Called with what is wrong with the address, or that its domain has no provider. */
  readonly onRefused: (why: string) => void
}

/** The other way in: by the identity provider of the address's domain. */
export function SignOnButton({ email, to, onRefused }: SignOnButtonProps): ReactNode {
  const start = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/session/sso', { body: { email: email.trim(), ...(to && { to }) } })),
    onSuccess: ({ url }) => {
      if (url === null) onRefused('Nobody signs in by single sign-on with addresses of this domain. Use your password.')
      else window.location.assign(url)
    },
    onError: toastProblem,
  })
  return (
    <>
      <Divider label="or" labelPosition="center" />
      <Button
        variant="default"
        size="md"
        fullWidth
        leftSection={<IconKey size={16} />}
        loading={start.isPending || (start.isSuccess && start.data.url !== null)}
        onClick={() => {
          if (/^\S+@\S+$/.test(email.trim())) start.mutate()
          else onRefused('Give your e-mail address: its domain says where you sign in.')
        }}
      >
        Single sign-on
      </Button>
    </>
  )
}
