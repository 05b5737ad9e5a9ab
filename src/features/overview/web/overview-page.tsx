import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { answer, api, type Schemas } from '../../../web/api/client.ts'
import { Loading } from '../../../web/components/feedback.tsx'
import { Page } from '../../../web/components/page.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { Section } from '../../../web/components/section.tsx'
import { StatusBadge, toneClass } from '../../../web/components/status.tsx'
import { controlStatusOrder, controlStatusWords } from '../../../web/components/status-words.ts'
import { Time } from '../../../web/components/time.tsx'
import { count, formatNumber } from '../../../web/format.ts'
import { CriteriaMap } from './criteria-map.tsx'
import { Changes, NextSteps, Sources } from './lists.tsx'
import { Monitoring } from './monitoring.tsx'
import classes from './overview.module.css'
import { Trend } from './trend.tsx'

type Overview = Schemas['Overview']

/** Where the organisation stands, what changed, and what to do next. */
export function OverviewPage(): ReactNode {
  const query = useQuery({
    queryKey: ['overview'],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/overview', { signal })),
  })
  return (
    <Page
      title="Overview"
      description={
        query.data ? (
          <>
            SOC 2 readiness of {query.data.organisation.name}, as of <Time iso={query.data.as_of} />
          </>
        ) : undefined
      }
    >
      <QueryView query={query} loading={<Loading rows={14} />}>
        {overview => <Content overview={overview} />}
      </QueryView>
    </Page>
  )
}

function Content({ overview }: { overview: Overview }): ReactNode {
  return (
    <>
      <Figures overview={overview} />
      <div className={classes.columns}>
        <div className={classes.column}>
          <Section title="Criteria" description="A criterion is as well as the worst of its controls.">
            <CriteriaMap criteria={overview.criteria} />
          </Section>
          <Section title="Controls">
            <ControlCounts counts={overview.controls} />
          </Section>
          <Monitoring monitoring={overview.monitoring} />
          <Trend trend={overview.trend} />
        </div>
        <div className={classes.column}>
          <NextSteps next={overview.next} />
          <Changes changes={overview.changes} />
          <Sources sources={overview.sources} />
        </div>
      </div>
    </>
  )
}

function Figures({ overview }: { overview: Overview }): ReactNode {
  const { controls, criteria, findings, ledger } = overview
  const applicable = controlStatusOrder.reduce(
    (sum, status) => sum + (status === 'not_applicable' ? 0 : (controls[status] ?? 0)),
    0,
  )
  const inScope = criteria.filter(criterion => criterion.status !== 'not_applicable')
  const met = inScope.filter(criterion => criterion.status === 'effective').length
  return (
    <div className={classes.figures}>
      <Link to="/controls" className={classes.figure}>
        <Figure
          name="Criteria met"
          value={met}
          of={inScope.length}
          note={`${count(inScope.length - met, 'criterion', 'criteria')} to go`}
        />
      </Link>
      <Link to="/controls" search={{ status: 'effective' }} className={classes.figure}>
        <Figure
          name="Controls effective"
          value={controls.effective ?? 0}
          of={applicable}
          note={`${formatNumber(controls.failing ?? 0)} failing`}
        />
      </Link>
      <Link to="/findings" search={{ state: 'open' }} className={classes.figure}>
        <Figure
          name="Open findings"
          value={findings.open}
          note={`${formatNumber(findings.critical)} critical, ${formatNumber(findings.high)} high, ${formatNumber(findings.excepted)} excepted`}
        />
      </Link>
      <Link to="/ledger" className={classes.figure}>
        <Figure
          name="Ledger"
          value={ledger.size}
          note={
            ledger.last_checkpoint_at ? (
              <>
                signed <Time iso={ledger.last_checkpoint_at} as="relative" />
                {ledger.waiting > 0 ? `, ${formatNumber(ledger.waiting)} waiting` : ''}
              </>
            ) : (
              'not signed yet'
            )
          }
        />
      </Link>
    </div>
  )
}

interface FigureProps {
  readonly name: string
  readonly value: number
  readonly of?: number
  readonly note: ReactNode
}

function Figure({ name, value, of, note }: FigureProps): ReactNode {
  return (
    <>
      <div className={classes.name}>{name}</div>
      <div className={classes.value}>
        {formatNumber(value)}
        {of === undefined ? null : <span className={classes.of}> of {formatNumber(of)}</span>}
      </div>
      <div className={classes.note}>{note}</div>
    </>
  )
}

function ControlCounts({ counts }: { counts: Overview['controls'] }): ReactNode {
  const shown = controlStatusOrder.filter(status => (counts[status] ?? 0) > 0)
  return (
    <>
      <div className={classes.split} aria-hidden>
        {shown.map(status => (
          <span
            key={status}
            className={toneClass(controlStatusWords[status].tone)}
            style={{ flexGrow: counts[status] }}
          />
        ))}
      </div>
      <ul className={classes.legend}>
        {shown.map(status => (
          <li key={status}>
            <Link to="/controls" search={{ status }}>
              <StatusBadge words={controlStatusWords[status]} plain>
                {controlStatusWords[status].label}: {formatNumber(counts[status] ?? 0)}
              </StatusBadge>
            </Link>
          </li>
        ))}
      </ul>
    </>
  )
}
