import type { JsonObject } from '../../../../verifier/records/canonical.ts'
import { declareResource, type ResourceDeclaration } from '../../../../verifier/records/resource.ts'
import type { Redaction } from '../../aliases/protect-records.ts'

/** What every collection, of whatever source, says of itself. */
export const redaction = declareResource({
  name: 'vouch.redaction',
  title: 'Redaction',
  description: 'What was taken out of the records of a collection before they were stored: one row for each resource.',
  key: ['resource'],
  columns: {
    resource: { type: 'text', description: 'The resource whose records were looked through' },
    records: { type: 'integer', description: 'How many records were looked through' },
    whole: { type: 'boolean', description: 'The resource was read to its end' },
    secrets: { type: 'integer', description: 'How many secrets were found in them and redacted' },
    found: { type: 'json', description: 'How many of them in which field, by which rule: field, rule, count' },
  },
})

/** The record of one resource. `whole`: it was read to its end. */
export function redactionRecord(
  resource: string,
  looked: { readonly records: number; readonly whole: boolean },
  found: readonly Redaction[],
): JsonObject {
  return {
    resource,
    records: looked.records,
    whole: looked.whole,
    secrets: found.reduce((sum, one) => sum + one.count, 0),
    found: found.map(one => ({ ...one })),
  }
}

/** The resources of Vouch itself. */
export const resources: readonly ResourceDeclaration[] = [redaction]
