import { QueryClient } from '@tanstack/react-query'
import { ApiProblem } from './problem.ts'

/**
 * The cache of what the API answered. Keys begin with the noun they are about (`['checks', …]`): live updates invalidate by that.
 * Refusals are final; only a server that does not answer is asked again.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: true,
      retry: (failures, error) => !(error instanceof ApiProblem) && failures < 3,
    },
  },
})
