/** One record of a NUL-terminated stream. */
export interface NulRecord {
  /** The whole record, or its beginning when it is longer than the splitter keeps. */
  readonly head: Buffer
  /** The last bytes of a record that was cut; undefined when `head` is whole. */
  readonly tail?: Buffer
}

/**
 * Splits a stream of NUL-terminated records that comes in chunks of any size. It keeps at most `headLimit` bytes from the beginning
 * and `tailLimit` from the end of a record, however long the record is.
 */
export class NulSplitter {
  readonly #headLimit: number
  readonly #tailLimit: number
  #head: Buffer[] = []
  #headSize = 0
  #tail: Buffer = Buffer.alloc(0)
  #cut = false

  constructor(headLimit = 1024 * 1024, tailLimit = 64 * 1024) {
    this.#headLimit = headLimit
    this.#tailLimit = tailLimit
  }

  /** The records that this chunk completes. They share its memory: use them before the next chunk, or copy. */
  push(chunk: Buffer): NulRecord[] {
    const done: NulRecord[] = []
    let start = 0
    for (;;) {
      const end = chunk.indexOf(0, start)
      if (end < 0) break
      const part = chunk.subarray(start, end)
      // The common case, a record that lies whole in this chunk, is not copied.
      if (this.#headSize === 0 && part.length <= this.#headLimit) done.push({ head: part })
      else {
        this.#keep(part)
        done.push(this.#take())
      }
      start = end + 1
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start))
    return done
  }

  /** What came after the last NUL; undefined when the stream ended with one. */
  end(): NulRecord | undefined {
    return this.#headSize === 0 ? undefined : this.#take()
  }

  #keep(part: Buffer): void {
    const room = this.#headLimit - this.#headSize
    const head = part.subarray(0, room)
    if (head.length > 0) {
      this.#head.push(Buffer.from(head))
      this.#headSize += head.length
    }
    if (part.length <= room) return
    this.#cut = true
    const tail = Buffer.concat([this.#tail, part.subarray(room)])
    this.#tail = tail.length > this.#tailLimit ? Buffer.from(tail.subarray(-this.#tailLimit)) : tail
  }

  #take(): NulRecord {
    const head = Buffer.concat(this.#head)
    const record = this.#cut ? { head, tail: this.#tail } : { head }
    this.#head = []
    this.#headSize = 0
    this.#tail = Buffer.alloc(0)
    this.#cut = false
    return record
  }
}
