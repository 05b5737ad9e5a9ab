import type { CheckTable } from './queries.ts'

/** A query to begin with, over the first of some tables: every subject is unknown until a rule is written. */
export function draftOf(tables: readonly Pick<CheckTable, 'table' | 'columns'>[]): string {
  const [first] = tables
  const subject = first?.columns[0]?.name ?? 'id'
  return [
    'select',
    `  connection || '/' || ${subject} as subject_id,`,
    '  case',
    `    when ${subject} is null then 'unknown'`,
    "    when true /* the rule that is to be met */ then 'pass'",
    "    else 'fail'",
    '  end as status,',
    "  'Say why, in one sentence.' as reason",
    `from ${first?.table ?? 'choose_what_it_looks_at'}`,
    '',
  ].join('\n')
}
