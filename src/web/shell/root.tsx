import { useQuery } from '@tanstack/react-query'
import { Outlet, useMatches, useRouter } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useEffect, useRef } from 'react'
import { type Session, SessionProvider, sessionQuery } from '../api/session.ts'
import { ProblemAlert } from '../components/feedback.tsx'
import { Alone } from './alone.tsx'
import { NoOrganisation } from './no-organisation.tsx'
import { Refused } from './refused.tsx'
import { Shell } from './shell.tsx'
import { StepUp } from './step-up.tsx'

// Whoever hears no changes asks now and then.
const askMs = 20_000

/** Decides by the session what is shown: a page for the signed out, the way to it, or the application. */
export function Root(): ReactNode {
  const query = useQuery({
    ...sessionQuery,
    // Another tab may have changed it.
    refetchOnWindowFocus: 'always',
    refetchInterval: ({ state }) => (state.data?.user && !state.data.may.includes('events.read') ? askMs : false),
  })
  const alone = useMatches({ select: matches => matches.at(-1)?.staticData.alone === true })
  const session = query.data
  useReloadForAnother(session)
  if (!session) {
    if (!query.error) return <output aria-label="Loading" />
    return (
      <Alone title="Vouch does not answer">
        <ProblemAlert error={query.error} retry={() => void query.refetch()} />
      </Alone>
    )
  }
  return (
    <SessionProvider value={session}>
      {alone ? <Outlet /> : <Inside session={session} />}
      {session.user ? <StepUp /> : null}
    </SessionProvider>
  )
}

function Inside({ session }: { session: Session }): ReactNode {
  if (!session.user) return <ToSignIn />
  if (session.refusal !== null) return <Refused />
  if (session.lacks) return <ToMissingFactor />
  return session.organisation ? <Shell /> : <NoOrganisation />
}

/** Leads to the sign-in page, which knows the way back. */
function ToSignIn(): ReactNode {
  const router = useRouter()
  useEffect(() => {
    const { pathname, href } = router.state.location
    if (pathname !== '/sign-in')
      void router.navigate({ to: '/sign-in', search: href === '/' ? {} : { to: href }, replace: true })
  }, [router])
  return <output aria-label="Loading" />
}

/** Leads to the page for those whom the organisation lets in only with more than they have shown. */
function ToMissingFactor(): ReactNode {
  const router = useRouter()
  useEffect(() => {
    if (router.state.location.pathname !== '/second-factor')
      void router.navigate({ to: '/second-factor', replace: true })
  }, [router])
  return <output aria-label="Loading" />
}

/** Loads everything again when the person or the organisation is not the one whose pages these are: nothing of the one is shown to the other. */
function useReloadForAnother(session: Session | undefined): void {
  const shown = useRef<string>(undefined)
  const identity = session?.user ? `${session.user.id} ${session.organisation?.id}` : undefined
  useEffect(() => {
    if (identity === undefined) return
    if (shown.current !== undefined && shown.current !== identity) window.location.reload()
    shown.current = identity
  }, [identity])
}
