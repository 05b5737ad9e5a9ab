import { Button, Group } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { useLocation, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { formatNumber } from '../format.ts'
import classes from './toolbar.module.css'

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** The cursors of the pages before this one, as far as the reader came by "Next"; undefined stands for the first page. */
    trail?: (string | undefined)[]
  }
}

interface PagerProps {
  readonly cursor: string | undefined
  readonly next: string | null
  readonly shown: number
  readonly total: number
  /** What the rows are, in the plural. */
  readonly noun: string
}

/** Next and previous page of a list whose `cursor` is in the page's address. Going back works as in a book, also after a reload. */
export function Pager({ cursor, next, shown, total, noun }: PagerProps): ReactNode {
  const navigate = useNavigate()
  const trail = useLocation({ select: location => location.state.trail }) ?? []
  if (cursor === undefined && next === null) return null
  const go = (to: string | undefined, nextTrail: (string | undefined)[]) =>
    void navigate({
      to: '.',
      search: (search: Record<string, unknown>) => ({ ...search, cursor: to }),
      state: { trail: nextTrail },
    } as never)
  return (
    <nav className={classes.pager} aria-label={`Pages of ${noun}`}>
      <span className="v-num">
        {formatNumber(shown)} of {formatNumber(total)} {noun}
      </span>
      <Group gap={6}>
        <Button
          variant="default"
          size="compact-xs"
          disabled={cursor === undefined}
          onClick={() => go(trail.at(-1), trail.slice(0, -1))}
          leftSection={<IconChevronLeft size={13} />}
        >
          {trail.length > 0 || cursor === undefined ? 'Previous' : 'First page'}
        </Button>
        <Button
          variant="default"
          size="compact-xs"
          disabled={next === null}
          onClick={() => go(next ?? undefined, [...trail, cursor])}
          rightSection={<IconChevronRight size={13} />}
        >
          Next
        </Button>
      </Group>
    </nav>
  )
}
