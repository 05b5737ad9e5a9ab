import type { ReactNode } from 'react'
import type { Connection } from '../queries.ts'

/** The settings of a connection that takes pushes, in words: what a record is, what tells records apart, what checks can read. */
export function pushDefinitions({ resource, name, key, columns }: Connection['settings']): Record<string, ReactNode> {
  if (resource !== 'custom') return { Records: <Mono>{String(resource)}</Mono> }
  const names = (value: unknown) => (Array.isArray(value) ? value : []).map(nameOf).join(', ')
  return {
    Records: <Mono>{`custom.${String(name)}`}</Mono>,
    Key: <Mono>{names(key)}</Mono>,
    Columns: <Mono>{names(columns)}</Mono>,
  }
}

function nameOf(column: unknown): string {
  return typeof column === 'object' && column !== null && 'name' in column ? String(column.name) : String(column)
}

function Mono({ children }: { children: string }): ReactNode {
  return <span className="v-mono v-wrap">{children}</span>
}
