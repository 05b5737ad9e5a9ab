import type { ReactNode } from 'react'
import classes from './section.module.css'

/** The surface of a list: toolbar, table and pager from edge to edge. */
export function Panel({ children }: { children: ReactNode }): ReactNode {
  return <div className={classes.card}>{children}</div>
}
