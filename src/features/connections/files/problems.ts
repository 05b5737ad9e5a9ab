const shown = 20

/** What is wrong with the rows of one resource: the first of them in words, the rest counted. */
export class Problems {
  readonly #first: string[] = []
  #count = 0

  add(problem: string): void {
    this.#count += 1
    if (this.#first.length < shown) this.#first.push(problem)
  }

  /** One text for all, or undefined when there are none. */
  summary(): string | undefined {
    if (this.#count === 0) return undefined
    const more = this.#count - this.#first.length
    return this.#first.join('\n') + (more > 0 ? `\nand ${more} more like these.` : '')
  }
}
