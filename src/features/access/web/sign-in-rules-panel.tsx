import { Box, Stack, Switch, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { useMay } from '../../../web/api/session.ts'
import { Confirm } from '../../../web/components/confirm.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { ReadOnly } from '../../../web/components/read-only.tsx'
import { toast } from '../../../web/components/toast.ts'
import { count } from '../../../web/format.ts'
import { exportSize, fetchMembers, signInRulesQuery } from './queries.ts'

/** What the organisation requires of its members' sign-ins. */
export function SignInRulesPanel(): ReactNode {
  const query = useQuery(signInRulesQuery)
  return (
    <Box p="md" maw={640}>
      <QueryView query={query}>{rules => <SecondFactorRule required={rules.second_factor} />}</QueryView>
    </Box>
  )
}

function SecondFactorRule({ required }: { required: boolean }): ReactNode {
  const client = useQueryClient()
  const mayChange = useMay('rules.change')
  const [asking, setAsking] = useState(false)
  const without = useQuery({
    queryKey: ['members', 'without-second-factor'],
    queryFn: async ({ signal }) =>
      (await fetchMembers({ limit: exportSize }, signal)).items.filter(member => !member.second_factor).length,
  })
  const change = useMutation({
    mutationFn: (second_factor: boolean) => answer(api.PUT('/api/v1/sign-in-rules', { body: { second_factor } })),
    onSuccess: async ({ second_factor }) => {
      setAsking(false)
      toast(second_factor ? 'A second factor is required now.' : 'A second factor is no longer required.')
      await client.invalidateQueries({ queryKey: ['members'] })
    },
  })
  const missing = without.data ?? 0
  return (
    <Stack gap="sm">
      <Switch
        label="Members need a second factor"
        description="Whoever has none is let in only to add one: an authenticator app or a passkey. Keys for programs are not concerned."
        checked={required}
        disabled={!mayChange}
        onChange={() => setAsking(true)}
      />
      <Text size="sm" c="dimmed">
        {missing === 0 ? 'Every member has one.' : `${count(missing, 'member has', 'members have')} none.`}
      </Text>
      {mayChange ? null : <ReadOnly />}
      <Confirm
        opened={asking}
        onClose={() => {
          change.reset()
          setAsking(false)
        }}
        onConfirm={() => change.mutate(!required)}
        pending={change.isPending}
        error={change.error}
        title={required ? 'Require no second factor any more?' : 'Require a second factor?'}
        action={required ? 'Require none' : 'Require it'}
        keep="Leave it"
      >
        {required
          ? 'Members can sign in with a password alone again, and remove what they have. The change is in the ledger.'
          : `It applies at once. ${missing === 0 ? 'Every member has one.' : `${count(missing, 'member')} without one will be asked to add one before anything else.`} The change is in the ledger.`}
      </Confirm>
    </Stack>
  )
}
