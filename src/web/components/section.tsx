import { Group } from '@mantine/core'
import type { ReactNode } from 'react'
import { useId } from 'react'
import classes from './section.module.css'

interface SectionProps {
  readonly title: string
  readonly description?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
  /** The content goes to the edges: tables. */
  readonly flush?: boolean
}

/** A titled part of a page, on a surface of its own. */
export function Section({ title, description, actions, children, flush }: SectionProps): ReactNode {
  const id = useId()
  return (
    <section className={classes.card} aria-labelledby={id}>
      <div className={classes.head}>
        <div>
          <h2 className={classes.title} id={id}>
            {title}
          </h2>
          {description ? <p className={classes.description}>{description}</p> : null}
        </div>
        {actions ? <Group gap="xs">{actions}</Group> : null}
      </div>
      <div className={`${classes.body} ${flush ? classes.flush : ''}`}>{children}</div>
    </section>
  )
}

/** A surface without a title. */
export function Card({ children }: { children: ReactNode }): ReactNode {
  return (
    <div className={classes.card}>
      <div className={classes.body}>{children}</div>
    </div>
  )
}
