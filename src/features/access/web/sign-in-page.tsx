import { Button, Group, Loader, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { isNotEmpty, useForm } from '@mantine/form'
import { IconFingerprint, IconInfoCircle } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useLocation, useRouter } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useEffect, useRef, useState } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { choosePasskey, knowsPasskeys } from '../../../web/api/passkey.ts'
import { sessionQuery, useSession } from '../../../web/api/session.ts'
import { TextLink } from '../../../web/components/link.tsx'
import { Notice } from '../../../web/components/notice.tsx'
import { Alone } from '../../../web/shell/alone.tsx'
import { wayBack } from '../../../web/way-back.ts'
import { SignOnButton } from '../../providers/web/sign-on-button.tsx'
import { MailSignInLink } from './mail-link.tsx'
import { Refusal } from './refusal.tsx'
import { SecondFactorForm } from './second-factor-form.tsx'

const route = getRouteApi('/sign-in')

/** The way in: by address and password, or by a one-time link, whose token is the fragment of this page's address. */
export function SignInPage(): ReactNode {
  const { to } = route.useSearch()
  const { user, set_up, mail, half } = useSession()
  const [other, setOther] = useState(false)
  const asksMore = half !== null && !other
  // Loaded afresh, so that no page shows what somebody else has read before.
  const goOn = () => window.location.replace(wayBack(to, window.location.origin))
  const goOnWhenIn = useGoOnWhenIn(goOn, () => setOther(false))
  const link = useSignInByLink(goOnWhenIn)
  const signedIn = user !== null && !asksMore && link.isIdle && !link.hasToken
  useEffect(() => {
    if (signedIn) window.location.replace(wayBack(to, window.location.origin))
  }, [signedIn, to])

  if (asksMore && !link.hasToken)
    return (
      <Alone title="One thing more" description="Your account has a second factor. Show it, and you are in.">
        <Stack gap="md">
          <PasskeyButton onSignedIn={goOn} when={half.passkey} />
          <SecondFactorForm half={half} onSignedIn={goOn} onOther={() => setOther(true)} />
        </Stack>
      </Alone>
    )
  if (link.hasToken || link.isPending || (link.isSuccess && !other) || signedIn) return <SigningIn />
  if (set_up !== 'done') return <NotSetUp />
  return (
    <Alone
      title="Sign in"
      description={to ? 'You go on where you wanted to be.' : undefined}
      foot={
        mail === 'off' ? (
          <>
            Forgotten the password? Whoever runs Vouch can make you a link with{' '}
            <code className="v-mono">./vouch sign-in-link</code>
          </>
        ) : (
          <TextLink to="/reset" size="sm">
            Forgotten your password?
          </TextLink>
        )
      }
    >
      <Stack gap="md">
        <Refusal error={link.error} />
        <PasswordForm to={to} onTry={link.reset} onSignedIn={goOnWhenIn} />
        <PasskeyButton onSignedIn={goOn} when />
      </Stack>
    </Alone>
  )
}

/** Whoever has a second factor is not in yet after the first: the session says so, and this page asks on. */
function useGoOnWhenIn(goOn: () => void, onHalf: () => void): () => Promise<void> {
  const client = useQueryClient()
  return async () => {
    const { half } = await client.fetchQuery({ ...sessionQuery, staleTime: 0 })
    if (half) onHalf()
    else goOn()
  }
}

/** The way in that needs no address and no password. */
function PasskeyButton({ onSignedIn, when }: { onSignedIn: () => void; when: boolean }): ReactNode {
  const signIn = useMutation({
    mutationFn: async () => answer(api.POST('/api/v1/session/passkey', { body: { passkey: await choosePasskey() } })),
    onSuccess: onSignedIn,
  })
  if (!when || !knowsPasskeys()) return null
  return (
    <>
      <Refusal error={signIn.error} whole />
      <Button
        variant="default"
        size="md"
        fullWidth
        leftSection={<IconFingerprint size={18} aria-hidden />}
        onClick={() => signIn.mutate()}
        loading={signIn.isPending || signIn.isSuccess}
      >
        Use a passkey
      </Button>
    </>
  )
}

/** Takes a token out of the address as soon as it is there, and signs in with it once. */
function useSignInByLink(onSignedIn: () => Promise<void>) {
  const router = useRouter()
  const token = useLocation({ select: location => location.hash })
  const sent = useRef('')
  const { mutate, ...link } = useMutation({
    mutationFn: (body: { token: string }) => answer(api.POST('/api/v1/session/link', { body })),
    onSuccess: onSignedIn,
  })
  useEffect(() => {
    if (token === '' || sent.current === token) return
    sent.current = token
    mutate({ token })
    void router.navigate({ to: '/sign-in', search: true, hash: '', replace: true })
  }, [token, mutate, router])
  return { ...link, hasToken: token !== '' }
}

function SigningIn(): ReactNode {
  return (
    <Alone title="Signing you in">
      <Group gap="sm" role="status">
        <Loader size="sm" aria-hidden />
        <Text size="sm">One moment.</Text>
      </Group>
    </Alone>
  )
}

function NotSetUp(): ReactNode {
  return (
    <Alone title="Vouch is not set up yet">
      <Notice tone="info" icon={IconInfoCircle} title="Its first owner sets it up by a one-time link">
        The link stands in the output of the start. Missed it, or older than a day? On the machine that runs Vouch,{' '}
        <code className="v-mono">./vouch set-up-link</code> shows another.
      </Notice>
    </Alone>
  )
}

interface PasswordFormProps {
  /** Called when an attempt begins: what was said before it no longer matters. */
  readonly onTry: () => void
  readonly onSignedIn: () => Promise<void>
  /** The page that is wanted. */
  readonly to: string | undefined
}

function PasswordForm({ onTry, onSignedIn, to }: PasswordFormProps): ReactNode {
  const form = useForm({
    mode: 'controlled',
    initialValues: { email: '', password: '' },
    validate: { email: isNotEmpty('Give your e-mail address.'), password: isNotEmpty('Give your password.') },
  })
  const password = useRef<HTMLInputElement>(null)
  const signIn = useMutation({
    mutationFn: (body: typeof form.values) => answer(api.POST('/api/v1/session', { body })),
    onMutate: onTry,
    onSuccess: onSignedIn,
    onError: () => {
      form.setFieldValue('password', '')
      password.current?.focus()
    },
  })
  return (
    <form onSubmit={form.onSubmit(values => signIn.mutate(values))} noValidate>
      <Stack gap="md">
        <Refusal error={signIn.error} />
        <TextInput
          label="E-mail address"
          type="email"
          size="md"
          autoComplete="username"
          autoCapitalize="off"
          spellCheck={false}
          autoFocus
          {...form.getInputProps('email')}
        />
        <PasswordInput
          ref={password}
          label="Password"
          size="md"
          autoComplete="current-password"
          {...form.getInputProps('password')}
        />
        <Button type="submit" size="md" fullWidth loading={signIn.isPending}>
          Sign in
        </Button>
        <SignOnButton email={form.values.email} to={to} onRefused={why => form.setFieldError('email', why)} />
        <MailSignInLink email={form.values.email} onMissing={() => form.validateField('email')} />
      </Stack>
    </form>
  )
}
