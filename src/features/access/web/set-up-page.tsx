import { Button, Stack, Text, TextInput } from '@mantine/core'
import { isNotEmpty, useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useLocation } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { ApiProblem } from '../../../web/api/problem.ts'
import { useSession } from '../../../web/api/session.ts'
import { ButtonLink } from '../../../web/components/link.tsx'
import { Alone } from '../../../web/shell/alone.tsx'
import { NewPassword } from './new-password.tsx'
import { Refusal } from './refusal.tsx'

/** Where the first owner begins, by the one-time link that the start shows. */
export function SetUpPage(): ReactNode {
  const token = useLocation({ select: location => location.hash })
  const { set_up } = useSession()
  if (set_up === 'done') {
    return (
      <Alone title="Vouch is set up already" description="This link was used, or is no longer needed.">
        <ButtonLink to="/sign-in" size="md" fullWidth>
          Sign in
        </ButtonLink>
      </Alone>
    )
  }
  if (token === '') {
    return (
      <Alone title="Set up Vouch">
        <Text size="sm">
          Open the whole link that the start of Vouch has shown, to its last letter. Another one:{' '}
          <code className="v-mono">./vouch set-up-link</code> on the machine that runs Vouch.
        </Text>
      </Alone>
    )
  }
  return (
    <Alone
      title="Set up Vouch"
      description="You become its first owner. Everything that you enter stays on this installation."
    >
      <SetUpForm token={token} needsOrganisation={set_up === 'organisation'} />
    </Alone>
  )
}

function SetUpForm({ token, needsOrganisation }: { token: string; needsOrganisation: boolean }): ReactNode {
  const form = useForm({
    mode: 'controlled',
    initialValues: { organisation: '', name: '', email: '', password: '' },
    validate: {
      organisation: value => (needsOrganisation && value.trim() === '' ? 'Name the organisation.' : null),
      name: isNotEmpty('Say who you are.'),
      email: isNotEmpty('Give your e-mail address.'),
      password: isNotEmpty('Choose a password.'),
    },
  })
  const setUp = useMutation({
    mutationFn: ({ organisation, ...values }: typeof form.values) =>
      answer(
        api.POST('/api/v1/set-up', { body: { token, ...values, ...(needsOrganisation ? { organisation } : {}) } }),
      ),
    onSuccess: () => window.location.replace('/'),
    onError: error => {
      if (error instanceof ApiProblem) form.setErrors(error.fields)
    },
  })
  return (
    <form onSubmit={form.onSubmit(values => setUp.mutate(values))} noValidate>
      <Stack gap="md">
        <Refusal error={setUp.error} />
        {needsOrganisation ? (
          <TextInput
            label="Organisation"
            description="As it will stand in reports."
            autoComplete="organization"
            size="md"
            maxLength={200}
            autoFocus
            {...form.getInputProps('organisation')}
          />
        ) : null}
        <TextInput
          label="Your name"
          autoComplete="name"
          size="md"
          maxLength={100}
          autoFocus={!needsOrganisation}
          {...form.getInputProps('name')}
        />
        <TextInput
          label="E-mail address"
          type="email"
          autoComplete="username"
          autoCapitalize="off"
          spellCheck={false}
          size="md"
          {...form.getInputProps('email')}
        />
        <NewPassword
          label="Password"
          size="md"
          known={[form.values.name, form.values.email]}
          {...form.getInputProps('password')}
        />
        <Button type="submit" size="md" fullWidth loading={setUp.isPending || setUp.isSuccess}>
          Set up and sign in
        </Button>
      </Stack>
    </form>
  )
}
