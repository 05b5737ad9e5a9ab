import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { aliasKinds } from '../../src/features/aliases/contract.ts'
import { Protection } from '../../src/features/aliases/protect-records.ts'
import { changeSetting } from '../../src/features/aliases/setting.ts'
import { resources } from '../../src/features/connections/git/resources.ts'
import { SnapshotWriter } from '../../src/features/connections/snapshot-writer.ts'
import { FolderStore } from '../../src/platform/objects/folder-store.ts'
import type { Services } from '../../src/platform/services.ts'
import type { JsonObject } from '../../verifier/records/canonical.ts'
import { type BenchResult, line, median } from '../result.ts'
import { withServices } from '../services.ts'

const commits = 50_000
const together = 500
const rounds = 3

/**
 * What it costs that records are looked through for secrets, and that personal values become aliases: commits written down, compressed and stored, against the same without. In turn within one
 * process; medians of three rounds. Aliases with fifty people, as a repository has them; and, once, with a new person in every record, who all have to be asked for and made.
 */
export function benchAliases(): Promise<BenchResult[]> {
  return withServices(async (services, orgId) => {
    const folder = await mkdtemp(join(tmpdir(), 'vouch-bench-aliases-'))
    try {
      return await measure(services, orgId, folder)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
}

async function measure(services: Services, orgId: string, folder: string): Promise<BenchResult[]> {
  const objects = await FolderStore.open(join(folder, 'objects'))
  const store = (protection: Protection | undefined, people: number, round: number) =>
    timed(() => collect(objects, folder, protection, people, round))
  const set = (kinds: typeof aliasKinds | []) =>
    services.database.tenant(orgId, services.clock, tx => changeSetting(tx, { kinds, programs: [], domains: [] }))
  const plain: number[] = []
  const secrets: number[] = []
  const few: number[] = []
  for (let round = 0; round < rounds; round++) {
    plain.push(await store(undefined, 50, round))
    await set([])
    secrets.push(await store(await Protection.open(services, orgId), 50, round))
    await set(aliasKinds)
    few.push(await store(await Protection.open(services, orgId), 50, round))
  }
  const many = [await store(await Protection.open(services, orgId), commits, rounds)]
  const row = (name: string, ours: readonly number[], note: string, atMost?: number) =>
    line(
      `aliases: ${name}, ${commits.toLocaleString('en')} commits`,
      { ours: median(ours), baseline: median(plain) },
      { unit: 's', note, ...(atMost === undefined ? {} : { aim: { of: 'ratio' as const, atMost } }) },
    )
  return [
    row('looking for secrets', secrets, 'written and stored, against without', 2),
    row('aliases of 50 people', few, 'the same, with secrets and aliases', 3),
    row('aliases, each commit of somebody new', many, 'the same; two values of each made, sealed and kept'),
  ]
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}

async function collect(
  objects: FolderStore,
  folder: string,
  protection: Protection | undefined,
  people: number,
  round: number,
): Promise<void> {
  const [declaration] = resources
  if (!declaration) throw new Error('the git connector has no resources')
  const writer = new SnapshotWriter(declaration, folder)
  for (let at = 0; at < commits; at += together) {
    const records = Array.from({ length: together }, (_, index) => commit(at + index, people, round))
    for (const record of protection ? await protection.protect(declaration, records) : records) {
      const spilled = writer.add(record)
      if (spilled) await spilled
    }
  }
  const { id } = await objects.put(writer.content())
  await objects.erase(id)
}

/** A commit as the connector gives it; `people` of them take turns. */
function commit(number: number, people: number, round: number): JsonObject {
  const sha = (number * 2_654_435_761 + round).toString(16).padStart(40, '0')
  const person = (offset: number) => ({
    name: `Person ${(number + offset) % people}`,
    email: `person${(number + offset) % people}@example.com`,
  })
  return {
    sha,
    tree: sha,
    parents: [sha],
    author_name: person(0).name,
    author_email: person(0).email,
    authored_at: '2026-01-31T12:00:00Z',
    committer_name: person(0).name,
    committer_email: person(0).email,
    committed_at: '2026-01-31T12:00:00Z',
    subject: `Change number ${number}, which does what its title says and a little more than that`,
    pull_request: number,
    signature: 'none',
    signature_type: null,
    trailers: [{ key: 'Reviewed-by', ...person(1) }],
    on_main_line: true,
    undecodable: false,
  }
}
