import { VisuallyHidden } from '@mantine/core'
import { IconCheck, IconPointFilled, IconQuestionMark, IconX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Fragment } from 'react'
import type { Step } from '../verify/steps.ts'
import { Hash } from './hash.tsx'
import { toneClass } from './status.tsx'
import classes from './steps.module.css'

const marks = {
  holds: { tone: 'good', icon: IconCheck, word: 'Verified: ' },
  fails: { tone: 'bad', icon: IconX, word: 'Does not hold: ' },
  open: { tone: 'warn', icon: IconQuestionMark, word: 'Not verified: ' },
  plain: { tone: 'idle', icon: IconPointFilled, word: '' },
} as const

interface StepItemProps {
  readonly title: ReactNode
  readonly state: keyof typeof marks
  readonly detail?: ReactNode
  readonly values?: Step['values'] | undefined
  readonly children?: ReactNode
}

/** Steps one below the other. */
export function StepList({ children, label }: { children: ReactNode; label: string }): ReactNode {
  return (
    <ol className={classes.steps} aria-label={label}>
      {children}
    </ol>
  )
}

/** One step: its mark, what it says, the hashes that were compared, and what belongs to it. */
export function StepItem({ title, state, detail, values, children }: StepItemProps): ReactNode {
  const { tone, icon: Icon, word } = marks[state]
  return (
    <li className={classes.step}>
      <span className={`${classes.mark} ${toneClass(tone)}`} aria-hidden>
        <Icon size={15} stroke={2.4} />
      </span>
      <div>
        <p className={classes.title}>
          <VisuallyHidden>{word}</VisuallyHidden>
          {title}
        </p>
        {detail ? <p className={classes.detail}>{detail}</p> : null}
        {values ? (
          <dl className={classes.values}>
            {Object.entries(values).map(([name, value]) => (
              <Fragment key={name}>
                <dt>{name}</dt>
                <dd>
                  <Hash value={value} name={name} />
                </dd>
              </Fragment>
            ))}
          </dl>
        ) : null}
        {children ? <div className={classes.body}>{children}</div> : null}
      </div>
    </li>
  )
}

/** The steps of a verification. */
export function VerifiedSteps({ steps, label }: { steps: readonly Step[]; label: string }): ReactNode {
  return (
    <StepList label={label}>
      {steps.map(step => (
        <StepItem key={step.title} {...step} />
      ))}
    </StepList>
  )
}
