import { VisuallyHidden } from '@mantine/core'
import type { ReactNode } from 'react'
import { Fragment } from 'react'
import { humanise, shortenHashes } from '../../../web/format.ts'
import classes from './activity.module.css'
import { type Difference, differences, diffLines, shortenDiff } from './differences.ts'
import type { Change } from './queries.ts'
import { changeWords } from './words.ts'

const shownChanges = 30

/** What an activity changed: each record with its fields as they were and as they are. */
export function Changes({ changed }: { changed: readonly Change[] }): ReactNode {
  return (
    <>
      {changed.slice(0, shownChanges).map((change, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: what was recorded never changes its order
        <OneChange key={at} change={change} />
      ))}
      {changed.length > shownChanges ? (
        <p>And {changed.length - shownChanges} more; an export has all of them.</p>
      ) : null}
    </>
  )
}

function OneChange({ change }: { change: Change }): ReactNode {
  const fields = differences(change.before, change.after)
  return (
    <div className={classes.change}>
      <div className={classes.changeTitle}>
        {changeWords(change)} <code className="v-mono">{change.subject}</code>
      </div>
      {fields.length === 0 ? null : (
        <div className={classes.fields}>
          {fields.map(field => (
            <Field key={field.path} field={field} />
          ))}
        </div>
      )}
    </div>
  )
}

function Field({ field }: { field: Difference }): ReactNode {
  const name = field.path.split('.').map(humanise).join(' › ')
  const long = field.before?.includes('\n') || field.after?.includes('\n')
  if (long)
    return (
      <>
        <div className={`${classes.name} ${classes.wide}`} style={{ padding: '6px 12px 0' }}>
          {name}
        </div>
        <Lines name={name} before={field.before ?? ''} after={field.after ?? ''} />
      </>
    )
  return (
    <>
      <div className={classes.name}>{name}</div>
      <div className={classes.before}>
        {field.before === undefined ? null : <Side name="Before" text={field.before} />}
      </div>
      <div className={classes.after}>{field.after === undefined ? null : <Side name="After" text={field.after} />}</div>
    </>
  )
}

/** Which side it is is told to screen readers in words, not by place and colour alone. */
function Side({ name, text }: { name: string; text: string }): ReactNode {
  return (
    <>
      <VisuallyHidden>{name}: </VisuallyHidden>
      {text === '' ? '“”' : shortenHashes(text)}
    </>
  )
}

function Lines({ name, before, after }: { name: string; before: string; after: string }): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className={`${classes.wide} ${classes.lines}`} tabIndex={0} aria-label={`Lines of ${name} that changed`}>
      {shortenDiff(diffLines(before, after)).map((line, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a diff never change their order
        <Fragment key={at}>
          <div data-sign={line?.sign ?? '…'}>{line ? `${line.sign} ${line.text}` : '…'}</div>
        </Fragment>
      ))}
    </section>
  )
}
