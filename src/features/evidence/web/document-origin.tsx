import { Anchor } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Document } from './queries.ts'

/** Where a document came from, as a link that says which site it leads to. */
export function DocumentOrigin({ document }: { document: Pick<Document, 'source_url'> }): ReactNode {
  if (document.source_url === null) return null
  return (
    <>
      , from{' '}
      <Anchor href={document.source_url} inherit underline="always" rel="noreferrer" target="_blank">
        {new URL(document.source_url).host}
      </Anchor>
    </>
  )
}

/** Who filed it, when nobody's name is known. */
export function filerWords(actor: string): string {
  if (actor === 'operator') return 'Whoever has the machine'
  return actor.startsWith('key:') ? 'A key' : 'Vouch'
}
