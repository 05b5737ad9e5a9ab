import { createReadStream } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, matchesGlob, normalize, relative, resolve, sep } from 'node:path'
import { VouchError } from '../../../platform/errors/errors.ts'

/** The folder with symbolic links resolved. Throws VouchError `not_found` when it is none or cannot be read. */
export async function openFolder(folder: string): Promise<string> {
  const path = resolve(folder)
  try {
    const real = await realpath(path)
    if (!(await stat(real)).isDirectory()) throw new VouchError('not_found', `${path} is not a folder.`)
    return real
  } catch (thrown) {
    if (thrown instanceof VouchError) throw thrown
    const denied = (thrown as NodeJS.ErrnoException).code === 'EACCES'
    throw new VouchError(
      'not_found',
      denied
        ? `The folder ${path} may not be read by the user that Vouch runs as.`
        : `The folder ${path} does not exist on this machine.`,
      { cause: thrown },
    )
  }
}

/**
 * The files inside `folder` (already resolved) that `pattern` names, sorted, relative to it. A pattern is a relative path whose parts
 * may hold `*`, `?` and `[…]`. What lies outside the folder once links are resolved is refused: VouchError `invalid_input`.
 */
export async function findFiles(folder: string, pattern: string): Promise<string[]> {
  const plain = normalize(pattern)
  if (isAbsolute(pattern) || plain === '..' || plain.startsWith(`..${sep}`) || pattern.includes('\0')) {
    throw new VouchError('invalid_input', `"${pattern}" leads out of the folder. Give a path inside it.`)
  }
  const exact = await insideFile(folder, plain)
  if (exact) return [plain]
  if (!/[*?[]/.test(plain)) return []
  const depth = plain.split(sep).length
  const names = plain.includes('**') ? await readdir(folder, { recursive: true }) : await namesDownTo(folder, depth)
  const found: string[] = []
  for (const name of names.filter(one => matchesGlob(one, plain)).sort()) {
    if (await insideFile(folder, name)) found.push(name)
  }
  return found
}

async function namesDownTo(folder: string, depth: number, prefix = ''): Promise<string[]> {
  const entries = await readdir(join(folder, prefix), { withFileTypes: true })
  const names: string[] = []
  for (const entry of entries) {
    const name = join(prefix, entry.name)
    if (depth > 1 && entry.isDirectory()) names.push(...(await namesDownTo(folder, depth - 1, name)))
    else names.push(name)
  }
  return names
}

async function insideFile(folder: string, name: string): Promise<boolean> {
  try {
    const real = await realpath(join(folder, name))
    const from = relative(folder, real)
    if (from === '..' || from.startsWith(`..${sep}`) || isAbsolute(from)) {
      throw new VouchError(
        'invalid_input',
        `"${name}" is a link that leads out of the folder. Put the file itself into the folder.`,
      )
    }
    return (await stat(real)).isFile()
  } catch (thrown) {
    if (thrown instanceof VouchError) throw thrown
    return false
  }
}

/** The bytes of a file as they come; ends when the signal is aborted. `end` is the number of bytes to read at most. */
export function bytesOf(path: string, signal: AbortSignal, end?: number): AsyncIterable<Buffer> {
  return createReadStream(path, { signal, highWaterMark: 256 * 1024, ...(end === undefined ? {} : { end: end - 1 }) })
}
