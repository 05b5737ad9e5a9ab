import { createHash } from 'node:crypto'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { CheckError } from './protocol.ts'

const flushLength = 1 << 18

/** A new file, hashed as it is written. Throws CheckError `contract` beyond `limit` bytes. */
export class ResultsFile {
  readonly #path: string
  readonly #limit: number
  readonly #file: number
  readonly #hash = createHash('sha256')
  #pending = ''
  #bytes = 0

  constructor(path: string, limit: number) {
    this.#path = path
    this.#limit = limit
    this.#file = openSync(path, 'wx', 0o600)
  }

  write(text: string): void {
    this.#pending += text
    if (this.#pending.length >= flushLength) this.#flush()
  }

  finish(): { readonly sha256: string; readonly bytes: number } {
    this.#flush()
    closeSync(this.#file)
    return { sha256: this.#hash.digest('hex'), bytes: this.#bytes }
  }

  abandon(): void {
    closeSync(this.#file)
    rmSync(this.#path, { force: true })
  }

  #flush(): void {
    const bytes = Buffer.from(this.#pending, 'utf8')
    this.#pending = ''
    this.#bytes += bytes.length
    if (this.#bytes > this.#limit) {
      throw new CheckError(
        'contract',
        `The results are larger than ${this.#limit} bytes; return fewer or shorter columns`,
      )
    }
    this.#hash.update(bytes)
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#file, bytes, written)
  }
}
