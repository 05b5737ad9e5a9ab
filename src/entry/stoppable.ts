import { VouchError } from '../platform/errors/errors.ts'

/** Lets Ctrl+C and SIGTERM end `work` in order, so that it takes away what it had begun. Throws VouchError `conflict` when it was ended so. */
export async function stoppable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const stop = () => controller.abort()
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    return await work(controller.signal)
  } catch (thrown) {
    if (controller.signal.aborted)
      throw new VouchError('conflict', 'Stopped. Nothing was left behind.', { cause: thrown })
    throw thrown
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}
