import type { JsonObject } from '../../../../verifier/records/canonical.ts'

/**
 * The updates that `apt-get --simulate dist-upgrade` would install. A line is
 * `Inst name [installed] (candidate Origin:version/suite, Origin:version/suite [arch])`; `[installed]` is missing for new packages.
 */
export function parseAptSimulation(output: string): readonly JsonObject[] {
  return output.split('\n').flatMap(line => {
    const match = /^Inst (\S+)(?: \[([^\]]+)\])? \((\S+) (.*?)(?: \[([^\]]+)\])?\)/.exec(line)
    const [, name, installed, candidate, source, architecture] = match ?? []
    if (name === undefined || candidate === undefined) return []
    return [
      {
        package: name.replace(/:[a-z0-9]+$/, ''),
        architecture: architecture ?? 'any',
        installed: installed ?? null,
        candidate,
        source: source ?? null,
        security: /security/i.test(source ?? ''),
      },
    ]
  })
}

/** The updates of `dnf -C check-update`: `name.arch  version  repository`, up to the list of obsoleted packages. `advised` are the security ones. */
export function parseDnfUpdates(output: string, advised: ReadonlySet<string> | null): readonly JsonObject[] {
  const lines = output.split(/^Obsoleting Packages/m)[0]?.split('\n') ?? []
  return lines.flatMap(line => {
    const match = /^(\S+)\.([a-z0-9_]+)\s+(\S+)\s+(\S+)\s*$/.exec(line)
    const [, name, architecture, candidate, source] = match ?? []
    if (name === undefined || architecture === undefined || candidate === undefined) return []
    const security = advised === null ? null : advised.has(`${name}-${candidate.replace(/^\d+:/, '')}.${architecture}`)
    return [{ package: name, architecture, installed: null, candidate, source: source ?? null, security }]
  })
}

/** The packages of `dnf -C updateinfo list --security`: `advisory  severity  name-version.arch`. */
export function parseDnfAdvisories(output: string): ReadonlySet<string> {
  return new Set(
    output
      .split('\n')
      .flatMap(
        line => /^\S+\s+\S+\s+(\S+-\S+\.[a-z0-9_]+)(?:\s.*)?$/.exec(line.trim())?.[1]?.replace(/-\d+:/, '-') ?? [],
      ),
  )
}

/** The updates of `apk version -l '<'`: `name-1.2-r0 < 1.2-r1`. Alpine's index does not tell which are for security. */
export function parseApkUpdates(output: string): readonly JsonObject[] {
  return output.split('\n').flatMap(line => {
    const match = /^(\S+)-(\d\S*-r\d+)\s+<\s+(\S+)/.exec(line.trim())
    const [, name, installed, candidate] = match ?? []
    if (name === undefined || installed === undefined || candidate === undefined) return []
    return [{ package: name, architecture: 'any', installed, candidate, source: null, security: null }]
  })
}
