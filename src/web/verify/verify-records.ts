import canonicalize from 'canonicalize'
import { sha256Async } from '../../../verifier/log/browser.ts'
import { toHex, utf8 } from '../../../verifier/log/bytes.ts'
import type { Schemas } from '../api/client.ts'
import type { Step } from './steps.ts'

/** Verifies that a raw record has the hash that the server names: SHA-256 of its canonical JSON (RFC 8785). */
export async function verifyRecord(record: Schemas['RawRecord']): Promise<Step> {
  const computed = toHex(await sha256Async(utf8(canonicalize(record.record) ?? '')))
  return {
    title: `Line ${record.line} has its hash`,
    state: computed === record.sha256 ? 'holds' : 'fails',
    detail: 'SHA-256 of the record’s canonical JSON.',
    values: { computed, 'named by the server': record.sha256 },
  }
}

/** Verifies that the bytes of a snapshot have the hash that names it. */
export async function verifyContent(bytes: Uint8Array, named: string): Promise<Step> {
  const computed = toHex(await sha256Async(bytes))
  return {
    title: 'The snapshot is the one that its hash names',
    state: computed === named ? 'holds' : 'fails',
    detail: `SHA-256 of all ${bytes.length.toLocaleString('en')} bytes, downloaded now.`,
    values: { computed, 'content hash': named },
  }
}

/** Verifies that a ledger entry's content names a hash, so that what has that hash is what was recorded. */
export function verifyNames(entry: Schemas['LedgerEntryDetail'], hash: string, what: string): Step {
  const named = entry.canonical_content?.includes(`"${hash}"`)
  return {
    title: `The ledger entry names ${what}`,
    state: named === undefined ? 'open' : named ? 'holds' : 'fails',
    detail:
      named === undefined
        ? 'The entry’s content was erased.'
        : `The hash of ${what} ${named ? 'stands' : 'does not stand'} in the content of entry ${entry.id}.`,
    values: { hash },
  }
}
