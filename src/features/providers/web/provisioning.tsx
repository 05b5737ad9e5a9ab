import { Box, Button, Group, Modal, Stack, Text } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { useMay } from '../../../web/api/session.ts'
import { Confirm } from '../../../web/components/confirm.tsx'
import { Copy } from '../../../web/components/hash.tsx'
import { TextView } from '../../../web/components/json-view.tsx'
import { Notice } from '../../../web/components/notice.tsx'
import { Time } from '../../../web/components/time.tsx'
import { toast, toastProblem } from '../../../web/components/toast.ts'
import { ToCopy } from './our-addresses.tsx'
import type { Provider } from './queries.ts'

/** By what the provider tells us who belongs here (SCIM): its address, and its token. */
export function Provisioning({ provider: { id, name, token } }: { provider: Provider }): ReactNode {
  const client = useQueryClient()
  const mayChange = useMay('providers.change')
  const [ending, setEnding] = useState(false)
  const path = { params: { path: { id } } }
  const refresh = () => client.invalidateQueries({ queryKey: ['providers'] })
  const make = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/providers/{id}/token', path)),
    onSuccess: refresh,
    onError: toastProblem,
  })
  const end = useMutation({
    mutationFn: () => answer(api.DELETE('/api/v1/providers/{id}/token', path)),
    onSuccess: async () => {
      setEnding(false)
      toast('The token no longer works.')
      await refresh()
    },
  })
  return (
    <Stack gap="sm" p="md">
      <Text size="sm">
        With SCIM 2.0 the provider itself makes and ends memberships. Whoever it sets inactive or deletes loses
        membership, sessions and keys here at once.
      </Text>
      <ToCopy values={{ 'SCIM base URL': `${window.location.origin}/scim/v2` }} />
      <Text size="sm" c="dimmed">
        {token ? (
          <>
            Its token ends in <code className="v-mono">{token.hint}</code>, made{' '}
            <Time iso={token.created_at} as="relative" />,{' '}
            {token.last_used_at ? (
              <>
                last used <Time iso={token.last_used_at} as="relative" />.
              </>
            ) : (
              'never used.'
            )}
          </>
        ) : (
          'It has no token, so it provisions nobody.'
        )}
      </Text>
      {mayChange ? (
        <Group gap="xs">
          <Button variant="default" loading={make.isPending} onClick={() => make.mutate()}>
            {token ? 'Make another token' : 'Make a token'}
          </Button>
          {token ? (
            <Button variant="default" onClick={() => setEnding(true)}>
              End the token…
            </Button>
          ) : null}
        </Group>
      ) : null}
      {make.data ? <Made token={make.data.token} name={name} onClose={make.reset} /> : null}
      <Confirm
        opened={ending}
        onClose={() => setEnding(false)}
        onConfirm={() => end.mutate()}
        pending={end.isPending}
        error={end.error}
        title={`End the token of ${name}?`}
        action="End it"
      >
        The provider can no longer make or end memberships here, until it is given another token. Members stay members.
      </Confirm>
    </Stack>
  )
}

function Made({ token, name, onClose }: { token: string; name: string; onClose: () => void }): ReactNode {
  return (
    <Modal opened onClose={onClose} title="The token for provisioning" size="lg">
      <Stack gap="md">
        <Notice tone="good" icon={IconCircleCheck} title={`${name} can provision people with it`}>
          An earlier token no longer works.
        </Notice>
        <Group gap="xs" wrap="nowrap">
          <Box flex={1} miw={0}>
            <TextView name="Token" text={token} />
          </Box>
          <Copy value={token} name="token" />
        </Group>
        <Text size="sm" c="dimmed">
          Paste it into the provider’s settings, as bearer token. It is shown only now, since Vouch keeps no copy.
        </Text>
        <Group justify="flex-end">
          <Button onClick={onClose} data-autofocus>
            Done
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
