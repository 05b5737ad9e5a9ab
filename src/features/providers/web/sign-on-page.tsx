import { Group, Loader, Stack, Text } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useLocation, useRouter } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useEffect, useRef } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { ButtonLink } from '../../../web/components/link.tsx'
import { Notice } from '../../../web/components/notice.tsx'
import { Alone } from '../../../web/shell/alone.tsx'
import { wayBack } from '../../../web/way-back.ts'
import { Refusal } from '../../access/web/refusal.tsx'
import { arrival } from './arrival.ts'

/** Where a person comes back from their identity provider: with a code in the address (OIDC), or a token in its fragment (SAML). */
export function SignOnPage(): ReactNode {
  const router = useRouter()
  const token = useLocation({ select: location => location.hash })
  const sent = useRef(false)
  const refused = new URLSearchParams(arrival).has('refused')
  const { mutate, error, isIdle } = useMutation({
    mutationFn: (body: { token?: string; query?: string }) =>
      answer(api.POST('/api/v1/session/sso/complete', { body })),
    // Loaded afresh, so that no page shows what somebody else has read before.
    onSuccess: ({ to }) => window.location.replace(wayBack(to ?? undefined, window.location.origin)),
  })
  const nothing = arrival === '' && token === '' && isIdle
  useEffect(() => {
    if (sent.current || refused || (arrival === '' && token === '')) return
    sent.current = true
    mutate(token === '' ? { query: arrival } : { token })
    // What was for one use leaves the address.
    void router.navigate({ to: '/sign-in/sso', search: {}, hash: '', replace: true })
  }, [token, refused, mutate, router])
  if (!refused && !nothing && !error) {
    return (
      <Alone title="Signing you in">
        <Group gap="sm" role="status">
          <Loader size="sm" aria-hidden />
          <Text size="sm">One moment.</Text>
        </Group>
      </Alone>
    )
  }
  return (
    <Alone title="You are not signed in">
      <Stack gap="md">
        {refused ? (
          <Notice tone="bad" icon={IconAlertCircle} title="The answer of your identity provider was refused." urgent>
            Begin again. If it stays so, tell whoever set it up: the log of the server has the reason.
          </Notice>
        ) : null}
        {nothing ? (
          <Text size="sm">This page is where your identity provider sends you. Begin at the sign-in page.</Text>
        ) : null}
        <Refusal error={error} />
        <ButtonLink to="/sign-in" size="md" fullWidth>
          To the sign-in page
        </ButtonLink>
      </Stack>
    </Alone>
  )
}
