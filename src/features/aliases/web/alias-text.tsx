import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { splitAtTokens } from '../../../../verifier/records/alias-tokens.ts'
import { useMay } from '../../../web/api/session.ts'
import { toastProblem } from '../../../web/components/toast.ts'
import classes from './alias.module.css'
import { revealQuery } from './queries.ts'

/** A text, in which whoever may can have each alias revealed, one at a time. Not for the words of a link or a button. */
export function AliasText({ text }: { text: string }): ReactNode {
  const parts = splitAtTokens(text)
  if (parts.length === 1) return text
  // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text never change their order
  return parts.map((part, at) => (at % 2 === 1 ? <Alias key={at} token={part} /> : part))
}

function Alias({ token }: { token: string }): ReactNode {
  const mayReveal = useMay('aliases.reveal')
  const { data: value, refetch } = useQuery(revealQuery(token))
  if (!mayReveal) return token
  if (value === undefined) {
    const reveal = async () => {
      const { error } = await refetch()
      if (error) toastProblem(error)
    }
    return (
      <button
        type="button"
        className={classes.alias}
        aria-label={`Reveal ${token}`}
        title="Reveal whose this is; it is recorded"
        onClick={() => void reveal()}
      >
        {token}
      </button>
    )
  }
  return (
    <span className={classes.value} title={token}>
      {value ?? 'erased'}
    </span>
  )
}
