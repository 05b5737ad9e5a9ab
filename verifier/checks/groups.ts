import type { Inspection } from './guard.ts'
import type { JobCall, SnapshotFile } from './protocol.ts'

/** A call whose SQL was examined; `body` is the SQL without its end mark. */
export interface CheckRun {
  readonly call: JobCall
  readonly body: string
  readonly inspection: Inspection
}

export interface GroupTable {
  readonly files: readonly SnapshotFile[]
  readonly identity: string
  /** Identifiers used by any check of the group, undefined when one of them may read any column. */
  words: ReadonlySet<string> | undefined
}

/** Calls that can share one instance: no two of them mean different files by the same table. */
export interface RunGroup {
  readonly runs: CheckRun[]
  readonly tables: Map<string, GroupTable>
  size: number
}

/**
 * Divides runs into groups, first fit, so that each snapshot selection is loaded once and a group's tables stay under `budget` bytes
 * (unless one call alone is larger). A check reads only its own tables, so what else is in its group cannot change its results.
 */
export function groupRuns(
  runs: readonly CheckRun[],
  sizeOf: (files: readonly SnapshotFile[]) => number,
  budget: number,
): readonly RunGroup[] {
  const groups: RunGroup[] = []
  for (const run of runs) {
    const needed = [...run.inspection.tables].map(name => {
      const files = run.call.tables[name] ?? []
      return { name, files, identity: JSON.stringify(files), size: sizeOf(files) }
    })
    const fits = (group: RunGroup) => {
      let extra = 0
      for (const { name, identity, size } of needed) {
        const there = group.tables.get(name)
        if (there === undefined) extra += size
        else if (there.identity !== identity) return false
      }
      return extra === 0 || group.size + extra <= budget
    }
    let group = groups.find(fits)
    if (!group) {
      group = { runs: [], tables: new Map(), size: 0 }
      groups.push(group)
    }
    for (const { name, files, identity, size } of needed) {
      const there = group.tables.get(name)
      if (there) there.words = joined(there.words, run.inspection.words)
      else {
        group.tables.set(name, { files, identity, words: run.inspection.words })
        group.size += size
      }
    }
    group.runs.push(run)
  }
  return groups
}

function joined(
  a: ReadonlySet<string> | undefined,
  b: ReadonlySet<string> | undefined,
): ReadonlySet<string> | undefined {
  return a === undefined || b === undefined ? undefined : new Set([...a, ...b])
}
