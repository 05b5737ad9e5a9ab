import type { Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import classes from './notice.module.css'
import { toneClass } from './status.tsx'
import type { Tone } from './status-words.ts'

interface NoticeProps {
  readonly tone: Tone
  readonly icon: Icon
  readonly title: string
  readonly children?: ReactNode
  /** Read out at once: for what went wrong just now. */
  readonly urgent?: boolean
}

/** Something that the reader should know before going on. */
export function Notice({ tone, icon: Icon, title, children, urgent }: NoticeProps): ReactNode {
  return (
    <div className={`${classes.notice} ${toneClass(tone)}`} role={urgent ? 'alert' : undefined}>
      <Icon size={18} aria-hidden />
      <div>
        <p className={classes.title}>{title}</p>
        {children ? <div className={classes.body}>{children}</div> : null}
      </div>
    </div>
  )
}
