import { Button, Group, Loader, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { isNotEmpty, useForm } from '@mantine/form'
import { IconInfoCircle } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { getRouteApi, useLocation, useRouter } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useEffect, useRef } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { useSession } from '../../../web/api/session.ts'
import { TextLink } from '../../../web/components/link.tsx'
import { Notice } from '../../../web/components/notice.tsx'
import { Alone } from '../../../web/shell/alone.tsx'
import { wayBack } from '../../../web/way-back.ts'
import { SignOnButton } from '../../providers/web/sign-on-button.tsx'
import { MailSignInLink } from './mail-link.tsx'
import { Refusal } from './refusal.tsx'

const route = getRouteApi('/sign-in')

/** The way in: by address and password, or by a one-time link, whose token is the fragment of this page's address. */
export function SignInPage(): ReactNode {
  const { to } = route.useSearch()
  const { user, set_up, mail } = useSession()
  // Loaded afresh, so that no page shows what somebody else has read before.
  const goOn = () => window.location.replace(wayBack(to, window.location.origin))
  const link = useSignInByLink(goOn)
  const signedIn = user !== null && link.isIdle && !link.hasToken
  useEffect(() => {
    if (signedIn) window.location.replace(wayBack(to, window.location.origin))
  }, [signedIn, to])

  if (link.hasToken || link.isPending || link.isSuccess || signedIn) return <SigningIn />
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
        <PasswordForm to={to} onTry={link.reset} onSignedIn={goOn} />
      </Stack>
    </Alone>
  )
}

/** Takes a token out of the address as soon as it is there, and signs in with it once. */
function useSignInByLink(onSignedIn: () => void) {
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
  readonly onSignedIn: () => void
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
        <Button type="submit" size="md" fullWidth loading={signIn.isPending || signIn.isSuccess}>
          Sign in
        </Button>
        <SignOnButton email={form.values.email} to={to} onRefused={why => form.setFieldError('email', why)} />
        <MailSignInLink email={form.values.email} onMissing={() => form.validateField('email')} />
      </Stack>
    </form>
  )
}
