import { Button, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api } from '../api/client.ts'
import { useSession, useSignOut } from '../api/session.ts'
import { toastProblem } from '../components/toast.ts'
import { Alone } from './alone.tsx'

/** For somebody whose organisation does not let this session in, and how they go on. */
export function Refused(): ReactNode {
  const { refusal, organisation, organisations } = useSession()
  const signOut = useSignOut()
  const choose = useMutation({
    mutationFn: (id: string) => answer(api.PUT('/api/v1/session/organisation', { body: { id } })),
    onSuccess: () => window.location.assign('/'),
    onError: toastProblem,
  })
  return (
    <Alone title={organisation?.name ?? ''}>
      <Stack gap="md">
        <Text size="sm">{refusal}</Text>
        <Button size="md" fullWidth onClick={() => signOut.mutate()} loading={signOut.isPending}>
          Sign out
        </Button>
        {organisations
          .filter(({ id }) => id !== organisation?.id)
          .map(({ id, name }) => (
            <Button key={id} variant="default" fullWidth loading={choose.isPending} onClick={() => choose.mutate(id)}>
              Work in {name}
            </Button>
          ))}
      </Stack>
    </Alone>
  )
}
