import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { isNotEmpty, useForm } from '@mantine/form'
import { IconMailOpened, IconUserExclamation } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useLocation } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { ApiProblem } from '../../../web/api/problem.ts'
import { useSession } from '../../../web/api/session.ts'
import { Loading } from '../../../web/components/feedback.tsx'
import { ButtonLink } from '../../../web/components/link.tsx'
import { Notice } from '../../../web/components/notice.tsx'
import { roleWords } from '../../../web/format.ts'
import { Alone } from '../../../web/shell/alone.tsx'
import classes from './access.module.css'
import { NewPassword } from './new-password.tsx'
import { Refusal } from './refusal.tsx'

interface Invited {
  readonly organisation: string
  readonly email: string
  readonly role: string
  readonly has_account: boolean
}

/** Where an invited person accepts, by the link whose token is the fragment of this page's address. */
export function JoinPage(): ReactNode {
  const token = useLocation({ select: location => location.hash })
  const { user } = useSession()
  const look = useQuery({
    queryKey: ['join', token],
    queryFn: ({ signal }) => answer(api.POST('/api/v1/join/look', { body: { token }, signal })),
    enabled: token !== '',
    // After joining it would be over, and the page is on its way out.
    refetchOnWindowFocus: false,
  })
  if (token === '') {
    return (
      <Alone title="Join an organisation">
        <Text size="sm">Open the whole link that you were given, to its last letter.</Text>
      </Alone>
    )
  }
  if (look.error) {
    return (
      <Alone title="This invitation is over">
        <Stack gap="md">
          <Refusal error={look.error} />
          <ButtonLink to="/sign-in" variant="default" size="md" fullWidth>
            {user ? 'Go on' : 'Sign in'}
          </ButtonLink>
        </Stack>
      </Alone>
    )
  }
  if (!look.data) {
    return (
      <Alone title="Join an organisation">
        <Loading rows={4} />
      </Alone>
    )
  }
  return (
    <Alone title={`Join ${look.data.organisation}`}>
      <Stack gap="md">
        <div className={classes.facts}>
          <IconMailOpened size={20} stroke={1.7} aria-hidden />
          <span className="v-wrap">
            <strong>{look.data.email}</strong> is invited as <strong>{roleWords(look.data.role)}</strong>.
          </span>
        </div>
        {user && user.email !== look.data.email ? (
          <Notice tone="warn" icon={IconUserExclamation} title={`You are signed in as ${user.email}`}>
            Joining signs you in as {look.data.email} instead.
          </Notice>
        ) : null}
        <JoinForm token={token} invited={look.data} />
      </Stack>
    </Alone>
  )
}

function JoinForm({ token, invited }: { token: string; invited: Invited }): ReactNode {
  const isNew = !invited.has_account
  const form = useForm({
    mode: 'controlled',
    initialValues: { name: '', password: '' },
    validate: {
      name: value => (isNew && value.trim() === '' ? 'Say who you are.' : null),
      password: isNotEmpty(isNew ? 'Choose a password.' : 'Give the password of your account.'),
    },
  })
  const join = useMutation({
    mutationFn: ({ name, password }: typeof form.values) =>
      answer(api.POST('/api/v1/join', { body: { token, password, ...(isNew ? { name } : {}) } })),
    onSuccess: () => window.location.replace('/'),
    onError: error => {
      if (error instanceof ApiProblem) form.setErrors(error.fields)
    },
  })
  return (
    <form onSubmit={form.onSubmit(values => join.mutate(values))} noValidate>
      <Stack gap="md">
        <Refusal error={join.error} />
        {/* For password managers: whose password this is. */}
        <input type="text" autoComplete="username" value={invited.email} readOnly hidden />
        {isNew ? (
          <>
            <TextInput
              label="Your name"
              autoComplete="name"
              size="md"
              maxLength={100}
              autoFocus
              {...form.getInputProps('name')}
            />
            <NewPassword
              label="Choose a password"
              size="md"
              known={[form.values.name, invited.email]}
              {...form.getInputProps('password')}
            />
          </>
        ) : (
          <PasswordInput
            label="Password"
            description="You have an account here. Enter the password that you sign in with."
            size="md"
            autoComplete="current-password"
            autoFocus
            {...form.getInputProps('password')}
          />
        )}
        <Button type="submit" size="md" fullWidth loading={join.isPending || join.isSuccess}>
          Join and sign in
        </Button>
      </Stack>
    </form>
  )
}
