import { Button, Group, Stack, Text } from '@mantine/core'
import { IconDeviceMobile, IconFingerprint } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useEffect, useState } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { knowsPasskeys } from '../../../web/api/passkey.ts'
import { useSession, useSignOut } from '../../../web/api/session.ts'
import { QueryView } from '../../../web/components/query-view.tsx'
import { toastProblem } from '../../../web/components/toast.ts'
import { Alone } from '../../../web/shell/alone.tsx'
import { AddPasskey } from './add-passkey.tsx'
import { AddTotp } from './add-totp.tsx'
import { factorsQuery } from './queries.ts'
import { RecoveryCodes } from './recovery-codes.tsx'

// Loaded afresh: what was refused before is asked for again.
const goOn = () => window.location.replace('/')

/** For a member of an organisation that requires a second factor, until they have one. */
export function MissingFactorPage(): ReactNode {
  const { organisation, user, lacks } = useSession()
  const [codes, setCodes] = useState<readonly string[]>()
  const needed = lacks === 'second_factor'
  const leaving = !needed && codes === undefined
  useEffect(() => {
    if (leaving) goOn()
  }, [leaving])
  if (codes) {
    return (
      <Alone title="Keep your recovery codes">
        <RecoveryCodes codes={codes} onKept={goOn} />
      </Alone>
    )
  }
  if (leaving || !user) return <output aria-label="Loading" />
  return (
    <Alone
      title={`${organisation?.name ?? 'Your organisation'} requires a second factor`}
      description="With it, your password alone lets nobody in. Add one now; then you go on."
      foot={<OtherWays />}
    >
      <Choice onAdded={made => (made ? setCodes(made) : goOn())} />
    </Alone>
  )
}

function Choice({ onAdded }: { onAdded: (codes: readonly string[] | null) => void }): ReactNode {
  const [chosen, setChosen] = useState<'totp' | 'passkey'>()
  const query = useQuery(factorsQuery)
  const signOut = useSignOut()
  return (
    <QueryView query={query}>
      {({ totp_since, passkeys }) => {
        if (totp_since !== null || passkeys.length > 0)
          return (
            <Stack gap="md">
              <Text size="sm">You have one, and this session began without it. Sign in again with it.</Text>
              <Button fullWidth size="md" onClick={() => signOut.mutate()} loading={signOut.isPending}>
                Sign in again
              </Button>
            </Stack>
          )
        if (chosen === 'totp') return <AddTotp onAdded={onAdded} />
        if (chosen === 'passkey') return <AddPasskey onAdded={onAdded} />
        return (
          <Stack gap="sm">
            {knowsPasskeys() ? (
              <Button
                size="md"
                fullWidth
                leftSection={<IconFingerprint size={18} aria-hidden />}
                onClick={() => setChosen('passkey')}
              >
                Add a passkey
              </Button>
            ) : null}
            <Button
              size="md"
              variant="default"
              fullWidth
              leftSection={<IconDeviceMobile size={18} aria-hidden />}
              onClick={() => setChosen('totp')}
            >
              Add an authenticator app
            </Button>
          </Stack>
        )
      }}
    </QueryView>
  )
}

/** Other organisations that the person belongs to, and the way out. */
function OtherWays(): ReactNode {
  const { organisations, organisation, user } = useSession()
  const signOut = useSignOut()
  const choose = useMutation({
    mutationFn: (id: string) => answer(api.PUT('/api/v1/session/organisation', { body: { id } })),
    onSuccess: goOn,
    onError: toastProblem,
  })
  return (
    <Stack gap="xs" align="center">
      <span>You are signed in as {user?.email}.</span>
      <Group gap="xs" justify="center">
        {organisations
          .filter(({ id }) => id !== organisation?.id)
          .map(({ id, name }) => (
            <Button key={id} variant="default" size="compact-sm" onClick={() => choose.mutate(id)}>
              Work in {name}
            </Button>
          ))}
        <Button variant="default" size="compact-sm" onClick={() => signOut.mutate()} loading={signOut.isPending}>
          Sign out
        </Button>
      </Group>
    </Stack>
  )
}
