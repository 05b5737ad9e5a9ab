import { Button, Stack, Text, TextInput } from '@mantine/core'
import { isNotEmpty, useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useLocation } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { ApiProblem } from '../../../web/api/problem.ts'
import { useSession } from '../../../web/api/session.ts'
import { ButtonLink, TextLink } from '../../../web/components/link.tsx'
import { Alone } from '../../../web/shell/alone.tsx'
import { LinkIsOnItsWay } from './mail-link.tsx'
import { NewPassword } from './new-password.tsx'
import { Refusal } from './refusal.tsx'

/** A forgotten password: asking for a link, and, by the link whose token is the fragment of this page's address, choosing another. */
export function ResetPage(): ReactNode {
  const token = useLocation({ select: location => location.hash })
  const { mail } = useSession()
  const foot = (
    <TextLink to="/sign-in" size="sm">
      Back to the sign-in page
    </TextLink>
  )
  if (token !== '') {
    return (
      <Alone title="Choose a new password" description="It signs you in, and ends all your other sessions.">
        <ResetForm token={token} />
      </Alone>
    )
  }
  return (
    <Alone title="Forgotten your password?" foot={foot}>
      {mail === 'off' ? (
        <Text size="sm">
          This installation sends no mail. Whoever runs it can make you a link with{' '}
          <code className="v-mono">./vouch sign-in-link</code>
        </Text>
      ) : (
        <AskForm />
      )}
    </Alone>
  )
}

function AskForm(): ReactNode {
  const form = useForm({
    mode: 'controlled',
    initialValues: { email: '' },
    validate: { email: isNotEmpty('Give your e-mail address.') },
    transformValues: ({ email }) => ({ email: email.trim() }),
  })
  const ask = useMutation({
    mutationFn: (body: { email: string }) => answer(api.POST('/api/v1/session/mailed-reset', { body })),
    onError: error => {
      if (error instanceof ApiProblem) form.setErrors(error.fields)
    },
  })
  if (ask.isSuccess) return <LinkIsOnItsWay to={ask.variables.email} />
  return (
    <form onSubmit={form.onSubmit(values => ask.mutate(values))} noValidate>
      <Stack gap="md">
        <Refusal error={ask.error} />
        <TextInput
          label="E-mail address"
          description="The one that you sign in with. A link by which you choose a new password is mailed to it."
          type="email"
          size="md"
          autoComplete="username"
          autoCapitalize="off"
          spellCheck={false}
          autoFocus
          {...form.getInputProps('email')}
        />
        <Button type="submit" size="md" fullWidth loading={ask.isPending}>
          Mail me a link
        </Button>
      </Stack>
    </form>
  )
}

function ResetForm({ token }: { token: string }): ReactNode {
  const form = useForm({
    mode: 'controlled',
    initialValues: { password: '' },
    validate: { password: isNotEmpty('Choose a password.') },
  })
  const reset = useMutation({
    mutationFn: ({ password }: { password: string }) =>
      answer(api.POST('/api/v1/session/reset', { body: { token, password } })),
    // Loaded afresh, so that no page shows what somebody else has read before.
    onSuccess: () => window.location.replace('/'),
    onError: error => {
      if (error instanceof ApiProblem) form.setErrors(error.fields)
    },
  })
  const over = reset.error instanceof ApiProblem && reset.error.problem.status === 410
  return (
    <form onSubmit={form.onSubmit(values => reset.mutate(values))} noValidate>
      <Stack gap="md">
        <Refusal error={reset.error} />
        {over ? (
          <ButtonLink to="/reset" hash="" variant="default" size="md" fullWidth>
            Have another link mailed
          </ButtonLink>
        ) : (
          <>
            <NewPassword label="New password" size="md" known={[]} autoFocus {...form.getInputProps('password')} />
            <Button type="submit" size="md" fullWidth loading={reset.isPending || reset.isSuccess}>
              Set it and sign in
            </Button>
          </>
        )}
      </Stack>
    </form>
  )
}
