import type { Webhook } from './queries.ts'

/** What an endpoint is called: what somebody wrote, else where it is. */
export function nameOf({ description, url }: Pick<Webhook, 'description' | 'url'>): string {
  return description === '' ? (URL.parse(url)?.host ?? url) : description
}

/** Which kinds of events it is sent. */
export function kindsWords({ kinds }: Pick<Webhook, 'kinds'>): string {
  if (kinds === null) return 'All'
  const [first = '', ...more] = kinds
  return more.length === 0 ? first : `${first} and ${more.length} more`
}
