import { IconAlertCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { ApiProblem, describeError } from '../../../web/api/problem.ts'
import { Notice } from '../../../web/components/notice.tsx'

interface RefusalProps {
  readonly error: unknown
  /** Said here although it belongs to a field. */
  readonly whole?: boolean
}

/** Why somebody was not let in, in one sentence. What belongs to a field is said there. */
export function Refusal({ error, whole = false }: RefusalProps): ReactNode {
  if (!error) return null
  if (error instanceof ApiProblem) {
    if (!whole && Object.keys(error.fields).length > 0) return null
    return <Notice tone="bad" icon={IconAlertCircle} title={error.problem.detail} urgent />
  }
  const { title, detail } = describeError(error)
  return (
    <Notice tone="bad" icon={IconAlertCircle} title={title} urgent>
      {detail}
    </Notice>
  )
}
