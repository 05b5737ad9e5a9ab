import type { JsonObject } from '../../../../verifier/records/canonical.ts'
import type { Machine } from './machine.ts'
import { includeOf, type SudoLine, sudoLines, sudoPermissions } from './sudoers.ts'

const mainFile = '/etc/sudoers'
/** As sudo itself: "a hard limit of 128 nested include files". */
const deepest = 128

/** sudoers(5). Nothing when sudo is not there; incomplete when the files may not be read. */
export async function* readSudoRules(machine: Machine): AsyncGenerator<JsonObject> {
  const lines = await linesOf(machine, mainFile, 0)
  for (const permission of sudoPermissions(lines)) {
    yield {
      file: permission.file,
      line: permission.line,
      position: permission.position,
      who: permission.who,
      hosts: permission.hosts,
      run_as: permission.runAs,
      commands: permission.commands,
      all_commands: permission.commands.includes('ALL'),
      nopasswd: permission.nopasswd,
    }
  }
}

async function linesOf(machine: Machine, file: string, depth: number): Promise<readonly SudoLine[]> {
  const reading = await machine.read(file)
  if (reading.kind === 'denied') machine.incomplete(`${file} can only be read by root`)
  if (reading.kind !== 'found') return []
  if (depth > deepest) {
    machine.incomplete(`${file} is included more than ${deepest} deep`)
    return []
  }
  const lines: SudoLine[] = []
  for (const line of sudoLines(file, reading.value)) {
    const include = includeOf(line)
    if (!include) lines.push(line)
    else if (include.kind === 'file') lines.push(...(await linesOf(machine, include.path, depth + 1)))
    else lines.push(...(await linesOfFolder(machine, include.path, depth + 1)))
  }
  return lines
}

/** sudo skips names that hold a dot or end in ~. */
async function linesOfFolder(machine: Machine, folder: string, depth: number): Promise<readonly SudoLine[]> {
  const names = await machine.list(folder)
  if (names.kind === 'denied') machine.incomplete(`${folder} can only be read by root`)
  if (names.kind !== 'found') return []
  const lines: SudoLine[] = []
  for (const name of names.value) {
    if (!name.includes('.') && !name.endsWith('~')) lines.push(...(await linesOf(machine, `${folder}/${name}`, depth)))
  }
  return lines
}
