import type { JsonObject } from '../../../../verifier/records/canonical.ts'
import { type Machine, numberedLines, type Reading } from './machine.ts'

const noLogin = /(?:^|\/)(?:nologin|false|sync|halt|shutdown|true)$/

interface Shadow {
  readonly field: string
  readonly lastChange: string
  readonly maxDays: string
  readonly expires: string
}

/** passwd(5) and shadow(5). */
export async function* readAccounts(machine: Machine): AsyncGenerator<JsonObject> {
  const passwd = await machine.read('/etc/passwd')
  if (passwd.kind !== 'found') return machine.incomplete('/etc/passwd cannot be read')
  const shadow = await machine.read('/etc/shadow')
  const entries = shadow.kind === 'found' ? parseShadow(shadow.value) : null
  const uidMin = await readUidMin(machine)
  for (const { line, text } of numberedLines(passwd.value)) {
    if (text.trim() === '' || text.startsWith('#')) continue
    if (/^[+-]/.test(text)) {
      machine.incomplete(
        `line ${line} of /etc/passwd takes in accounts from the network (NIS), which are not listed here`,
      )
      continue
    }
    const [name, field, uid, gid, , home, shell] = text.split(':')
    if (!name || !isNumber(uid) || !isNumber(gid)) {
      machine.incomplete(`line ${line} of /etc/passwd is not valid`)
      continue
    }
    const program = shell || '/bin/sh'
    yield {
      name,
      line,
      uid: Number(uid),
      gid: Number(gid),
      home: home ?? null,
      shell: program,
      login_possible: !noLogin.test(program),
      system: Number(uid) !== 0 && (Number(uid) < uidMin || Number(uid) >= 65534),
      ...passwordOf(field ?? '', entries?.get(name), shadow),
    }
  }
}

function isNumber(text: string | undefined): boolean {
  return text !== undefined && /^\d{1,10}$/.test(text)
}

function parseShadow(text: string): ReadonlyMap<string, Shadow> {
  return new Map(
    text.split('\n').map(line => {
      const [name = '', field = '', lastChange = '', , maxDays = '', , , expires = ''] = line.split(':')
      return [name, { field, lastChange, maxDays, expires }]
    }),
  )
}

function passwordOf(field: string, entry: Shadow | undefined, shadow: Reading<string>): JsonObject {
  const unknown = { password_state: null, password_hash: null, last_change: null, max_days: null, expires_on: null }
  // Without an x the password, or the lack of one, stands in /etc/passwd itself.
  if (field !== 'x') return { ...unknown, ...stateOf(field) }
  if (shadow.kind === 'denied') return unknown
  // An x with no line in /etc/shadow: nobody can sign in by password.
  if (!entry) return { ...unknown, password_state: 'locked' }
  return {
    ...stateOf(entry.field),
    last_change: dayOf(entry.lastChange),
    max_days: isNumber(entry.maxDays) && Number(entry.maxDays) < 99999 ? Number(entry.maxDays) : null,
    expires_on: dayOf(entry.expires),
  }
}

function stateOf(field: string): { password_state: string; password_hash: string | null } {
  if (field === '') return { password_state: 'empty', password_hash: null }
  if (/^[!*]/.test(field) || (!field.startsWith('$') && field.length < 13))
    return { password_state: 'locked', password_hash: null }
  return { password_state: 'set', password_hash: hashOf(field) }
}

/** The method by the prefix of crypt(5). */
function hashOf(field: string): string {
  const prefix = /^\$([^$]+)\$/.exec(field)?.[1]
  if (prefix === undefined) return field.startsWith('_') || field.length === 13 ? 'des' : 'other'
  if (prefix.startsWith('2')) return 'bcrypt'
  return { y: 'yescrypt', gy: 'yescrypt', '7': 'scrypt', '6': 'sha512', '5': 'sha256', '1': 'md5' }[prefix] ?? 'other'
}

/** Days since 1970 to a date. */
function dayOf(days: string): string | null {
  return /^\d{1,6}$/.test(days) && days !== '0' ? new Date(Number(days) * 86_400_000).toISOString().slice(0, 10) : null
}

async function readUidMin(machine: Machine): Promise<number> {
  const defs = await machine.read('/etc/login.defs')
  const found = defs.kind === 'found' ? /^\s*UID_MIN\s+(\d+)/m.exec(defs.value)?.[1] : undefined
  return found === undefined ? 1000 : Number(found)
}

/** group(5). */
export async function* readGroups(machine: Machine): AsyncGenerator<JsonObject> {
  const groups = await machine.read('/etc/group')
  if (groups.kind !== 'found') return machine.incomplete('/etc/group cannot be read')
  for (const { line, text } of numberedLines(groups.value)) {
    if (text.trim() === '' || /^[#+-]/.test(text)) continue
    const [name, , gid, members] = text.split(':')
    if (!name || !isNumber(gid)) {
      machine.incomplete(`line ${line} of /etc/group is not valid`)
      continue
    }
    yield { name, gid: Number(gid), line, members: (members ?? '').split(',').filter(member => member !== '') }
  }
}
