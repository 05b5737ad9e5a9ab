import { numberedLines } from './machine.ts'

/** One line of an sshd_config file: a keyword in lower case, its arguments, and the Match block it stands in (`all` for none). */
export interface SshdLine {
  readonly keyword: string
  readonly value: string
  readonly condition: string
  readonly source: string
}

/** Keywords that add up; of all others the first value counts (sshd_config(5)). */
const additive = new Set([
  'acceptenv',
  'allowgroups',
  'allowusers',
  'denygroups',
  'denyusers',
  'hostkey',
  'listenaddress',
  'port',
  'setenv',
  'subsystem',
])

/** The lines of a file, with the condition that holds at its start. `Match all` ends a block. */
export function sshdLines(file: string, text: string, condition = 'all'): readonly SshdLine[] {
  const lines: SshdLine[] = []
  let current = condition
  for (const { line, text: raw } of numberedLines(text)) {
    const match = /^\s*([A-Za-z][A-Za-z0-9]*)(?:\s*=\s*|\s+)(.*?)\s*$/.exec(raw)
    if (!match?.[1] || match[2] === undefined) continue
    const keyword = match[1].toLowerCase()
    const value = match[2].replace(/\s+#.*$/, '').replace(/^"([^"]*)"$/, '$1')
    if (keyword === 'match') current = /^all$/i.test(value) ? condition : value
    else lines.push({ keyword, value, condition: current, source: `${file}:${line}` })
  }
  return lines
}

/** What counts of the lines: the first value of each keyword within its condition, all of those that add up. */
export function effectiveLines(lines: readonly SshdLine[]): readonly SshdLine[] {
  const seen = new Set<string>()
  return lines.filter(({ keyword, condition }) => {
    const key = `${condition}\n${keyword}`
    if (seen.has(key) && !additive.has(keyword)) return false
    seen.add(key)
    return true
  })
}

/** The lines that `sshd -T` prints: a keyword, a space, a value. */
export function parseEffective(output: string): readonly SshdLine[] {
  return output.split('\n').flatMap(line => {
    const match = /^([a-z0-9]+)(?: (.*))?$/.exec(line.trim())
    return match?.[1] ? [{ keyword: match[1], value: match[2] ?? '', condition: 'all', source: 'sshd -T' }] : []
  })
}

/**
 * Defaults of OpenSSH (sshd_config(5), version 9.2) for the keywords that checks look at; null where they differ between versions.
 * They are used only when the server itself could not be asked.
 */
export const sshdDefaults: Readonly<Record<string, string | null>> = {
  permitrootlogin: 'prohibit-password',
  passwordauthentication: 'yes',
  kbdinteractiveauthentication: 'yes',
  permitemptypasswords: 'no',
  pubkeyauthentication: 'yes',
  hostbasedauthentication: 'no',
  ignorerhosts: 'yes',
  strictmodes: 'yes',
  permituserenvironment: 'no',
  x11forwarding: 'no',
  allowtcpforwarding: 'yes',
  maxauthtries: '6',
  logingracetime: '120',
  clientaliveinterval: '0',
  loglevel: 'INFO',
  usepam: 'no',
  port: '22',
  ciphers: null,
  macs: null,
  kexalgorithms: null,
}
