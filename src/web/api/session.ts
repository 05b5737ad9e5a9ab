import { queryOptions, useMutation } from '@tanstack/react-query'
import { createContext, useContext } from 'react'
import { toastProblem } from '../components/toast.ts'
import { answer, api, type Schemas } from './client.ts'
import { ApiProblem } from './problem.ts'

export type Session = Schemas['Session']
/** What a role may allow: the names that the server's table of permissions has. */
export type Permission = Session['may'][number]

/** Who is signed in, where, and what they may do there. It never goes stale by itself: what changes it is announced, or refused. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/session', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
})

const nobody: Session = {
  user: null,
  organisation: null,
  role: null,
  may: [],
  organisations: [],
  mail: 'off',
  lacks: null,
  fresh: false,
  half: null,
  set_up: 'done',
  within: false,
  refusal: null,
}

const SessionContext = createContext(nobody)

/** Gives the pages the session that the shell has asked for. */
export const SessionProvider = SessionContext.Provider

/** Who is signed in, where, and what they may do. */
export function useSession(): Session {
  return useContext(SessionContext)
}

/** Whether the signed-in person may do this. Only for what is shown: the server decides again at every request. */
export function useMay(permission: Permission): boolean {
  return useSession().may.includes(permission)
}

/** Signs out and loads the sign-in page afresh, so that nothing that was read stays in memory. */
export function useSignOut() {
  return useMutation({
    mutationFn: () => answer(api.DELETE('/api/v1/session')),
    onSuccess: () => window.location.assign('/sign-in'),
    onError: error => {
      if (error instanceof ApiProblem && error.problem.status === 401) window.location.assign('/sign-in')
      else toastProblem(error)
    },
  })
}
