import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockWithin, tryLock } from './process-lock.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vouch-lock-'))
  file = join(folder, 'lock')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A process that holds the lock and says so. */
async function otherHolder(mode: 'shared' | 'exclusive') {
  const code = `const { tryLock } = await import(${JSON.stringify(import.meta.resolve('./process-lock.ts'))})
    tryLock(${JSON.stringify(file)}, ${JSON.stringify(mode)}) && console.log('held'); setInterval(() => gc(), 5)`
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}

describe('locks between processes', () => {
  it('lets any number share, and one alone be exclusive', () => {
    const first = tryLock(file, 'shared')
    const second = tryLock(file, 'shared')
    expect(tryLock(file, 'exclusive')).toBeUndefined()
    first?.release()
    expect(tryLock(file, 'exclusive')).toBeUndefined()
    second?.release()
    const alone = tryLock(file, 'exclusive')
    expect(alone).toBeDefined()
    expect(tryLock(file, 'shared')).toBeUndefined()
    expect(tryLock(file, 'exclusive')).toBeUndefined()
    alone?.release()
    alone?.release()
    tryLock(file, 'exclusive')?.release()
  })

  it.each(['shared', 'exclusive'] as const)('ends a %s lock when its holder is killed', async mode => {
    const child = await otherHolder(mode)
    expect(tryLock(file, 'exclusive')).toBeUndefined()
    expect(await lockWithin(file, 'exclusive', 60)).toBeUndefined()
    const waiting = lockWithin(file, 'exclusive', 10_000)
    child.kill('SIGKILL')
    const lock = await waiting
    expect(lock).toBeDefined()
    lock?.release()
  })

  it('writes nothing and keeps others out', () => {
    tryLock(file, 'exclusive')?.release()
    expect(readFileSync(file).length).toBe(0)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('says why when the file cannot be made', () => {
    expect(() => tryLock(join(folder, 'missing', 'lock'), 'shared')).toThrow('unable to open database file')
  })
})
