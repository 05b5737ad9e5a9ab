import { lintSource } from '@secretlint/core'
import { rules } from '@secretlint/secretlint-rule-preset-recommend'

/** Where a secret stands in a text, from `start` to before `end`, and which rule knows it. */
export interface FoundSecret {
  readonly rule: string
  readonly start: number
  readonly end: number
}

const prefix = '@secretlint/secretlint-rule-'

// Left out: the rule by which a comment in the text itself switches the others off.
const scanners = rules.filter(rule => rule.meta.id !== `${prefix}filter-comments`)

/** The names of the rules, as `aws`, `github`, `privatekey`. */
export const secretRules: readonly string[] = scanners.map(rule => rule.meta.id.replace(prefix, ''))

const config = { rules: scanners.map(rule => ({ id: rule.meta.id, rule, options: {} })) }

/**
 * What every secret that a rule knows holds, so that the rules themselves look at few texts: of each secret one must match, in the text or in its JSON; a test holds them against each
 * rule. Several expressions of a few alternatives: one over all took three times as long, since the engine then tries every character.
 */
const anchors: readonly RegExp[] = [
  /npm_[A-Za-z0-9_]{36}|gsk_[A-Za-z0-9]{52}|hf_[A-Za-z]{34}|lin_api_/,
  /ntn_[0-9]{11}|shp(?:pa|ca|at|ss)_[A-Za-z0-9]{32}|[sr]k_(?:live|test)_[A-Za-z0-9]{24}/,
  /gh[pousr]_[A-Za-z0-9_]{36}|ghs_[0-9]{1,20}_|github_pat_|gl(?:c|sa)_[A-Za-z0-9+/]{32}/,
  /ops_ey|vc[piark]_[A-Za-z0-9]{20}|dckr_pat_|figd_/,
  /cf(?:k|ut|at)_[A-Za-z0-9]{40}|_authToken=|dapi[A-Fa-f0-9]{32}/,
  /xox[abopr]-|xapp-/,
  /glpat-|tskey-|sk-ant-api0/,
  /(?:SECRET|secret|Secret)_?(?:ACCESS|access|Access)_?(?:KEY|key|Key)/,
  /SG\.\w{1,128}\.\w|hv[sbr]\.[A-Za-z0-9_-]{24}/,
  /:x-oauth-basic@|[hH][oO][oO][kK][sS]\.[sS][lL][aA][cC][kK]\./,
  /T3BlbkFJ|PRIVATE KEY/,
  // Looked at from the slashes, which are rare.
  /:\/\/(?:(?<=(?:https?|ftps?):\/\/)[-\w]{1,256}:[-\w]{1,256}@|(?<=(?:[mM][oO][nN][gG][oO][dD][bB](?:\+[sS][rR][vV])?|[mM][yY][sS][qQ][lL][xX]?|[pP][oO][sS][tT][gG][rR][eE][sS](?:[qQ][lL])?):\/\/))/,
]

/** Whether any rule could find a secret in the text, which may be the JSON of many values. Cheap; false means that there is none. */
export function mayHoldSecret(text: string): boolean {
  return anchors.some(anchor => anchor.test(text))
}

/** Two rules tell where what they found begins, with the secret's name, and not where it ends: they count the length of the secret alone. Here is the whole. */
const wholes: Readonly<Record<string, RegExp>> = {
  aws: /["']?(?:AWS|aws|Aws)?_?(?:SECRET|secret|Secret)_?(?:ACCESS|access|Access)_?(?:KEY|key|Key)["']?\s*(?::|=>|=)\s*["']?[A-Za-z0-9/+=]{40}/y,
  npm: /_authToken=.*/y,
}

function endOfWhole(rule: string, text: string, start: number): number {
  const whole = wholes[rule]
  if (!whole) return start
  whole.lastIndex = start
  return whole.test(text) ? whole.lastIndex : start
}

/** The secrets in a text, by secretlint's own rules, in order; those that overlap are one, of the rule that begins first. */
export async function findSecrets(text: string): Promise<FoundSecret[]> {
  if (!mayHoldSecret(text)) return []
  // The text is of no file that a rule could read; one rule looks only at what is named like npm's settings. Of the messages, which are masked, only rule and place are used.
  const { messages } = await lintSource({
    source: { content: text, contentType: 'text', filePath: 'value.npmrc', ext: '.npmrc' },
    options: { config, noPhysicFilePath: true, maskSecrets: true },
  })
  const found: FoundSecret[] = []
  const ordered = messages
    .filter(message => message.type === 'message')
    .map(({ ruleId, range: [start, end] }) => {
      const rule = ruleId.replace(prefix, '')
      return { rule, start, end: Math.max(end, endOfWhole(rule, text, start)) }
    })
    .sort((a, b) => a.start - b.start || b.end - a.end)
  for (const secret of ordered) {
    const last = found.at(-1)
    if (last && secret.start < last.end) found[found.length - 1] = { ...last, end: Math.max(last.end, secret.end) }
    else found.push(secret)
  }
  return found
}

/** The text with each secret replaced by `[redacted:<rule>]`: the same for all secrets of a rule, so that nothing of them can be told. */
export async function redactSecrets(text: string): Promise<{ text: string; found: readonly FoundSecret[] }> {
  const found = await findSecrets(text)
  let clean = ''
  let at = 0
  for (const { rule, start, end } of found) {
    clean += `${text.slice(at, start)}[redacted:${rule}]`
    at = end
  }
  return { text: clean + text.slice(at), found }
}
