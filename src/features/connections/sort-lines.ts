import { compareUtf8 } from '../../../verifier/records/order.ts'

/** One record of a snapshot. */
export interface Line {
  /** Canonical JSON of the key columns' values. */
  readonly key: string
  readonly text: string
}

const headUnits = 4
const headBits = 28
/** Lines that a number of 53 bits can tell apart beside a head. */
const mostLines = 2 ** (53 - headBits)
/** Groups of lines up to this length are put in order by insertion. */
const smallGroup = 12

/**
 * The lines in the order of their keys' UTF-8 bytes. They are sorted by the first characters in which keys may differ, as numbers, which the engine does natively,
 * and then within each group of equal ones: three times faster than comparing 40,000 object ids with each other, and never much slower.
 */
export function sortLines(lines: readonly Line[]): Line[] {
  if (lines.length > mostLines) return lines.toSorted(byKey)
  const skip = sharedLength(lines)
  const heads = new Float64Array(lines.length)
  for (let at = 0; at < lines.length; at++) heads[at] = headOf(lines[at]?.key ?? '', skip) * mostLines + at
  heads.sort()
  const sorted: Line[] = []
  let start = 0
  let head = -1
  for (const packed of heads) {
    const own = Math.floor(packed / mostLines)
    const line = lines[packed - own * mostLines]
    if (!line) continue
    if (own !== head) {
      sortGroup(sorted, start)
      start = sorted.length
      head = own
    }
    sorted.push(line)
  }
  sortGroup(sorted, start)
  return sorted
}

function byKey(a: Line, b: Line): number {
  return compareUtf8(a.key, b.key)
}

/** How many characters all keys begin with in common. */
function sharedLength(lines: readonly Line[]): number {
  const first = lines[0]?.key ?? ''
  let shared = first
  for (const { key } of lines) while (!key.startsWith(shared)) shared = shared.slice(0, -1)
  return shared.length
}

/**
 * The characters from `skip` on as a number that is never larger than that of a key that follows. It tells ASCII apart; from any other character on, nothing, for
 * what comes after it would count.
 */
function headOf(key: string, skip: number): number {
  let head = 0
  for (let unit = 0; unit < headUnits; unit++) {
    const at = skip + unit
    const code = at < key.length ? key.charCodeAt(at) : 0
    if (code >= 0x7f) return (head * 128 + 0x7f) * 128 ** (headUnits - unit - 1)
    head = head * 128 + code
  }
  return head
}

/** Puts the lines from `start` to the end in order. */
function sortGroup(lines: Line[], start: number): void {
  const length = lines.length - start
  if (length < 2) return
  if (length > smallGroup) {
    const group = lines.splice(start).sort(byKey)
    for (const line of group) lines.push(line)
    return
  }
  for (let at = start + 1; at < lines.length; at++) {
    const line = lines[at]
    if (!line) continue
    let to = at
    for (let before = lines[to - 1]; to > start && before && byKey(before, line) > 0; before = lines[to - 1]) {
      lines[to] = before
      to--
    }
    lines[to] = line
  }
}
