import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createZstdCompress } from 'node:zlib'
import type { CheckDefinition } from '../../verifier/checks/check.ts'
import type { SnapshotFile } from '../../verifier/checks/protocol.ts'
import { canonicalJson, type JsonObject } from '../../verifier/records/canonical.ts'
import type { ResourceDeclaration } from '../../verifier/records/resource.ts'

const column = (type: ResourceDeclaration['columns'][string]['type']) => ({ type, description: 'Synthetic' })

/** Changes of code as a forge would tell them, about 330 bytes each, and the people who left. */
export const change: ResourceDeclaration = {
  name: 'sample.change',
  title: 'Changes',
  description: 'Synthetic changes',
  key: ['id'],
  columns: {
    id: column('text'),
    author: column('text'),
    reviewer: column('text'),
    branch: column('text'),
    title: column('text'),
    merged_at: column('timestamp'),
    signed: column('boolean'),
    additions: column('integer'),
    labels: column('json'),
  },
}
export const leaver: ResourceDeclaration = {
  name: 'sample.leaver',
  title: 'Leavers',
  description: 'Synthetic leavers',
  key: ['email'],
  columns: { email: column('text'), left_on: column('date') },
}

/** A typical check: filter, group by, anti join. The same rules as `judge` in baseline.ts; their results must be the same bytes. */
export const check: CheckDefinition = {
  sql: `select
  c.author as subject_id,
  case
    when count_if(c.reviewer is null and c.signed is null) > 0 then 'unknown'
    when count_if(c.reviewer is null or c.reviewer = c.author) > 0 then 'fail'
    else 'pass'
  end as status,
  count_if(c.reviewer is null or c.reviewer = c.author) || ' of ' || count(*) || ' changes have no independent review' as reason,
  sum(c.additions)::bigint as additions
from sample_change c
where c.branch = 'main'
  and c.merged_at > $as_of - interval 365 day
  and not exists (select 1 from sample_leaver l where l.email = c.author)
group by c.author`,
  metadata: {
    id: 'sample.reviewed',
    title: 'Changes are reviewed',
    description: 'Synthetic',
    subject: 'author',
    resources: ['sample.change', 'sample.leaver'],
    optional_resources: [],
    parameters: {},
    controls: ['sample'],
    severity: 'medium',
    fresh_for_hours: 24,
    remediation: 'None',
  },
}
export const asOf = '2026-06-30T00:00:00Z'

function* changes(count: number): Generator<JsonObject> {
  const authors = Math.max(20, count / 100)
  for (let at = 0; at < count; at++) {
    const author = `person.${(at * 7919) % authors}@example.com`
    yield {
      id: `change-${String(at).padStart(9, '0')}`,
      author,
      reviewer: at % 211 === 0 ? null : at % 97 === 0 ? author : `person.${(at * 31) % authors}@example.com`,
      branch: at % 5 === 0 ? `feature/${at % 100}` : 'main',
      title: `Change number ${at} that makes something a little better than it was before it`,
      merged_at: new Date(Date.UTC(2025, 0, 1) + ((at * 4001) % 46_656_000) * 1000).toISOString(),
      signed: at % 633 === 0 ? null : at % 3 > 0,
      additions: (at * 17) % 1000,
      labels: ['kind/improvement', `area/${at % 40}`],
    }
  }
}

function* leavers(count: number): Generator<JsonObject> {
  for (let at = 0; at < count / 1000; at++) yield { email: `person.${at * 9}@example.com`, left_on: '2026-01-31' }
}

/** Writes both snapshots as the product stores them: canonical JSON Lines under zstd. */
export async function writeSynthetic(
  dir: string,
  count: number,
): Promise<{ changes: SnapshotFile; leavers: SnapshotFile }> {
  const write = async (name: string, records: Iterable<JsonObject>): Promise<SnapshotFile> => {
    const path = join(dir, `${name}-${count}.jsonl.zst`)
    const digest = createHash('sha256')
    const blocks = function* () {
      let block = ''
      for (const record of records) {
        block += `${canonicalJson(record)}\n`
        if (block.length < 1 << 16) continue
        digest.update(block)
        yield block
        block = ''
      }
      digest.update(block)
      yield block
    }
    await pipeline(Readable.from(blocks()), createZstdCompress(), createWriteStream(path))
    return { connection: 'sample', path, id: digest.digest('hex') }
  }
  return { changes: await write('changes', changes(count)), leavers: await write('leavers', leavers(count)) }
}
