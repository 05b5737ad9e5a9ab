import { sameBytes } from './bytes.ts'

/*
 * The two verification algorithms of RFC 9162 as generators that ask for each interior hash: they `yield` [left, right], and are
 * resumed with the hash of that node. One text of the rule thus serves both the synchronous verifier (node:crypto) and the
 * asynchronous one in the browser (WebCrypto). Numbers go to 2^53, so halving is arithmetic, never a 32-bit shift.
 */

/** Asks for HASH(0x01 ‖ left ‖ right); ends with whether the proof holds. */
export type ProofSteps = Generator<readonly [left: Uint8Array, right: Uint8Array], boolean, Uint8Array>

const half = (n: number): number => Math.floor(n / 2)
const isOdd = (n: number): boolean => n % 2 === 1
const isCount = (n: number): boolean => Number.isSafeInteger(n) && n >= 0
const areHashes = (hashes: readonly Uint8Array[]): boolean => hashes.every(hash => hash.length === 32)

/** Is the leaf with this hash at `index` of the tree of `size` leaves under `root`? RFC 9162 section 2.1.3.2. */
export function* inclusionSteps(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): ProofSteps {
  if (!isCount(index) || !isCount(size) || index >= size || !areHashes([leaf, root, ...proof])) return false
  let fn = index
  let sn = size - 1
  let hash = leaf
  for (const sibling of proof) {
    if (sn === 0) return false
    if (isOdd(fn) || fn === sn) {
      hash = yield [sibling, hash]
      while (!isOdd(fn) && fn !== 0) {
        fn = half(fn)
        sn = half(sn)
      }
    } else {
      hash = yield [hash, sibling]
    }
    fn = half(fn)
    sn = half(sn)
  }
  return sn === 0 && sameBytes(hash, root)
}

/**
 * Is the tree of `newSize` leaves under `newRoot` an extension of the tree of `oldSize` leaves under `oldRoot`? RFC 9162 section
 * 2.1.4.2. Two cases that the RFC leaves to the caller: equal sizes need equal roots and an empty proof; the empty tree (whose root
 * the caller has compared with the hash of nothing) is extended by every tree, with an empty proof.
 */
export function* consistencySteps(
  oldSize: number,
  newSize: number,
  oldRoot: Uint8Array,
  newRoot: Uint8Array,
  proof: readonly Uint8Array[],
): ProofSteps {
  if (!isCount(oldSize) || !isCount(newSize) || oldSize > newSize || !areHashes([oldRoot, newRoot, ...proof]))
    return false
  if (oldSize === newSize) return proof.length === 0 && sameBytes(oldRoot, newRoot)
  if (oldSize === 0) return proof.length === 0
  if (proof.length === 0) return false
  let fn = oldSize - 1
  let sn = newSize - 1
  while (isOdd(fn)) {
    fn = half(fn)
    sn = half(sn)
  }
  // fn is 0 now exactly when oldSize is a power of two: the old tree is then itself the first node of the path.
  const [first, ...rest] = fn === 0 ? [oldRoot, ...proof] : proof
  if (first === undefined) return false
  let oldHash = first
  let newHash = first
  for (const node of rest) {
    if (sn === 0) return false
    if (isOdd(fn) || fn === sn) {
      oldHash = yield [node, oldHash]
      newHash = yield [node, newHash]
      while (!isOdd(fn) && fn !== 0) {
        fn = half(fn)
        sn = half(sn)
      }
    } else {
      newHash = yield [newHash, node]
    }
    fn = half(fn)
    sn = half(sn)
  }
  return sn === 0 && sameBytes(oldHash, oldRoot) && sameBytes(newHash, newRoot)
}
