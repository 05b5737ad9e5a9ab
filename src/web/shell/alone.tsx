import type { ReactNode } from 'react'
import { useEffect } from 'react'
import classes from './alone.module.css'
import { ThemeMenu } from './theme-menu.tsx'

interface AloneProps {
  /** The heading, and the window's title. */
  readonly title: string
  readonly description?: ReactNode
  readonly children?: ReactNode
  /** Below the card: other ways. */
  readonly foot?: ReactNode
}

/** A page that stands alone, with the product's mark and nothing around it. */
export function Alone({ title, description, children, foot }: AloneProps): ReactNode {
  useEffect(() => {
    document.title = `${title} · Vouch`
  }, [title])
  return (
    <div className={classes.ground}>
      <div className={classes.theme}>
        <ThemeMenu />
      </div>
      <main className={classes.column}>
        <div className={classes.mark}>
          <img src="/favicon.svg" width={34} height={34} alt="" />
          <span>Vouch</span>
        </div>
        <div className={classes.card}>
          <h1 className={classes.title}>{title}</h1>
          {description ? <div className={classes.description}>{description}</div> : null}
          {children}
        </div>
        {foot ? <div className={classes.foot}>{foot}</div> : null}
      </main>
    </div>
  )
}
