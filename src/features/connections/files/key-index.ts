import { hash } from 'node:crypto'

/** Where a key was seen first. */
export interface KeyPlace {
  readonly file: number
  readonly line: number
}

/**
 * Finds keys that occur twice among millions: it keeps 64 bits of each key's SHA-256 and its place, about 30 bytes a key, instead of
 * the keys. Two different keys among ten million are taken for one with a probability of 3 in a million.
 */
export class KeyIndex {
  #hashes = new BigUint64Array(1024)
  #lines = new Uint32Array(1024)
  #files = new Uint16Array(1024)
  #count = 0

  /** Remembers the key at its place; returns where it was seen before, if it was. */
  add(key: string, place: KeyPlace): KeyPlace | undefined {
    const value = hash('sha256', key, 'buffer').readBigUInt64LE() || 1n
    const slot = this.#find(value)
    if (this.#hashes[slot] === value) return { file: this.#files[slot] ?? 0, line: this.#lines[slot] ?? 0 }
    this.#put(slot, value, place)
    this.#count += 1
    if (this.#count * 2 > this.#hashes.length) this.#grow()
    return undefined
  }

  #find(value: bigint): number {
    const mask = this.#hashes.length - 1
    let slot = Number(value & 0xffffffffn) & mask
    while (this.#hashes[slot] !== 0n && this.#hashes[slot] !== value) slot = (slot + 1) & mask
    return slot
  }

  #put(slot: number, value: bigint, place: KeyPlace): void {
    this.#hashes[slot] = value
    this.#lines[slot] = place.line
    this.#files[slot] = place.file
  }

  #grow(): void {
    const [hashes, lines, files] = [this.#hashes, this.#lines, this.#files]
    this.#hashes = new BigUint64Array(hashes.length * 2)
    this.#lines = new Uint32Array(hashes.length * 2)
    this.#files = new Uint16Array(hashes.length * 2)
    hashes.forEach((value, n) => {
      if (value !== 0n) this.#put(this.#find(value), value, { file: files[n] ?? 0, line: lines[n] ?? 0 })
    })
  }
}
