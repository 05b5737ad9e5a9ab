import type { LoggedFact } from '../records/facts.ts'
import { isKind } from './contents.ts'

/**
 * Keeps one copy of what facts repeat: a year of daily collections says each declaration 365 times over, and that took most of the memory
 * of reading a log.
 */
export class FactInterner {
  readonly #kept = new Map<string, object>()

  /** The same fact, sharing with earlier ones what it repeats. */
  intern(fact: LoggedFact): LoggedFact {
    if (isKind(fact, 'collection.completed')) {
      const { content } = fact
      const snapshots = content.snapshots.map(item => ({ ...item, declaration: this.#keep(item.declaration) }))
      return { ...fact, content: { ...content, snapshots } }
    }
    if (isKind(fact, 'checks.completed')) {
      const { content } = fact
      const keep = (run: (typeof content.runs)[number]) => ({
        ...run,
        inputs: this.#keep(run.inputs),
        parameters: this.#keep(run.parameters),
      })
      const absent = content.absent.map(item => this.#keep(item))
      return { ...fact, content: { ...content, absent, runs: content.runs.map(keep) } }
    }
    return fact
  }

  #keep<T extends object>(value: T): T {
    const key = JSON.stringify(value)
    const kept = this.#kept.get(key)
    if (kept) return kept as T
    this.#kept.set(key, value)
    return value
  }
}
