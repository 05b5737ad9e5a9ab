import { Button, Text } from '@mantine/core'
import { IconDeviceDesktop } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { useSession, useSignOut } from '../../../web/api/session.ts'
import { QueryView } from '../../../web/components/query-view.tsx'
import { Section } from '../../../web/components/section.tsx'
import { StateBadge } from '../../../web/components/status.tsx'
import { Time } from '../../../web/components/time.tsx'
import { toast, toastProblem } from '../../../web/components/toast.ts'
import { count } from '../../../web/format.ts'
import classes from './access.module.css'
import { agentWords } from './agent-words.ts'
import { type LiveSession, sessionsQuery } from './queries.ts'

const methodWords: Readonly<Record<string, string>> = {
  password: 'with the password',
  link: 'by a one-time link',
  set_up: 'at the set-up',
  invitation: 'by an invitation',
  oidc: 'by single sign-on',
  saml: 'by single sign-on',
  passkey: 'by a passkey',
}

const secondWords: Readonly<Record<string, string>> = {
  totp: ' and a code of the authenticator app',
  recovery_code: ' and a recovery code',
  passkey: ' and a passkey',
}

/** How a session was begun. A passkey is both factors. */
function howWords({ method, second_factor }: LiveSession): string {
  const second = method === 'passkey' ? undefined : secondWords[second_factor ?? '']
  return `${methodWords[method] ?? ''}${second ?? ''}`
}

/** Where one is signed in, and ending it. */
export function SessionsList(): ReactNode {
  const client = useQueryClient()
  const query = useQuery(sessionsQuery)
  const endOthers = useMutation({
    mutationFn: () => answer(api.DELETE('/api/v1/account/sessions')),
    onSuccess: async ({ ended }) => {
      toast(`${count(ended, 'session')} ended.`)
      await client.invalidateQueries({ queryKey: ['account'] })
    },
    onError: toastProblem,
  })
  const { within } = useSession()
  const others = !within && (query.data?.some(session => !session.current) ?? false)
  return (
    <Section
      title="Where you are signed in"
      description="A session that is not used ends by itself."
      flush
      actions={
        others ? (
          <Button variant="default" onClick={() => endOthers.mutate()} loading={endOthers.isPending}>
            End all others
          </Button>
        ) : null
      }
    >
      <QueryView query={query}>
        {sessions => (
          <ul className={classes.sessions} aria-label="Sessions">
            {sessions.map(session => (
              <SessionItem key={session.id} session={session} />
            ))}
          </ul>
        )}
      </QueryView>
    </Section>
  )
}

function SessionItem({ session }: { session: LiveSession }): ReactNode {
  const client = useQueryClient()
  const signOut = useSignOut()
  const end = useMutation({
    mutationFn: () => answer(api.DELETE('/api/v1/account/sessions/{id}', { params: { path: { id: session.id } } })),
    onSuccess: async () => {
      toast('The session has ended.')
      await client.invalidateQueries({ queryKey: ['account'] })
    },
    onError: toastProblem,
  })
  const where = agentWords(session.agent)
  return (
    <li>
      <IconDeviceDesktop size={20} stroke={1.6} aria-hidden />
      <div>
        <Text size="sm" fw={550} component="div">
          {where} {session.current ? <StateBadge state="this_session" /> : null}
        </Text>
        <Text size="xs" c="dimmed" className="v-wrap">
          {session.address}, since <Time iso={session.created_at} /> {howWords(session)}
          {session.current ? null : (
            <>
              ; last used <Time iso={session.used_at} as="relative" />
            </>
          )}
        </Text>
      </div>
      {session.current ? (
        <Button variant="default" size="compact-xs" onClick={() => signOut.mutate()} loading={signOut.isPending}>
          Sign out
        </Button>
      ) : (
        <Button
          variant="default"
          size="compact-xs"
          aria-label={`End it: ${where}`}
          onClick={() => end.mutate()}
          loading={end.isPending}
        >
          End it
        </Button>
      )}
    </li>
  )
}
