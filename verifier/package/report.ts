/** One way in which a package does not agree with itself or with the key it was checked against. */
export interface Difference {
  /** What kind; see `verifier/README.md` for the list. */
  readonly code: DifferenceCode
  /** The file, leaf, run or subject: as precise as is known. */
  readonly where: string
  readonly expected?: string
  readonly found?: string
  /** One or two plain sentences. */
  readonly message: string
}

/** In the order of what is the cause of what: a difference of an earlier kind may be the reason of later ones. */
export const differenceCodes = [
  'file.missing',
  'file.unexpected',
  'file.changed',
  'zip.layout',
  'zip.checksum',
  'manifest.form',
  'manifest.signature',
  'key.form',
  'key.untrusted',
  'key.rotation',
  'checkpoint.form',
  'checkpoint.signature',
  'checkpoint.inconsistent',
  'tree.root',
  'tree.tile',
  'leaf.form',
  'opening.form',
  'opening.missing',
  'opening.changed',
  'organisation.changed',
  'timestamp.invalid',
  'timestamp.contradiction',
  'cosignature.invalid',
  'object.missing',
  'object.changed',
  'snapshot.form',
  'snapshot.counts',
  'document.changed',
  'framework.changed',
  'check.version',
  'run.version',
  'run.parameters',
  'run.inputs',
  'run.time',
  'run.failed',
  'run.results',
  'run.counts',
  'run.excepted',
  'run.outcome',
  'status.control',
  'status.criterion',
  'status.form',
  'history.changed',
  'monitoring.gap',
  'monitoring.changed',
  'index.changed',
] as const
export type DifferenceCode = (typeof differenceCodes)[number]

/** What was looked at and performed again. */
export interface VerifyCounts {
  files: number
  bytes: number
  leaves: number
  openings: number
  erased: number
  checkpoints: number
  tiles: number
  timestamps: number
  cosignatures: number
  snapshots: number
  records: number
  documents: number
  batches: number
  checkRuns: number
  /** Executions that these took: runs of the same check over the same records at the same time are performed once. */
  executions: number
  results: number
  controls: number
  criteria: number
  /** Times at which the statuses were derived again. */
  history: number
  /** Gaps in monitoring that were derived again. */
  gaps: number
}

export interface VerifyReport {
  /** True when there is no difference. What that proves depends on `keyTrusted`. */
  readonly ok: boolean
  /** Sample data with a simulated past. */
  readonly sample: boolean
  /** Whether the package's key is the one given, or follows from it; false when none was given. */
  readonly keyTrusted: boolean
  /** The key that signed the package, as it says itself. */
  readonly key: string
  readonly origin: string
  readonly organisation: { readonly id: string; readonly name: string; readonly slug: string }
  readonly period: { readonly from: string; readonly to: string }
  readonly createdAt: string
  readonly counts: Readonly<VerifyCounts>
  readonly differences: readonly Difference[]
  /** Differences found beyond those listed. */
  readonly moreDifferences: number
  /** What a reader should know besides: what was not proven, and why. */
  readonly notes: readonly string[]
  readonly durationMs: number
}

/** How many differences a report lists, of one code and in all; the rest is counted. */
const listedOfOneCode = 25
const listedInAll = 200

/** Gathers what a verification finds. */
export class Findings {
  readonly #differences: Difference[] = []
  readonly #ofCode = new Map<DifferenceCode, number>()
  readonly #known = new Set<string>()
  readonly notes: string[] = []
  readonly counts: VerifyCounts = {
    files: 0,
    bytes: 0,
    leaves: 0,
    openings: 0,
    erased: 0,
    checkpoints: 0,
    tiles: 0,
    timestamps: 0,
    cosignatures: 0,
    snapshots: 0,
    records: 0,
    documents: 0,
    batches: 0,
    checkRuns: 0,
    executions: 0,
    results: 0,
    controls: 0,
    criteria: 0,
    history: 0,
    gaps: 0,
  }
  #more = 0

  /** Takes a difference, unless one of its kind at the same place is known. */
  differ(difference: Difference): void {
    const key = `${difference.code} ${difference.where}`
    if (this.#known.has(key)) return
    this.#known.add(key)
    const before = this.#ofCode.get(difference.code) ?? 0
    this.#ofCode.set(difference.code, before + 1)
    if (before < listedOfOneCode && this.#differences.length < listedInAll) this.#differences.push(difference)
    else this.#more++
  }

  note(text: string): void {
    if (!this.notes.includes(text)) this.notes.push(text)
  }

  /** Whether anything of these kinds was found. */
  has(...codes: readonly DifferenceCode[]): boolean {
    return codes.some(code => this.#ofCode.has(code))
  }

  get total(): number {
    return this.#differences.length + this.#more
  }

  /** Causes before consequences; within one kind in the order in which they were found. */
  sorted(): { differences: Difference[]; more: number } {
    const rank = (difference: Difference) => differenceCodes.indexOf(difference.code)
    return { differences: this.#differences.toSorted((a, b) => rank(a) - rank(b)), more: this.#more }
  }
}
