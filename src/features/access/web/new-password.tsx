import { PasswordInput, type PasswordInputProps } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useId, useState } from 'react'
import classes from './access.module.css'
import { hintFor, loadEstimate } from './password-hint.ts'

interface NewPasswordProps extends PasswordInputProps {
  /** What an attacker would try first: the person's name and address. */
  readonly known: readonly string[]
}

const meter = [1, 2, 3, 4]

/** A field for a new password that says, while one types, what it still lacks. The server decides. */
export function NewPassword({ value, known, onFocus, ...field }: NewPasswordProps): ReactNode {
  const hintId = useId()
  const [wanted, setWanted] = useState(false)
  const { data: estimate } = useQuery({
    queryKey: ['password-estimate'],
    queryFn: loadEstimate,
    enabled: wanted,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  })
  const typed = String(value ?? '')
  const hint = hintFor(typed, known, estimate)
  return (
    <div>
      <PasswordInput
        autoComplete="new-password"
        {...field}
        value={typed}
        aria-describedby={hintId}
        onFocus={event => {
          setWanted(true)
          onFocus?.(event)
        }}
      />
      <div className={classes.meter} data-filled={hint.filled} aria-hidden>
        {meter.map(step => (
          <span key={step} data-on={step <= hint.filled} />
        ))}
      </div>
      <p id={hintId} className={classes.hint} aria-live="polite">
        {hint.words}
      </p>
    </div>
  )
}
