import { IconChecks, IconPlugConnected } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Schemas } from '../../../web/api/client.ts'
import { Empty } from '../../../web/components/feedback.tsx'
import { ButtonLink, HrefLink, TextLink } from '../../../web/components/link.tsx'
import { Section } from '../../../web/components/section.tsx'
import { StateBadge } from '../../../web/components/status.tsx'
import { Time } from '../../../web/components/time.tsx'
import { shortenHashes } from '../../../web/format.ts'
import classes from './overview.module.css'

type Overview = Schemas['Overview']

/** What to do next, the most worthwhile first. */
export function NextSteps({ next }: { next: Overview['next'] }): ReactNode {
  return (
    <Section title="What to do next" flush>
      {next.length === 0 ? (
        <Empty title="Nothing is waiting for you" icon={IconChecks}>
          Every control in scope is effective. Vouch goes on checking.
        </Empty>
      ) : (
        <ol className={classes.items}>
          {next.map(({ title, detail, href }) => (
            <li key={`${href} ${title}`}>
              <HrefLink href={href} fw={550} size="sm">
                {title}
              </HrefLink>
              <p className={classes.itemNote}>{detail}</p>
            </li>
          ))}
        </ol>
      )}
    </Section>
  )
}

/** What changed lately, newest first. */
export function Changes({ changes }: { changes: Overview['changes'] }): ReactNode {
  return (
    <Section title="What changed" flush>
      {changes.length === 0 ? (
        <Empty title="Nothing changed yet">Changes of status, scope and evidence appear here as they happen.</Empty>
      ) : (
        <ul className={classes.items}>
          {changes.map(({ time, sentence, subject, href }) => (
            <li key={`${time} ${subject} ${sentence}`}>
              {href ? (
                <HrefLink href={href} size="sm" c="inherit">
                  {shortenHashes(sentence)}
                </HrefLink>
              ) : (
                shortenHashes(sentence)
              )}
              <p className={classes.itemNote}>
                <Time iso={time} as="relative" />
              </p>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

/** The sources and how their last collection went. */
export function Sources({ sources }: { sources: Overview['sources'] }): ReactNode {
  return (
    <Section title="Sources" flush>
      {sources.length === 0 ? (
        <Empty
          title="No source is connected"
          icon={IconPlugConnected}
          action={
            <ButtonLink to="/connections/new" mt="sm">
              Connect a source
            </ButtonLink>
          }
        >
          Checks need raw records: connect a repository, a database, this machine or a folder of files.
        </Empty>
      ) : (
        <ul className={classes.items}>
          {sources.map(({ id, name, kind, state, last_success_at }) => (
            <li key={id} className={classes.row}>
              <span style={{ minWidth: 0 }}>
                <TextLink to="/connections/$id" params={{ id }} size="sm" fw={550}>
                  {name}
                </TextLink>
                <p className={classes.itemNote}>
                  {kind} · {last_success_at ? <Time iso={last_success_at} as="relative" /> : 'never collected'}
                </p>
              </span>
              <StateBadge state={state} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
