import { AreaChart } from '@mantine/charts'
import { SegmentedControl } from '@mantine/core'
import type { ReactNode } from 'react'
import { useState } from 'react'
import type { ControlStatus } from '../../../../verifier/rules/status.ts'
import type { Schemas } from '../../../web/api/client.ts'
import { type Column, DataTable } from '../../../web/components/data-table.tsx'
import { Empty } from '../../../web/components/feedback.tsx'
import { Section } from '../../../web/components/section.tsx'
import { toneClass } from '../../../web/components/status.tsx'
import { controlStatusOrder, controlStatusWords } from '../../../web/components/status-words.ts'
import { Time } from '../../../web/components/time.tsx'
import { formatDay, formatNumber } from '../../../web/format.ts'
import classes from './overview.module.css'

type Point = Schemas['Overview']['trend'][number]

const shown: readonly ControlStatus[] = controlStatusOrder.filter(status => status !== 'not_applicable')

const columns: readonly Column<Point>[] = [
  { id: 'time', header: 'After the checks of', cell: point => <Time iso={point.time} as="day" /> },
  ...shown.map(
    (status): Column<Point> => ({
      id: status,
      header: controlStatusWords[status].label,
      align: 'right',
      cell: point => formatNumber(point.controls[status] ?? 0),
    }),
  ),
]

/** How many controls had each status over time: as a chart, or as a table for who prefers figures. */
export function Trend({ trend }: { trend: readonly Point[] }): ReactNode {
  const [view, setView] = useState('chart')
  return (
    <Section
      title="Trend"
      description="Controls by status after each batch of checks"
      flush={view === 'table'}
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Show the trend as"
          value={view}
          onChange={setView}
          data={[
            { value: 'chart', label: 'Chart' },
            { value: 'table', label: 'Table' },
          ]}
        />
      }
    >
      {trend.length < 2 ? (
        <Empty title="Not enough of a past yet">The trend begins with the second batch of checks.</Empty>
      ) : view === 'table' ? (
        <DataTable
          caption="Controls by status over time"
          columns={columns}
          rows={[...trend].reverse()}
          rowId={point => point.time}
        />
      ) : (
        <Chart trend={trend} />
      )}
    </Section>
  )
}

function Chart({ trend }: { trend: readonly Point[] }): ReactNode {
  const first = trend[0]
  const last = trend.at(-1)
  const data = trend.map(({ time, controls }) => ({ day: formatDay(time), ...controls }))
  const label = `Stacked areas from ${first ? formatDay(first.time) : ''} to ${last ? formatDay(last.time) : ''}. Now ${shown
    .map(status => `${last?.controls[status] ?? 0} ${controlStatusWords[status].label.toLowerCase()}`)
    .join(', ')}. The table has all figures.`
  return (
    <>
      <div role="img" aria-label={label}>
        <AreaChart
          h={220}
          data={data}
          dataKey="day"
          type="stacked"
          curveType="monotone"
          withDots={false}
          withGradient={false}
          fillOpacity={0.55}
          strokeWidth={1}
          gridAxis="x"
          tickLine="none"
          xAxisProps={{ minTickGap: 50 }}
          yAxisProps={{ width: 32, allowDecimals: false }}
          areaChartProps={{ accessibilityLayer: false }}
          series={shown.map(status => ({
            name: status,
            label: controlStatusWords[status].label,
            color: `var(--v-${controlStatusWords[status].tone}-solid)`,
          }))}
        />
      </div>
      <ul className={classes.legend} aria-hidden>
        {shown.map(status => (
          <li key={status} className={`${classes.key} ${toneClass(controlStatusWords[status].tone)}`}>
            {controlStatusWords[status].label}
          </li>
        ))}
      </ul>
    </>
  )
}
