/** What a packet filter does with incoming packets. */
export interface Firewall {
  readonly kind: 'nftables' | 'iptables'
  readonly rules: boolean
  readonly defaultDeny: boolean
}

/** `nft list ruleset`: chains on the input hook. One that drops by policy, or whose last rule drops or rejects everything, denies by default. */
export function parseNftRuleset(ruleset: string): Firewall {
  const chains = [...ruleset.matchAll(/chain\s+\S+\s*\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}/g)].map(match => match[1] ?? '')
  const input = chains.filter(chain => /type\s+filter\s+hook\s+input\b/.test(chain))
  const rulesOf = (chain: string) =>
    chain
      .split('\n')
      .map(line => line.trim())
      .filter(line => line !== '' && !line.startsWith('type ') && !line.startsWith('comment '))
  return {
    kind: 'nftables',
    rules: input.some(chain => rulesOf(chain).length > 0 || /policy\s+drop/.test(chain)),
    defaultDeny: input.some(
      chain =>
        /policy\s+drop/.test(chain) ||
        /^(?:counter(?: packets \d+ bytes \d+)?\s+)?(?:drop|reject)\b/.test(rulesOf(chain).at(-1) ?? ''),
    ),
  }
}

/** `iptables -S INPUT`: the policy, and whether the last rule drops or rejects everything. */
export function parseIptables(rules: string): Firewall {
  const lines = rules.split('\n').filter(line => line !== '')
  const appended = lines.filter(line => line.startsWith('-A INPUT'))
  const drops = lines.some(line => /^-P INPUT (?:DROP|REJECT)$/.test(line))
  return {
    kind: 'iptables',
    rules: appended.length > 0 || drops,
    defaultDeny: drops || /^-A INPUT -j (?:DROP|REJECT)\b/.test(appended.at(-1) ?? ''),
  }
}
