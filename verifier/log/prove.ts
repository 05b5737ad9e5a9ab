import { LogError } from './log-error.ts'
import { emptyRoot, foldRight } from './merkle.ts'

/**
 * Gives the root of the complete subtree over leaves [index·2^level, (index + 1)·2^level). It is asked only for subtrees that lie
 * wholly inside the tree. May answer at once or with a promise; what it throws reaches the caller of the proof.
 */
export type NodeReader = (level: number, index: number) => Uint8Array | Promise<Uint8Array>

/** The largest power of two smaller than n, for n > 1 (the k of RFC 6962 section 2.1). */
function splitPoint(n: number): number {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

/** MTH(D[from:to]) from complete subtrees. `from` must be aligned as RFC 6962's recursion leaves it. */
async function rangeRoot(read: NodeReader, from: number, to: number): Promise<Uint8Array> {
  const nodes: (Uint8Array | Promise<Uint8Array>)[] = []
  let start = from
  while (start < to) {
    let width = 1
    let level = 0
    while (width * 2 <= to - start) {
      width *= 2
      level++
    }
    nodes.push(read(level, start / width))
    start += width
  }
  return foldRight(await Promise.all(nodes)) ?? emptyRoot
}

function requireSize(size: number): void {
  if (!Number.isSafeInteger(size) || size < 0) throw new LogError('out_of_range', `${size} is not a tree size.`)
}

/** The root of the tree's first `size` leaves, from its nodes. For size 0, the hash of nothing. */
export async function treeRoot(size: number, read: NodeReader): Promise<Uint8Array> {
  requireSize(size)
  return rangeRoot(read, 0, size)
}

/**
 * The Merkle inclusion proof PATH(index, D[0:size]) of RFC 6962 section 2.1.1, from the leaf's sibling upwards.
 * Throws `out_of_range` unless 0 <= index < size.
 */
export async function proveInclusion(index: number, size: number, read: NodeReader): Promise<Uint8Array[]> {
  requireSize(size)
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) {
    throw new LogError('out_of_range', `There is no leaf ${index} in a tree of ${size} leaves.`)
  }
  const siblings: Promise<Uint8Array>[] = []
  let from = 0
  let to = size
  while (to - from > 1) {
    const middle = from + splitPoint(to - from)
    if (index < middle) {
      siblings.push(rangeRoot(read, middle, to))
      to = middle
    } else {
      siblings.push(rangeRoot(read, from, middle))
      from = middle
    }
  }
  return (await Promise.all(siblings)).reverse()
}

/**
 * The Merkle consistency proof PROOF(oldSize, D[0:newSize]) of RFC 6962 section 2.1.2. Empty when the sizes are equal and, as the
 * C2SP witness protocol has it, from the empty tree. Throws `out_of_range` unless 0 <= oldSize <= newSize.
 */
export async function proveConsistency(oldSize: number, newSize: number, read: NodeReader): Promise<Uint8Array[]> {
  requireSize(newSize)
  if (!Number.isSafeInteger(oldSize) || oldSize < 0 || oldSize > newSize) {
    throw new LogError('out_of_range', `No tree of ${oldSize} leaves comes before one of ${newSize}.`)
  }
  if (oldSize === 0 || oldSize === newSize) return []
  const hashes: Promise<Uint8Array>[] = []
  let from = 0
  let to = newSize
  while (to !== oldSize) {
    const middle = from + splitPoint(to - from)
    if (oldSize <= middle) {
      hashes.push(rangeRoot(read, middle, to))
      to = middle
    } else {
      hashes.push(rangeRoot(read, from, middle))
      from = middle
    }
  }
  // RFC 6962: the old tree's own root is left out when the recursion never went right, for the verifier has it.
  if (from !== 0) hashes.push(rangeRoot(read, from, to))
  return (await Promise.all(hashes)).reverse()
}
