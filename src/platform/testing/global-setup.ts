import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stopAbandoned } from '../postgres/embedded-postgres.ts'
import { clusterVariable } from './postgres.ts'

const prefix = 'vouch-test-cluster-'

/**
 * Vitest's global set-up: gives the run a folder for its one shared database cluster, which the first test file that asks for a
 * database starts (a run without databases pays nothing), and afterwards stops the cluster and deletes the folder. Folders that killed
 * runs left are cleared away at the start.
 */
export async function setup(): Promise<() => Promise<void>> {
  await sweep()
  const folder = mkdtempSync(join(tmpdir(), prefix))
  // Root's cluster runs as an unprivileged user, who must be able to pass.
  chmodSync(folder, 0o711)
  process.env[clusterVariable] = folder
  return () => clear(folder)
}

/** A young folder may belong to a run that has not started its cluster yet: an hour is longer than any run's set-up. */
async function sweep(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(prefix)) continue
    const folder = join(tmpdir(), name)
    const found = statSync(folder, { throwIfNoEntry: false })
    if (found === undefined || found.uid !== process.getuid?.() || Date.now() - found.mtimeMs < 3_600_000) continue
    await clear(folder)
  }
}

async function clear(folder: string): Promise<void> {
  if (!(await stopAbandoned({ dataDir: folder }))) return
  rmSync(folder, { recursive: true, force: true })
}
