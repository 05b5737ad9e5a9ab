import { Button, Group, PasswordInput, Stack, TextInput } from '@mantine/core'
import { isNotEmpty, useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { ApiProblem } from '../../../web/api/problem.ts'
import { useSession } from '../../../web/api/session.ts'
import { Columns, MainColumn, SideColumn } from '../../../web/components/columns.tsx'
import { Definitions } from '../../../web/components/definitions.tsx'
import { Page } from '../../../web/components/page.tsx'
import { Section } from '../../../web/components/section.tsx'
import { toast } from '../../../web/components/toast.ts'
import { FactorsPanel } from './factors-panel.tsx'
import { LeaveOrganisation } from './leave-organisation.tsx'
import { NewPassword } from './new-password.tsx'
import { Refusal } from './refusal.tsx'
import { SessionsList } from './sessions-list.tsx'

/** One's own account: name, password, second factors, where one is signed in, and leaving the organisation. */
export function AccountPage(): ReactNode {
  const { user, within } = useSession()
  if (!user) return null
  return (
    <Page title="Account" description="Yours, in every organisation of this installation that you belong to.">
      <Columns>
        <MainColumn>
          <FactorsPanel />
          <SessionsList />
          <LeaveOrganisation />
        </MainColumn>
        <SideColumn>
          {within ? (
            <BySignOn user={user} />
          ) : (
            <>
              <Profile key={user.name} user={user} />
              <Password user={user} />
            </>
          )}
        </SideColumn>
      </Columns>
    </Page>
  )
}

interface OwnUser {
  readonly name: string
  readonly email: string
}

/** Whoever came by a provider of one organisation sees who they are; the account itself is theirs everywhere, and changed by who knows its password. */
function BySignOn({ user }: { user: OwnUser }): ReactNode {
  return (
    <Section
      title="You"
      description="You came by single sign-on, which speaks for this organisation alone. To change your name or password, sign in with your password."
    >
      <Definitions of={{ Name: user.name, 'E-mail address': <span className="v-wrap">{user.email}</span> }} />
    </Section>
  )
}

function Profile({ user }: { user: OwnUser }): ReactNode {
  const client = useQueryClient()
  const form = useForm({
    mode: 'controlled',
    initialValues: { name: user.name },
    validate: { name: isNotEmpty('Say who you are.') },
  })
  const rename = useMutation({
    mutationFn: (body: { name: string }) => answer(api.PATCH('/api/v1/account', { body })),
    onSuccess: async () => {
      toast('Your name was changed.')
      await Promise.all(['session', 'members'].map(noun => client.invalidateQueries({ queryKey: [noun] })))
    },
    onError: error => {
      if (error instanceof ApiProblem) form.setErrors(error.fields)
    },
  })
  return (
    <Section title="You">
      <form onSubmit={form.onSubmit(values => rename.mutate(values))} noValidate>
        <Stack gap="sm">
          <TextInput label="Name" autoComplete="name" maxLength={100} {...form.getInputProps('name')} />
          <TextInput
            label="E-mail address"
            description="You sign in with it. It cannot be changed."
            value={user.email}
            readOnly
          />
          <Refusal error={rename.error} />
          <Group justify="flex-end">
            <Button type="submit" loading={rename.isPending} disabled={!form.isDirty()}>
              Save the name
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  )
}

function Password({ user }: { user: OwnUser }): ReactNode {
  const client = useQueryClient()
  const form = useForm({
    mode: 'controlled',
    initialValues: { current: '', password: '' },
    validate: { current: isNotEmpty('Give your present password.'), password: isNotEmpty('Choose a password.') },
  })
  const change = useMutation({
    mutationFn: (body: typeof form.values) => answer(api.POST('/api/v1/account/password', { body })),
    onSuccess: async () => {
      form.reset()
      toast('Your password was changed. Your other sessions have ended.')
      await client.invalidateQueries({ queryKey: ['account'] })
    },
    onError: error => {
      if (error instanceof ApiProblem) form.setErrors(error.fields)
    },
  })
  return (
    <Section title="Password" description="Changing it ends your other sessions.">
      <form onSubmit={form.onSubmit(values => change.mutate(values))} noValidate>
        <Stack gap="sm">
          {/* For password managers: whose password this is. */}
          <input type="text" autoComplete="username" value={user.email} readOnly hidden />
          <PasswordInput label="Present password" autoComplete="current-password" {...form.getInputProps('current')} />
          <NewPassword label="New password" known={[user.name, user.email]} {...form.getInputProps('password')} />
          <Refusal error={change.error} />
          <Group justify="flex-end">
            <Button type="submit" loading={change.isPending}>
              Change the password
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  )
}
