import type { JsonObject } from '../../../../verifier/records/canonical.ts'
import type { Machine } from './machine.ts'
import { effectiveLines, parseEffective, type SshdLine, sshdDefaults, sshdLines } from './sshd-config.ts'

const mainFile = '/etc/ssh/sshd_config'
const folder = '/etc/ssh'
/** As in OpenSSH: "Maximum include depth". */
const deepest = 16

/** Whether an OpenSSH server is installed; null when it cannot be told. */
export function sshServerInstalled(machine: Machine): Promise<boolean | null> {
  return machine.existsAny('/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd')
}

/** `sshd -T` for what holds for everyone, and the files for the Match blocks; the files and OpenSSH's defaults when `sshd -T` will not answer. */
export async function* readSshSettings(machine: Machine): AsyncGenerator<JsonObject> {
  const installed = await sshServerInstalled(machine)
  if (installed === null) machine.incomplete('it cannot be told whether an SSH server is installed')
  if (installed !== true) return
  const fromFiles = await linesOf(machine, mainFile, 'all', 0)
  const effective = await machine.output('sshd', '-T')
  const written = effectiveLines(fromFiles)
  const lines =
    effective === null ? written : [...parseEffective(effective), ...written.filter(line => line.condition !== 'all')]
  const positions = new Map<string, number>()
  for (const { keyword, value, condition, source } of lines) {
    const key = `${keyword}\n${condition}`
    const position = (positions.get(key) ?? 0) + 1
    positions.set(key, position)
    yield { name: keyword, condition, position, value, source }
  }
  if (effective !== null) return
  for (const [name, value] of Object.entries(sshdDefaults)) {
    if (!positions.has(`${name}\nall`)) yield { name, condition: 'all', position: 1, value, source: 'default' }
  }
}

async function linesOf(machine: Machine, file: string, condition: string, depth: number): Promise<readonly SshdLine[]> {
  const reading = await machine.read(file)
  if (reading.kind === 'denied') machine.incomplete(`${file} can only be read by root`)
  if (reading.kind !== 'found' || depth > deepest) return []
  const lines: SshdLine[] = []
  for (const line of sshdLines(file, reading.value, condition)) {
    if (line.keyword !== 'include') {
      lines.push(line)
      continue
    }
    for (const pattern of line.value.split(/\s+/)) {
      for (const included of await matching(machine, pattern))
        lines.push(...(await linesOf(machine, included, line.condition, depth + 1)))
    }
  }
  return lines
}

/** Paths that a glob stands for. Wildcards in the last part only, as in every configuration seen; another is reported. */
async function matching(machine: Machine, pattern: string): Promise<readonly string[]> {
  const path = pattern.startsWith('/') ? pattern : `${folder}/${pattern}`
  const slash = path.lastIndexOf('/')
  const [parent, last] = [path.slice(0, slash), path.slice(slash + 1)]
  if (/[*?[]/.test(parent)) {
    machine.incomplete(`the Include pattern ${pattern} is not understood`)
    return []
  }
  if (!/[*?[]/.test(last)) return [path]
  const names = await machine.list(parent)
  if (names.kind === 'denied') machine.incomplete(`${parent} can only be read by root`)
  if (names.kind !== 'found') return []
  const form = new RegExp(
    `^${last
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  )
  return names.value
    .filter(name => form.test(name) && !(name.startsWith('.') && !last.startsWith('.')))
    .map(name => `${parent}/${name}`)
}
