import { chmodSync, chownSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as wait } from 'node:timers/promises'

/**
 * Locks between processes that the kernel releases when their holder dies, however it dies: no stale file, no recycled process id.
 * Node offers no flock; its built-in SQLite takes fcntl locks on a file, which is all that is used of it here (nothing is written:
 * the file stays empty). They hold between processes of one kernel, containers that share the folder included.
 */
export interface ProcessLock {
  release(): void
}

/** Held here because a collected handle would be closed, and its lock given up, behind the holder's back. */
const held = new Set<DatabaseSync>()

const sqliteBusy = 5

function isBusy(thrown: unknown): boolean {
  return thrown instanceof Error && 'errcode' in thrown && thrown.errcode === sqliteBusy
}

/**
 * Takes the lock on `file` (made when missing) if that is possible now, else answers undefined. Any number may hold it `shared` at a
 * time, or one `exclusive`. Throws what the file system throws (SQLite's "unable to open database file" when it may not be written).
 */
export function tryLock(file: string, mode: 'shared' | 'exclusive'): ProcessLock | undefined {
  const database = new DatabaseSync(file, { timeout: 0 })
  try {
    database.exec('pragma journal_mode = memory')
    if (mode === 'exclusive') database.exec('begin exclusive')
    else {
      database.exec('begin')
      database.prepare('select count(*) from sqlite_schema').get()
    }
  } catch (thrown) {
    database.close()
    if (isBusy(thrown)) return undefined
    throw thrown
  }
  restrict(file)
  held.add(database)
  return {
    release() {
      if (held.delete(database)) database.close()
    },
  }
}

/** Like `tryLock`, asking again every 20 ms until `timeout` milliseconds have passed; then undefined. */
export async function lockWithin(
  file: string,
  mode: 'shared' | 'exclusive',
  timeout: number,
): Promise<ProcessLock | undefined> {
  const deadline = Date.now() + timeout
  for (;;) {
    const lock = tryLock(file, mode)
    if (lock !== undefined || Date.now() >= deadline) return lock
    await wait(20)
  }
}

/**
 * Others must not hold the lock (a shared one needs no more than reading the file), and a file that root makes in someone's folder
 * must not keep that someone out later. By path: opening and closing the file again would give up this process's locks on it.
 */
function restrict(file: string): void {
  const uid = process.getuid?.()
  const found = statSync(file)
  if (found.uid === uid && (found.mode & 0o777) !== 0o600) chmodSync(file, 0o600)
  if (uid !== 0 || found.uid !== 0) return
  const owner = statSync(dirname(file))
  if (owner.uid !== 0) chownSync(file, owner.uid, owner.gid)
}
