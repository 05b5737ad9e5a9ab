import { z } from 'zod'

const answerSchema = z.object({
  metadata: z.object({
    vulnerabilities: z.object({ info: z.int(), low: z.int(), moderate: z.int(), high: z.int(), critical: z.int() }),
  }),
})
const errorSchema = z.object({ message: z.string() })

export interface Audit {
  readonly outcome: 'passed' | 'failed' | 'skipped'
  readonly said: string
}

/** What `npm audit --json` said. What is no answer of a registry is a skip: nothing is known then. */
export function readAudit(text: string): Audit {
  const json = parse(text)
  const answer = answerSchema.safeParse(json)
  if (!answer.success) {
    const why = errorSchema.safeParse(json).data?.message ?? 'it gave no answer'
    return { outcome: 'skipped', said: `The registry could not be asked for known vulnerabilities: ${why}.` }
  }
  const { vulnerabilities } = answer.data.metadata
  const found = Object.entries(vulnerabilities).filter(([, count]) => count > 0)
  if (found.length === 0)
    return { outcome: 'passed', said: 'No known vulnerability in what is installed where Vouch runs.' }
  const said = `Known vulnerabilities in what is installed where Vouch runs: ${found.map(([severity, count]) => `${count} ${severity}`).join(', ')}. See: npm audit --omit=dev`
  return { outcome: vulnerabilities.high + vulnerabilities.critical > 0 ? 'failed' : 'passed', said }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
