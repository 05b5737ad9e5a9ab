import { Text, Tooltip } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Schemas } from '../../../web/api/client.ts'
import { frameworkQuery } from '../../../web/api/framework.ts'
import { StatusBadge, toneClass } from '../../../web/components/status.tsx'
import { controlStatusOrder, controlStatusWords } from '../../../web/components/status-words.ts'
import { humanise } from '../../../web/format.ts'
import classes from './overview.module.css'

type Criterion = Schemas['Overview']['criteria'][number]

const reasonsShown = 6

/** The heat map: each series of criteria a line, each criterion a cell that leads to its controls. */
export function CriteriaMap({ criteria }: { criteria: readonly Criterion[] }): ReactNode {
  const { data: framework } = useQuery(frameworkQuery)
  const titles = new Map(framework?.series.map(({ id, title }) => [id, title]))
  const series = [...new Set(criteria.map(criterion => criterion.series))]
  return (
    <>
      <div className={classes.map}>
        {series.map(id => (
          <SeriesLine
            key={id}
            id={id}
            title={titles.get(id)}
            criteria={criteria.filter(criterion => criterion.series === id)}
          />
        ))}
      </div>
      <ul className={classes.legend} aria-label="Legend">
        {controlStatusOrder.map(status => (
          <li key={status}>
            <StatusBadge words={controlStatusWords[status]} plain />
          </li>
        ))}
      </ul>
    </>
  )
}

function SeriesLine({
  id,
  title,
  criteria,
}: {
  id: string
  title: string | undefined
  criteria: readonly Criterion[]
}): ReactNode {
  return (
    <>
      <div className={classes.series} title={title}>
        <b>{id}</b> {title}
      </div>
      <div className={classes.cells}>
        {criteria.map(criterion => (
          <Cell key={criterion.id} criterion={criterion} />
        ))}
      </div>
    </>
  )
}

function Cell({ criterion }: { criterion: Criterion }): ReactNode {
  const { id, title, status, reasons } = criterion
  const words = controlStatusWords[status]
  const Icon = words.icon
  const more = reasons.length - reasonsShown
  return (
    <Tooltip
      label={
        <>
          <Text size="sm" fw={600}>
            {id} {title}
          </Text>
          <Text size="xs">{words.label}</Text>
          {reasons.slice(0, reasonsShown).map(reason => (
            <Text size="xs" key={reason}>
              · {reason.includes(' ') ? reason : humanise(reason)}
            </Text>
          ))}
          {more > 0 ? <Text size="xs">and {more} more</Text> : null}
        </>
      }
    >
      <Link
        to="/controls"
        search={{ criterion: id }}
        className={`${classes.cell} ${toneClass(words.tone)}`}
        aria-label={`${id.replace(/^[A-Z]+/, '')} ${title}, ${id}: ${words.label}`}
      >
        <Icon size={13} aria-hidden />
        {id.replace(/^[A-Z]+/, '')}
      </Link>
    </Tooltip>
  )
}
