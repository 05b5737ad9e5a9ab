import { Group } from '@mantine/core'
import type { ReactNode } from 'react'
import { useEffect } from 'react'
import classes from './page.module.css'

interface PageProps {
  /** The heading, and the window's title. */
  readonly title: string
  /** Beside the heading: a status. */
  readonly badge?: ReactNode
  /** Links to what the page is part of. */
  readonly trail?: readonly ReactNode[]
  readonly description?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A page: its trail, heading, actions and content. */
export function Page({ title, badge, trail, description, actions, children }: PageProps): ReactNode {
  useEffect(() => {
    document.title = `${title} · Vouch`
  }, [title])
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <div className={classes.words}>
          {trail ? (
            <nav aria-label="Breadcrumbs">
              <ol className={classes.crumbs}>
                {trail.map((link, position) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a trail never changes its order
                  <li key={position}>
                    {link} <span aria-hidden>/</span>
                  </li>
                ))}
              </ol>
            </nav>
          ) : null}
          <div className={classes.title}>
            <h1>{title}</h1>
            {badge}
          </div>
          {description ? <p className={classes.description}>{description}</p> : null}
        </div>
        {actions ? <Group gap="xs">{actions}</Group> : null}
      </header>
      {children}
    </div>
  )
}
