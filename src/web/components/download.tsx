import { useCallback } from 'react'
import { askAgain } from '../api/ask-again.ts'
import { answer, api } from '../api/client.ts'
import { toastProblem } from './toast.ts'

/** Downloads what only somebody gets who has shown lately who they are: asks for it first, where needed. A browser's own download could not. */
export function useSensitiveDownload(): (href: string) => void {
  return useCallback((href: string) => {
    answer(api.GET('/api/v1/session'))
      .then(async ({ fresh }) => {
        if (!fresh && !(await askAgain())) return
        const link = document.createElement('a')
        link.href = href
        link.download = ''
        link.click()
      })
      .catch(toastProblem)
  }, [])
}
