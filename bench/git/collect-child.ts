import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gitConnector } from '../../src/features/connections/git/connector.ts'
import { SnapshotWriter } from '../../src/features/connections/snapshot-writer.ts'
import { systemClock } from '../../src/platform/clock/clock.ts'
import { FolderStore } from '../../src/platform/objects/folder-store.ts'

/*
 * One collection of a git repository, from git to stored snapshots, in a process of its own: node collect-child.ts <repository> <folder>.
 * Prints { commits, peakMemory, seconds } as JSON: memory in bytes, time without the start of this process.
 */
const [path = '', folder = ''] = process.argv.slice(2)
const started = performance.now()
const objects = await FolderStore.open(join(folder, 'objects'))
const writers = new Map(
  gitConnector.resources.map(resource => [resource.name, new SnapshotWriter(resource, folder)] as const),
)
const run = {
  signal: new AbortController().signal,
  clock: systemClock,
  workDir: folder,
  asked: () => {},
  total: () => {},
  incomplete: () => {},
  sourceClock: () => {},
  progress: () => {},
}
for await (const { resource, record } of gitConnector.collect({ path }, run)) {
  const spilled = writers.get(resource)?.add(record)
  if (spilled) await spilled
}
for (const writer of writers.values()) await objects.put(writer.content())
const seconds = (performance.now() - started) / 1000
const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
console.log(JSON.stringify({ commits: writers.get('git.commit')?.records, peakMemory: Number(peak) * 1024, seconds }))
