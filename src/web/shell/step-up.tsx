import { Anchor, Button, CloseButton, Group, Modal, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { IconFingerprint } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { FormEvent, ReactNode } from 'react'
import { useEffect, useRef, useState } from 'react'
import { onAskAgain } from '../api/ask-again.ts'
import { answer, api } from '../api/client.ts'
import { choosePasskey, type Factors, knowsPasskeys } from '../api/passkey.ts'
import type { paths } from '../api/schema.gen.ts'
import { useSession, useSignOut } from '../api/session.ts'
import { ProblemAlert } from '../components/feedback.tsx'
import { QueryView } from '../components/query-view.tsx'

const title = 'Is it still you?'

type Proof = paths['/api/v1/session/proof']['post']['requestBody']['content']['application/json']

/** Asks again who somebody is, when what they do needs that: exports, secrets, roles, keys, what is taken away. */
export function StepUp(): ReactNode {
  const { within } = useSession()
  const [opened, setOpened] = useState(false)
  const settle = useRef<(shown: boolean) => void>(undefined)
  useEffect(
    () =>
      onAskAgain(() => {
        setOpened(true)
        return new Promise(resolve => {
          settle.current = resolve
        })
      }),
    [],
  )
  const end = (shown: boolean) => {
    setOpened(false)
    settle.current?.(shown)
    settle.current = undefined
  }
  return (
    // Without a header of its own: it may lie over another dialog, and a page has one banner.
    <Modal.Root opened={opened} onClose={() => end(false)} zIndex={400}>
      <Modal.Overlay />
      <Modal.Content aria-label={title}>
        <Modal.Body pt="md">
          <Stack gap="sm">
            <Group justify="space-between" wrap="nowrap">
              <Title order={2} size="h4">
                {title}
              </Title>
              <CloseButton aria-label="Close" onClick={() => end(false)} />
            </Group>
            <Text size="sm">
              It is a while since you signed in, and this is sensitive. Show once more who you are; then it goes on.
            </Text>
            {within ? <ByProvider /> : <Ways onShown={() => end(true)} />}
          </Stack>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}

function Ways({ onShown }: { onShown: () => void }): ReactNode {
  const query = useQuery({
    queryKey: ['account', 'factors'],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/account/factors', { signal })),
  })
  const [other, setOther] = useState(false)
  const show = useMutation({
    mutationFn: async (proof: Proof | 'passkey') => {
      const body = proof === 'passkey' ? { passkey: await choosePasskey() } : proof
      return answer(api.POST('/api/v1/session/proof', { body }))
    },
    onSuccess: onShown,
  })
  if (!query.data) return <QueryView query={query}>{() => null}</QueryView>
  const factors = query.data
  const kind = kindOf(factors, other)
  return (
    <>
      {show.error ? <ProblemAlert error={show.error} /> : null}
      {hasNothing(factors) ? <ByNewLink /> : null}
      {factors.passkeys.length > 0 && knowsPasskeys() ? (
        <Button
          variant="default"
          size="md"
          fullWidth
          leftSection={<IconFingerprint size={18} aria-hidden />}
          onClick={() => show.mutate('passkey')}
          loading={show.isPending && show.variables === 'passkey'}
        >
          Use a passkey
        </Button>
      ) : null}
      {kind === undefined ? null : (
        <Field
          key={kind}
          kind={kind}
          pending={show.isPending && show.variables !== 'passkey'}
          onGiven={given => show.mutate(kind === 'code' ? { code: given } : { password: given })}
        />
      )}
      {factors.password && factors.totp_since !== null ? (
        <Anchor component="button" type="button" size="sm" onClick={() => setOther(!other)}>
          {kind === 'code' ? 'Use the password' : 'Use the authenticator app'}
        </Anchor>
      ) : null}
    </>
  )
}

/** What is asked for: a code where there is an app, else the password; the other one on demand. */
function kindOf({ password, totp_since }: Factors, other: boolean): 'password' | 'code' | undefined {
  if (totp_since === null) return password ? 'password' : undefined
  return other && password ? 'password' : 'code'
}

const hasNothing = ({ password, totp_since, passkeys }: Factors) =>
  !password && totp_since === null && passkeys.length === 0

/** For a session that an identity provider began: only there does its person show who they are. */
function ByProvider(): ReactNode {
  const signOut = useSignOut()
  return (
    <>
      <Text size="sm">You came by single sign-on. Sign out, come by your provider again, and repeat what you did.</Text>
      <Button variant="default" onClick={() => signOut.mutate()} loading={signOut.isPending}>
        Sign out
      </Button>
    </>
  )
}

/** For who signs in by links alone, as in the sample organisation. */
function ByNewLink(): ReactNode {
  const { user, mail } = useSession()
  const email = user?.email ?? ''
  const ask = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/session/mailed-link', { body: { email } })),
  })
  return (
    <>
      <Text size="sm" component="div">
        You sign in by links, without a password. Open a new one in this browser and do it again: whoever runs Vouch
        makes it with <code className="v-mono v-wrap">./vouch sign-in-link {email}</code>. With a passkey, which you can
        add under Account, you need no link for this.
      </Text>
      {ask.error ? <ProblemAlert error={ask.error} /> : null}
      {mail === 'off' ? null : (
        <Button variant="default" onClick={() => ask.mutate()} loading={ask.isPending} disabled={ask.isSuccess}>
          {ask.isSuccess ? 'A link is on its way to your mailbox' : 'Mail me a link'}
        </Button>
      )}
    </>
  )
}

interface FieldProps {
  readonly kind: 'password' | 'code'
  readonly pending: boolean
  readonly onGiven: (given: string) => void
}

function Field({ kind, pending, onGiven }: FieldProps): ReactNode {
  const { user } = useSession()
  const [value, setValue] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (value === '') return
    onGiven(value)
    setValue('')
  }
  const field = {
    value,
    onChange: (event: { currentTarget: { value: string } }) => setValue(event.currentTarget.value),
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        {kind === 'password' ? (
          <>
            {/* For password managers: whose password this is. */}
            <input type="text" autoComplete="username" value={user?.email ?? ''} readOnly hidden />
            <PasswordInput label="Password" autoComplete="current-password" data-autofocus {...field} />
          </>
        ) : (
          <TextInput
            label="Code"
            description="Of your authenticator app."
            autoComplete="one-time-code"
            inputMode="numeric"
            data-autofocus
            {...field}
          />
        )}
        <Button type="submit" fullWidth loading={pending} disabled={value === ''}>
          Go on
        </Button>
      </Stack>
    </form>
  )
}
