import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { SnapshotFile } from '../../../verifier/checks/protocol.ts'
import type { ObjectStore } from '../../platform/objects/object-store.ts'
import type { LatestSnapshot } from '../evidence/snapshots.ts'

/** Copies snapshots out of the object store into `folder`, each content once; its hash is checked on the way. Returns the files by content. */
export async function stageSnapshots(
  objects: ObjectStore,
  snapshots: readonly LatestSnapshot[],
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>()
  for (const { content } of snapshots) {
    if (files.has(content)) continue
    const path = join(folder, `${content}.jsonl`)
    await pipeline(await objects.get(content), createWriteStream(path, { mode: 0o600 }))
    files.set(content, path)
  }
  return files
}

/** What a check reads, by resource: the staged file of each snapshot, under its connection's name. */
export function tablesOf(
  inputs: readonly LatestSnapshot[],
  files: ReadonlyMap<string, string>,
): Record<string, SnapshotFile[]> {
  const byResource = Map.groupBy(inputs, input => input.resource)
  return Object.fromEntries(
    [...byResource].map(([resource, snapshots]) => [
      resource,
      snapshots.flatMap(({ connectionName, content }) => {
        const path = files.get(content)
        return path === undefined ? [] : [{ connection: connectionName, path, id: content }]
      }),
    ]),
  )
}
