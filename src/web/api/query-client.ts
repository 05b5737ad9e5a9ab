import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiProblem } from './problem.ts'

/** A refusal may mean that the session is over, or that the role has changed: what the pages believe about it is asked again. */
function doubtSession(error: unknown): void {
  if (error instanceof ApiProblem && (error.problem.status === 401 || error.problem.status === 403))
    void queryClient.invalidateQueries({ queryKey: ['session'] })
}

/**
 * The cache of what the API answered. Keys begin with the noun they are about (`['checks', …]`): live updates invalidate by that.
 * Refusals are final; only a server that does not answer is asked again.
 */
export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: doubtSession }),
  mutationCache: new MutationCache({ onError: doubtSession }),
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: true,
      retry: (failures, error) => !(error instanceof ApiProblem) && failures < 3,
    },
  },
})
