import type { Findings } from './report.ts'
import type { LogKey, OpenedCheckpoint } from './verify-checkpoints.ts'

/** A `ledger.key_rotated` fact: at leaf `index` the log went from one key to the next. */
export interface Rotation {
  readonly index: number
  readonly from: string
  readonly to: string
}

/**
 * Follows the log's keys from the first to the newest: each new one is named by a leaf, and the first checkpoint that holds that leaf is
 * signed by both, so that who trusts the older one may trust the newer (format section 3). Every other checkpoint is signed by the key
 * of its time.
 */
export function verifyRotations(
  keys: readonly LogKey[],
  rotations: readonly Rotation[],
  checkpoints: readonly OpenedCheckpoint[],
  findings: Findings,
): void {
  const chain = keys.toReversed()
  for (let step = 0; step < Math.max(chain.length - 1, rotations.length); step++) {
    const rotation = rotations[step]
    if (rotation && rotation.from === chain[step]?.vkey && rotation.to === chain[step + 1]?.vkey) continue
    const where = rotation ? `leaf ${rotation.index}` : 'ledger/keys'
    const message = rotation
      ? `The key rotation at leaf ${rotation.index} does not lead from one key in ledger/keys to the next.`
      : `ledger/keys has a key that no leaf of the log names as the successor of another.`
    findings.differ({ code: 'key.rotation', where, ...(rotation && { found: rotation.to }), message })
    return
  }
  let before = 0
  for (const { size, path, logKeyIds } of checkpoints) {
    const at = rotations.filter(rotation => rotation.index < size).length
    for (let step = before; step <= at; step++) {
      const key = chain[step]
      if (!key || logKeyIds.includes(key.keyId)) continue
      const rotated = before < at
      const message = rotated
        ? `${path} is the first checkpoint after a change of the log's key and must be signed by the old key and the new one, but ${key.vkey.slice(0, -45)} did not sign: the change of key is not vouched for.`
        : `${path} is not signed by the log's key of its time.`
      findings.differ({
        code: rotated ? 'key.rotation' : 'checkpoint.signature',
        where: path,
        expected: key.vkey,
        message,
      })
    }
    before = at
  }
}

/** Whether the key that the reader trusts is one of the log's; names the difference when it is not. */
export function verifyTrust(keys: readonly LogKey[], trusted: string, findings: Findings): boolean {
  if (!keys.some(key => key.vkey === trusted)) {
    const message =
      'The package is not by the key that you gave: someone else signed it, or the key is of another organisation.'
    findings.differ({
      code: 'key.untrusted',
      where: 'ledger/keys',
      expected: trusted,
      ...(keys[0] && { found: keys[0].vkey }),
      message,
    })
    return false
  }
  return !findings.has('key.rotation', 'key.form', 'manifest.signature', 'checkpoint.signature', 'checkpoint.form')
}
