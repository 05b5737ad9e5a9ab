import type { ReactNode } from 'react'
import classes from './columns.module.css'

/** A page's main column and a narrower one beside it; below each other where there is no room. */
export function Columns({ children }: { children: ReactNode }): ReactNode {
  return <div className={classes.columns}>{children}</div>
}

export function MainColumn({ children }: { children: ReactNode }): ReactNode {
  return <div className={classes.column}>{children}</div>
}

export function SideColumn({ children }: { children: ReactNode }): ReactNode {
  return <div className={classes.column}>{children}</div>
}
