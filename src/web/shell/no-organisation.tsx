import { Button, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useSession, useSignOut } from '../api/session.ts'
import { Alone } from './alone.tsx'

/** For a person who is signed in and belongs to no organisation, or no more. */
export function NoOrganisation(): ReactNode {
  const { user } = useSession()
  const signOut = useSignOut()
  return (
    <Alone
      title={`Welcome, ${user?.name ?? ''}`}
      description="You belong to no organisation at the moment, so there is nothing to show yet."
      foot="This page goes on by itself once you belong to one."
    >
      <div>
        <Text size="sm">
          Ask an owner or an admin of your organisation to invite <strong>{user?.email}</strong>, and open the link that
          they give you.
        </Text>
        <Button
          variant="default"
          mt="lg"
          size="sm"
          fullWidth
          onClick={() => signOut.mutate()}
          loading={signOut.isPending}
        >
          Sign out
        </Button>
      </div>
    </Alone>
  )
}
