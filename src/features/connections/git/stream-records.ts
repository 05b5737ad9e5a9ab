import { type NulRecord, NulSplitter } from './nul-records.ts'
import { startGit } from './run-git.ts'

/**
 * Streams the NUL-terminated records that `git <args>` prints, in groups as they arrive; memory does not grow with their number or
 * length. Ends git when the reader stops early or the signal is aborted. Throws what `startGit` rejects with.
 */
export async function* streamRecords(
  where: readonly string[],
  args: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<readonly NulRecord[]> {
  const git = startGit(where, args, signal)
  git.process.stdin.end()
  const splitter = new NulSplitter()
  try {
    for await (const chunk of git.process.stdout as AsyncIterable<Buffer>) {
      signal.throwIfAborted()
      const records = splitter.push(chunk)
      if (records.length > 0) yield records
    }
    await git.ended
    const last = splitter.end()
    if (last) yield [last]
  } finally {
    git.stop()
  }
}
