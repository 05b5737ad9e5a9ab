import type { ReactNode } from 'react'
import { Fragment } from 'react'
import classes from './definitions.module.css'

/** Names and values, one below the other. A value of undefined or null is left out with its name. */
export function Definitions({ of }: { of: Readonly<Record<string, ReactNode>> }): ReactNode {
  return (
    <dl className={classes.list}>
      {Object.entries(of).map(([name, value]) =>
        value === undefined || value === null ? null : (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ),
      )}
    </dl>
  )
}
