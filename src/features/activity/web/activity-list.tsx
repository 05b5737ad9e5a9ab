import { IconChevronRight } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useId, useState } from 'react'
import { Definitions } from '../../../web/components/definitions.tsx'
import { HrefLink, TextLink } from '../../../web/components/link.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { StateBadge, StatusBadge } from '../../../web/components/status.tsx'
import { Time } from '../../../web/components/time.tsx'
import classes from './activity.module.css'
import { Changes } from './changes.tsx'
import { type Activity, type ActivityDetail, activityDetailQuery } from './queries.ts'
import { actorWords, agentWords, operationWords, outcomeWords, pageOf, shortId } from './words.ts'

/** Activities, each of which opens to what it changed. */
export function ActivityList({ items, name }: { items: readonly Activity[]; name: string }): ReactNode {
  return (
    <ul className={classes.list} aria-label={name}>
      {items.map(item => (
        <Item key={item.id} item={item} />
      ))}
    </ul>
  )
}

function Item({ item }: { item: Activity }): ReactNode {
  const [opened, setOpened] = useState(false)
  const id = useId()
  return (
    <li>
      <button
        type="button"
        className={classes.row}
        aria-expanded={opened}
        aria-controls={id}
        onClick={() => setOpened(!opened)}
      >
        <IconChevronRight size={14} className={classes.mark ?? ''} aria-hidden />
        <span className={classes.what}>
          <strong>{operationWords(item.operation)}</strong>
          {item.subject === '' ? null : (
            <>
              {' '}
              <span className="v-mono v-wrap" title={item.subject}>
                {shortId(item.subject)}
              </span>
            </>
          )}
          <br />
          <span className={classes.who}>
            {actorWords(item)}
            {item.address === null ? '' : ` from ${item.address}`}
          </span>
        </span>
        <StatusBadge words={outcomeWords[item.outcome]} plain />
        <span className={classes.when}>
          <Time iso={item.time} />
        </span>
      </button>
      <div id={id} hidden={!opened}>
        {opened ? <Detail id={item.id} /> : null}
      </div>
    </li>
  )
}

function Detail({ id }: { id: number }): ReactNode {
  const query = useQuery(activityDetailQuery(id))
  return (
    <div className={classes.detail}>{<QueryView query={query}>{entry => <Opened entry={entry} />}</QueryView>}</div>
  )
}

const proofStates = { holds: 'in_the_log', waiting: 'queued', altered: 'not_verified' } as const

function Opened({ entry }: { entry: ActivityDetail }): ReactNode {
  const page = pageOf(entry.subject_kind, entry.subject)
  return (
    <>
      <Changes changed={entry.changed} />
      <Definitions
        of={{
          Who: (
            <>
              {actorWords(entry)} <span className="v-mono v-wrap">{entry.actor}</span>
            </>
          ),
          About:
            entry.subject === '' ? null : page ? (
              <HrefLink href={page} size="sm">
                {entry.subject}
              </HrefLink>
            ) : (
              <span className="v-mono v-wrap">{entry.subject}</span>
            ),
          From: entry.address,
          With: entry.agent === null ? null : <span title={entry.agent}>{agentWords(entry.agent)}</span>,
          Session: entry.session === null ? null : <span className="v-mono v-wrap">{entry.session}</span>,
          Unaltered: (
            <>
              <StateBadge state={proofStates[entry.proof.state]} plain />{' '}
              <TextLink to="/ledger/$id" params={{ id: String(entry.ledger_entry_id) }} size="sm">
                Ledger entry {entry.ledger_entry_id}
              </TextLink>
            </>
          ),
        }}
      />
    </>
  )
}
