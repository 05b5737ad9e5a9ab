import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { shareWords, spanWords } from '../../../../verifier/rules/describe-gap.ts'
import { QueryView } from '../../../web/components/query-view.tsx'
import { Section } from '../../../web/components/section.tsx'
import { count } from '../../../web/format.ts'
import { Calendar, CalendarLegend } from './calendar.tsx'
import { GapList } from './gap-list.tsx'
import { type Coverage, coverageQuery, shownDays } from './queries.ts'

/** When one source was watched and when not. */
export function CoverageSection({ connectionId }: { connectionId: string }): ReactNode {
  const query = useQuery(coverageQuery(connectionId))
  return (
    <>
      <Section title="Monitoring" description={query.data ? `${coverageSentence(query.data)}; days in UTC` : undefined}>
        <QueryView query={query}>
          {coverage => (
            <>
              <Calendar name={coverage.name} days={coverage.days} />
              <CalendarLegend days={coverage.days} />
            </>
          )}
        </QueryView>
      </Section>
      {query.data && query.data.gaps.length > 0 ? (
        <Section title="Gaps" description={`In the last ${shownDays} days`} flush>
          <GapList gaps={gapsOf([query.data])} />
        </Section>
      ) : null}
    </>
  )
}

/** The gaps of some sources, newest first. */
export function gapsOf(coverages: readonly Coverage[]) {
  return coverages
    .flatMap(coverage => coverage.gaps.map(gap => ({ coverage, gap })))
    .sort((a, b) => (a.gap.since < b.gap.since ? 1 : -1))
}

/** `98.5 % of the scheduled time covered, 1 gap`. */
export function coverageSentence({ share, gaps, milliseconds }: Coverage): string {
  const covered = share === null ? 'Nothing was scheduled' : `${shareWords(share)} of the scheduled time covered`
  const unscheduled = milliseconds.unscheduled ?? 0
  const besides = unscheduled > 0 ? `, not scheduled for ${spanWords(unscheduled)}` : ''
  return `${covered}, ${gaps.length === 0 ? 'no gap' : count(gaps.length, 'gap')}${besides}`
}
