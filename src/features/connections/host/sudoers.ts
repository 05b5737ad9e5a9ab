/** One permission of a sudoers file, with aliases replaced by what they stand for. */
export interface SudoPermission {
  readonly file: string
  readonly line: number
  readonly position: number
  readonly who: readonly string[]
  readonly hosts: readonly string[]
  readonly runAs: string
  readonly commands: readonly string[]
  readonly nopasswd: boolean
}

/** A logical line of a file: continued lines are joined, comments are gone. */
export interface SudoLine {
  readonly file: string
  readonly line: number
  readonly text: string
}

export type SudoInclude = { readonly kind: 'file' | 'folder'; readonly path: string }

/** The logical lines of a sudoers file (sudoers(5), "Lexical conventions"). `#include`, `#includedir` and `#uid` are not comments. */
export function sudoLines(file: string, text: string): readonly SudoLine[] {
  const lines: SudoLine[] = []
  let held = ''
  let start = 0
  for (const [index, raw] of text.split('\n').entries()) {
    if (held === '') start = index + 1
    const continued = /\\\r?$/.test(raw)
    held += continued ? `${raw.replace(/\\\r?$/, '')} ` : raw.replace(/\r$/, '')
    if (continued) continue
    const content = held.replace(/(^|[^\\])#(?!include|\d).*$/, '$1').trim()
    held = ''
    if (content !== '') lines.push({ file, line: start, text: content })
  }
  return lines
}

/** What a line includes, or null. Relative paths are of the including file's folder. */
export function includeOf({ text, file }: SudoLine): SudoInclude | null {
  const match = /^[@#]include(dir)?\s+"?([^"]+?)"?$/.exec(text)
  if (!match?.[2]) return null
  const path = match[2].startsWith('/') ? match[2] : `${file.slice(0, file.lastIndexOf('/'))}/${match[2]}`
  return { kind: match[1] ? 'folder' : 'file', path }
}

type Aliases = ReadonlyMap<string, readonly string[]>

/** The permissions of all lines, in order. Aliases may be defined after their use, as sudo allows. `Defaults` lines grant nothing. */
export function sudoPermissions(lines: readonly SudoLine[]): readonly SudoPermission[] {
  const aliases = aliasesOf(lines)
  return lines
    .filter(({ text }) => !/^(?:Defaults\b|(?:User|Runas|Host|Cmnd|Cmd)_Alias\b|[@#]include)/.test(text))
    .flatMap(line => permissionsOf(line, aliases))
}

function aliasesOf(lines: readonly SudoLine[]): Aliases {
  const aliases = new Map<string, readonly string[]>()
  for (const { text } of lines) {
    const definitions = /^(?:User|Runas|Host|Cmnd|Cmd)_Alias\s+(.*)$/.exec(text)?.[1]
    if (definitions === undefined) continue
    for (const definition of splitOutside(definitions, ':')) {
      const match = /^([A-Z][A-Z0-9_]*)\s*=\s*(.*)$/s.exec(definition.trim())
      if (match?.[1] && match[2] !== undefined) aliases.set(match[1], items(match[2]))
    }
  }
  return aliases
}

/** `who HOSTS = commands : HOSTS = commands`. A line of another form grants nothing. */
function permissionsOf({ file, line, text }: SudoLine, aliases: Aliases): readonly SudoPermission[] {
  const permissions: SudoPermission[] = []
  let who: readonly string[] = []
  for (const [index, part] of splitOutside(text, ':').entries()) {
    const form = index === 0 ? /^(.*?[^\s,])\s+([^\s,=]+(?:\s*,\s*[^\s,=]+)*)\s*=(.*)$/s : /^()([^=]+)=(.*)$/s
    const [, names, hosts, commands] = form.exec(part) ?? []
    if (hosts === undefined || commands === undefined) continue
    if (names) who = expand(items(names), aliases)
    for (const granted of commandsOf(commands)) {
      permissions.push({
        ...granted,
        file,
        line,
        position: permissions.length + 1,
        who,
        hosts: expand(items(hosts), aliases),
        commands: expand(granted.commands, aliases),
      })
    }
  }
  return permissions
}

type Granted = Pick<SudoPermission, 'runAs' | 'commands' | 'nopasswd'>

/** `(runas) TAG: command, (runas) command`: run-as and tags hold until they are changed (sudoers(5), "Tag_Spec"). */
function commandsOf(text: string): readonly Granted[] {
  const granted: { runAs: string; nopasswd: boolean; commands: string[] }[] = []
  let runAs = 'root'
  let nopasswd = false
  for (const item of items(text)) {
    let rest = item
    const runas = /^\(([^)]*)\)\s*/.exec(rest)
    if (runas) {
      runAs = runas[1]?.trim() || 'root'
      rest = rest.slice(runas[0].length)
    }
    for (let tag = tagAt(rest); tag; tag = tagAt(rest)) {
      if (tag.name === 'NOPASSWD') nopasswd = true
      if (tag.name === 'PASSWD') nopasswd = false
      rest = rest.slice(tag.length)
    }
    const last = granted.at(-1)
    if (last && last.runAs === runAs && last.nopasswd === nopasswd) last.commands.push(rest)
    else granted.push({ runAs, nopasswd, commands: [rest] })
  }
  return granted
}

/** A tag (`NOPASSWD:`) or an option (`ROLE=x`, `TIMEOUT=5m`) in front of a command. */
function tagAt(text: string): { name: string; length: number } | null {
  const tag =
    /^([A-Z_]+)\s*:\s*/.exec(text) ??
    /^(ROLE|TYPE|PRIVS|LIMITPRIVS|CWD|CHROOT|TIMEOUT|NOTBEFORE|NOTAFTER|APPARMOR_PROFILE)=\S+\s+/.exec(text)
  return tag?.[1] ? { name: tag[1], length: tag[0].length } : null
}

/** Replaces aliases, however deeply nested; one that stands for itself is left as it is. */
function expand(
  names: readonly string[],
  aliases: Aliases,
  within: ReadonlySet<string> = new Set(),
): readonly string[] {
  return names.flatMap(name => {
    const negated = name.startsWith('!')
    const bare = negated ? name.slice(1).trim() : name
    const stands = within.has(bare) ? undefined : aliases.get(bare)
    if (!stands) return [name]
    const found = expand(stands, aliases, new Set([...within, bare]))
    return negated ? found.map(item => `!${item}`) : found
  })
}

function items(text: string): readonly string[] {
  return splitOutside(text, ',')
    .map(item => item.trim())
    .filter(item => item !== '')
}

/** What may stand before a colon without ending a permission: the tags, and the digest of a command. */
const beforeColon = /(?:(?:PASSWD|EXEC|SETENV|INPUT|OUTPUT|MAIL|FOLLOW|INTERCEPT)|sha(?:224|256|384|512))\s*$/

/** Splits at a separator that stands outside quotes and brackets, is not escaped, and does not end a tag such as `NOPASSWD:`. */
function splitOutside(text: string, separator: string): readonly string[] {
  const parts: string[] = []
  let part = ''
  let quoted = false
  let depth = 0
  for (let index = 0; index < text.length; index += 1) {
    const letter = text[index] ?? ''
    if (letter === '\\') {
      part += letter + (text[index + 1] ?? '')
      index += 1
      continue
    }
    if (letter === '"') quoted = !quoted
    if (!quoted && letter === '(') depth += 1
    if (!quoted && letter === ')') depth -= 1
    const ends = letter === separator && !quoted && depth === 0 && !(separator === ':' && beforeColon.test(part))
    if (ends) {
      parts.push(part)
      part = ''
    } else part += letter
  }
  parts.push(part)
  return parts
}
