export interface Difference {
  /** `owner`, `settings.path`. */
  readonly path: string
  /** As text; undefined where there was, or is, none. */
  readonly before: string | undefined
  readonly after: string | undefined
}

/** What differs between two sets of fields, leaf by leaf, so that a change deep in a definition is one line and not the whole. */
export function differences(
  before: Readonly<Record<string, unknown>> | null,
  after: Readonly<Record<string, unknown>> | null,
): Difference[] {
  const [was, is] = [leavesOf(before), leavesOf(after)]
  return [...new Set([...was.keys(), ...is.keys()])].flatMap(path => {
    const [one, other] = [was.get(path), is.get(path)]
    return one === other ? [] : [{ path, before: one, after: other }]
  })
}

function leavesOf(fields: Readonly<Record<string, unknown>> | null): Map<string, string> {
  const leaves = new Map<string, string>()
  const walk = (value: unknown, path: string): void => {
    if (value === null || value === undefined) return
    if (typeof value !== 'object') return void leaves.set(path, String(value))
    if (isPlainList(value)) return void leaves.set(path, value.map(String).join(', '))
    for (const [key, inner] of Object.entries(value)) walk(inner, path === '' ? key : `${path}.${key}`)
  }
  walk(fields ?? {}, '')
  return leaves
}

function isPlainList(value: object): value is readonly (string | number | boolean)[] {
  return Array.isArray(value) && value.length > 0 && value.every(item => item !== null && typeof item !== 'object')
}

export interface Line {
  readonly sign: ' ' | '-' | '+'
  readonly text: string
}

/** Two texts line by line: what stayed, went and came (longest common subsequence). */
export function diffLines(before: string, after: string): Line[] {
  const [a, b] = [before.split('\n'), after.split('\n')]
  // common[i][j]: the most lines that a from i and b from j have in common.
  const common = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1))
  const at = (i: number, j: number) => common[i]?.[j] ?? 0
  for (let i = a.length - 1; i >= 0; i--) {
    const row = common[i]
    if (!row) continue
    for (let j = b.length - 1; j >= 0; j--)
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  }
  const lines: Line[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    const [one = '', other = ''] = [a[i], b[j]]
    if (i < a.length && j < b.length && one === other) {
      lines.push({ sign: ' ', text: one })
      i += 1
      j += 1
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ sign: '-', text: one })
      i += 1
    } else {
      lines.push({ sign: '+', text: other })
      j += 1
    }
  }
  return lines
}

/** The lines that changed with `around` lines before and after; null stands for what is left out. */
export function shortenDiff(lines: readonly Line[], around = 2): (Line | null)[] {
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - around), at + around + 1).some(line => line.sign !== ' '),
  )
  return lines.flatMap((line, at) => (near[at] ? [line] : near[at - 1] || at === 0 ? [null] : []))
}
