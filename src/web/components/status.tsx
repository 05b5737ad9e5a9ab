import type { ReactNode } from 'react'
import type { ResultStatus } from '../../../verifier/checks/check.ts'
import type { ControlStatus } from '../../../verifier/rules/status.ts'
import classes from './status.module.css'
import {
  controlStatusWords,
  outcomeWords,
  type Severity,
  type StatusWords,
  severityWords,
  type Tone,
  wordsOfState,
} from './status-words.ts'

interface BadgeProps {
  readonly words: StatusWords
  /** Said instead of the status's own word. */
  readonly children?: ReactNode
  /** Without a coloured ground, for running text and dense lists. */
  readonly plain?: boolean
}

/** A status as icon, word and colour. */
export function StatusBadge({ words, children, plain }: BadgeProps): ReactNode {
  const Icon = words.icon
  return (
    <span className={`${classes.badge} ${classes[words.tone]} ${plain ? classes.plain : ''}`} title={words.means}>
      <Icon size={14} stroke={2} aria-hidden />
      {children ?? words.label}
    </span>
  )
}

/** The class that sets `--tone`, `--tone-soft` and `--tone-solid`. */
export function toneClass(tone: Tone): string {
  return classes[tone] ?? ''
}

export function ControlStatusBadge({ status, plain }: { status: ControlStatus; plain?: boolean }): ReactNode {
  return <StatusBadge words={controlStatusWords[status]} plain={plain ?? false} />
}

/** The outcome of a check; null before it ever ran. */
export function OutcomeBadge({ outcome, plain }: { outcome: ResultStatus | null; plain?: boolean }): ReactNode {
  return <StatusBadge words={outcome ? outcomeWords[outcome] : wordsOfState('never_run')} plain={plain ?? false} />
}

export function SeverityBadge({ severity }: { severity: Severity }): ReactNode {
  return <StatusBadge words={severityWords[severity]} plain />
}

export function StateBadge({ state, plain }: { state: string; plain?: boolean }): ReactNode {
  return <StatusBadge words={wordsOfState(state)} plain={plain ?? false} />
}
