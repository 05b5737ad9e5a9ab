import { VisuallyHidden } from '@mantine/core'
import { IconAlertTriangle, IconArrowRight } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { humanise } from '../../../../web/format.ts'
import type { FileDraft, Preview } from './file-values.ts'
import classes from './files.module.css'

/** The first rows of a file as they stand in it; under each heading the field that it becomes, at each cell what is wrong with it. */
export function PreviewTable({ preview, mapping }: { preview: Preview } & Pick<FileDraft, 'mapping'>): ReactNode {
  const { columns, rows, name } = preview
  const wrong = new Map<string, string>()
  for (const { line, header, message } of preview.check?.problems ?? []) {
    const place = `${line} ${header ?? ''}`
    wrong.set(place, wrong.has(place) ? `${wrong.get(place)}; ${message}` : message)
  }
  const fieldOf = (header: string) =>
    Object.entries(mapping).find(([, mapped]) => mapped !== '' && mapped.trim() === header)?.[0]
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className={classes.scroll} tabIndex={0} aria-label={`First rows of ${name}`}>
      <table className={classes.preview}>
        <caption>
          <VisuallyHidden>First rows of {name}</VisuallyHidden>
        </caption>
        <thead>
          <tr>
            <th scope="col" className={classes.line}>
              Line
            </th>
            {columns.map(({ header }, at) => {
              const field = fieldOf(header)
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have one heading
                <th key={at} scope="col" className={field ? undefined : classes.unused}>
                  {header || '(no heading)'}
                  <span className={classes.field}>
                    {field ? (
                      <>
                        <IconArrowRight size={12} aria-label="becomes" /> {humanise(field)}
                      </>
                    ) : (
                      'not taken over'
                    )}
                  </span>
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ line, cells }) => (
            <tr key={line}>
              <Cell className={classes.line} problem={wrong.get(`${line} `)}>
                {line}
              </Cell>
              {cells.map((cell, at) => {
                const header = columns[at]?.header ?? ''
                return (
                  <Cell
                    // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its place
                    key={at}
                    className={fieldOf(header) ? undefined : classes.unused}
                    problem={header === '' ? undefined : wrong.get(`${line} ${header}`)}
                  >
                    {cell ?? <span className={classes.empty}>empty</span>}
                  </Cell>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

interface CellProps {
  readonly className: string | undefined
  readonly problem: string | undefined
  readonly children: ReactNode
}

function Cell({ className, problem, children }: CellProps): ReactNode {
  if (problem === undefined) return <td className={className}>{children}</td>
  return (
    <td className={`${className ?? ''} ${classes.wrong}`} title={problem}>
      <IconAlertTriangle size={13} aria-hidden /> {children}
      <VisuallyHidden> ({problem})</VisuallyHidden>
    </td>
  )
}
