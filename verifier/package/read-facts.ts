import { z } from 'zod'
import { commitmentOf } from '../records/canonical.ts'
import { type FactKind, factSchemas, type LoggedFact, leafSchema } from '../records/facts.ts'
import { FactInterner } from './intern-facts.ts'
import { isCanonical, parseJson } from './json.ts'
import type { OpenPackage } from './read-package.ts'
import type { Findings } from './report.ts'
import { decompress, linesOf, UnreadableContent } from './streams.ts'

export const openingsPath = 'ledger/openings.jsonl.zst'

/** What of the log could be opened. */
export interface OpenedFacts {
  /** In the order of the log. */
  readonly facts: readonly LoggedFact[]
  /** Leaves whose opening was erased, as the law may demand. */
  readonly erased: readonly { readonly index: number; readonly kind: string; readonly time: string }[]
  /** Indices of leaves whose opening is missing or differs: what they said is not known. */
  readonly unknown: ReadonlySet<number>
}

type Leaf = z.infer<typeof leafSchema>

const openingSchema = z.strictObject({
  content: z.string(),
  index: z.int().min(0),
  salt: z.string().regex(/^[0-9a-f]{64}$/),
})
/** No fact comes near it: the largest, a collection of twenty resources, takes about 60 kB. */
const maxOpeningBytes = 32 * 2 ** 20

/** Whether a fact of this kind may have been erased. */
export function isErasable(kind: string): boolean {
  return kind === 'document.filed' || kind === 'gap.explained' || kind.startsWith('exception.')
}

/** Reads every leaf and its opening and checks them against each other (format section 3). */
export async function readFacts(
  files: OpenPackage,
  leaves: readonly string[],
  findings: Findings,
): Promise<OpenedFacts> {
  const parsed = leaves.map((text, index) => readLeaf(text, index, findings))
  const opened = new Map<number, LoggedFact>()
  const seen = new Set<number>()
  let readable = true
  const interner = new FactInterner()
  const limit = leaves.length * maxOpeningBytes
  try {
    if (!files.files.has(openingsPath)) throw new UnreadableContent('is missing')
    let previous = -1
    for await (const lines of linesOf(decompress(files, openingsPath, limit), maxOpeningBytes)) {
      for (const line of lines) {
        const opening = readOpening(line, previous, leaves.length)
        previous = opening.index
        seen.add(opening.index)
        const leaf = parsed[opening.index]
        if (!leaf) continue
        const fact = openLeaf(leaf, opening, findings)
        if (fact) opened.set(opening.index, interner.intern(fact))
      }
    }
  } catch (error) {
    if (!(error instanceof UnreadableContent)) throw error
    readable = false
    findings.differ({ code: 'opening.form', where: openingsPath, message: `${openingsPath} ${error.message}.` })
  }
  const erased: { index: number; kind: string; time: string }[] = []
  const unknown = new Set<number>()
  for (const [index, leaf] of parsed.entries()) {
    if (opened.has(index)) continue
    if (leaf && readable && !seen.has(index) && isErasable(leaf.kind)) {
      erased.push({ index, kind: leaf.kind, time: leaf.time })
      continue
    }
    unknown.add(index)
    if (!leaf || seen.has(index) || !readable) continue
    const message = `What leaf ${index} (${leaf.kind} of ${leaf.time}) says is missing, and it is of a kind that may not be.`
    findings.differ({ code: 'opening.missing', where: `leaf ${index}`, message })
  }
  findings.counts.openings = opened.size
  findings.counts.erased = erased.length
  if (erased.length > 0)
    findings.note(
      `${erased.length} facts were erased (filed documents, exceptions or explanations of gaps); their leaves remain.`,
    )
  return { facts: [...opened.values()], erased, unknown }
}

function readLeaf(text: string, index: number, findings: Findings): Leaf | undefined {
  const differ = (message: string) => {
    findings.differ({ code: 'leaf.form', where: `leaf ${index}`, message })
    return undefined
  }
  const value = parseJson(text)
  const leaf = leafSchema.safeParse(value)
  if (!leaf.success || !isCanonical(leaf.data, text))
    return differ(`Leaf ${index} is not the canonical JSON of a leaf.`)
  if (!Object.hasOwn(factSchemas, leaf.data.kind)) {
    return differ(
      `Leaf ${index} is of the kind "${leaf.data.kind}", which this verifier does not know: use a newer one.`,
    )
  }
  return leaf.data
}

function readOpening(line: string, previous: number, size: number): z.infer<typeof openingSchema> {
  const opening = openingSchema.safeParse(parseJson(line))
  if (!opening.success || !isCanonical(opening.data, line)) {
    throw new UnreadableContent(`has a line after leaf ${previous} that is not the canonical JSON of an opening`)
  }
  if (opening.data.index <= previous || opening.data.index >= size) {
    throw new UnreadableContent(
      `has leaf ${opening.data.index} after leaf ${previous} of ${size}: out of order or too many`,
    )
  }
  return opening.data
}

/** The fact that a leaf commits to; undefined, and named, when the opening is not the leaf's or not of its kind. */
function openLeaf(leaf: Leaf, opening: z.infer<typeof openingSchema>, findings: Findings): LoggedFact | undefined {
  const { index, salt, content } = opening
  const where = `leaf ${index}`
  const commitment = commitmentOf(salt, content)
  if (commitment !== leaf.commitment) {
    const message = `What the package says leaf ${index} (${leaf.kind} of ${leaf.time}) said is not what it committed to: it was changed afterwards.`
    findings.differ({ code: 'opening.changed', where, expected: leaf.commitment, found: commitment, message })
    return undefined
  }
  const kind = leaf.kind as FactKind
  const value = parseJson(content)
  const fact = factSchemas[kind].safeParse(value)
  if (!fact.success) {
    const message = `Leaf ${index} (${kind}) does not say what a fact of its kind says: ${z.prettifyError(fact.error)}`
    findings.differ({ code: 'opening.form', where, message })
    return undefined
  }
  if (!isCanonical(fact.data, content)) {
    findings.differ({
      code: 'opening.form',
      where,
      message: `What leaf ${index} (${kind}) says is not complete canonical JSON.`,
    })
    return undefined
  }
  return { index, kind, time: leaf.time, actor: leaf.actor, subject: leaf.subject, content: fact.data }
}
