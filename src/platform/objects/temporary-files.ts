import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

/** No single object is written for longer than this without a byte arriving; milliseconds. */
const abandonedAfter = 24 * 3_600_000

/** Host names may hold anything in principle; in a file name they hold these. */
const host = hostname().replaceAll(/[^A-Za-z0-9-]/g, '_')

/** The path of a new temporary file in `folder`; its name tells which process writes it. */
export function temporaryFile(folder: string): string {
  return join(folder, `${host}.${process.pid}.${randomBytes(8).toString('hex')}`)
}

/**
 * Makes `folder` and deletes what killed processes left in it: files of processes of this machine that no longer live, and any file
 * untouched for a day (another machine's, or a process id given to a new program).
 */
export async function sweepTemporaryFiles(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const name of await readdir(folder)) {
    const file = join(folder, name)
    const [writerHost, pid] = name.split('.')
    const dead = writerHost === host && !isAlive(Number(pid))
    const found = await stat(file).catch(() => undefined)
    if (found !== undefined && (dead || Date.now() - found.mtimeMs > abandonedAfter)) await rm(file, { force: true })
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM'
  }
}
