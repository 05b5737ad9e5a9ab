import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { adoptNextMasterKey, loadMasterKeys, prepareNextMasterKey } from './master-key.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'vouch-key-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

const file = (): string => join(dataDir, 'master.key')
const ids = (env: Record<string, string> = {}): string[] => loadMasterKeys({ dataDir, env }).map(key => key.id)
const encoded = (fill: number): string => Buffer.alloc(32, fill).toString('base64')

describe('the master key', () => {
  it('is made on the first start, for its owner alone, and stays', () => {
    const [first] = ids()
    expect(first).toMatch(/^[0-9a-f]{16}$/)
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    expect(Buffer.from(readFileSync(file(), 'utf8'), 'base64')).toHaveLength(32)
    expect(ids()).toEqual([first])
    expect(readdirSync(dataDir)).toEqual(['master.key'])
  })

  it('is one when several processes start for the first time at once', async () => {
    const code = `const { loadMasterKeys } = await import(${JSON.stringify(import.meta.resolve('./master-key.ts'))})
      console.log(loadMasterKeys({ dataDir: ${JSON.stringify(dataDir)}, env: {} })[0].id)`
    const seen = await Promise.all(
      Array.from({ length: 4 }, () =>
        text(
          spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] }).stdout,
        ),
      ),
    )
    expect(new Set(seen.map(line => line.trim()))).toEqual(new Set(ids()))
  })

  it('comes from the environment when it is there, and no file is made', () => {
    const [seven] = ids({ VOUCH_MASTER_KEY: encoded(7) })
    const [eight] = ids({ VOUCH_MASTER_KEY: encoded(8) })
    expect(seven).not.toBe(eight)
    expect(ids({ VOUCH_MASTER_KEY: encoded(8), VOUCH_MASTER_KEY_PREVIOUS: encoded(7) })).toEqual([eight, seven])
    expect(readdirSync(dataDir)).toEqual([])
    expect(ids({ VOUCH_MASTER_KEY: '' })).toHaveLength(1)
    expect(readdirSync(dataDir)).toEqual(['master.key'])
  })

  it.each(['short', encoded(1).slice(0, -4), `${encoded(1)}AAAA`, ' ', 'ä'.repeat(44)])('refuses %j', value => {
    expect(() => ids({ VOUCH_MASTER_KEY: value })).toThrow(/VOUCH_MASTER_KEY is not a master key.*32 bytes/)
    writeFileSync(file(), value, { mode: 0o600 })
    expect(() => ids()).toThrow(/master\.key is not a master key/)
  })

  it.each([0o640, 0o604, 0o666, 0o620])('refuses a file of mode %o', mode => {
    ids()
    chmodSync(file(), mode)
    expect(() => ids()).toThrow(`chmod 600 ${file()}`)
  })

  it('can be replaced, and both keys are there while that is under way', () => {
    const [old] = ids()
    const next = prepareNextMasterKey(dataDir)
    expect(prepareNextMasterKey(dataDir)).toEqual(next)
    expect(ids()).toEqual([old, next.id])
    adoptNextMasterKey(dataDir)
    expect(ids()).toEqual([next.id])
    expect(readdirSync(dataDir)).toEqual(['master.key'])
  })
})
