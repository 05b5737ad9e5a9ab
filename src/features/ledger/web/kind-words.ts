import { humanise } from '../../../web/format.ts'

/** The kind of a fact as words: `scope.changed` → `Scope changed`. */
export function kindWords(kind: string): string {
  return humanise(kind.replaceAll('.', ' '))
}
