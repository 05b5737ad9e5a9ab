import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { makeDataFolder } from './data-folder.ts'

const parent = mkdtempSync(join(tmpdir(), 'vouch-data-folder-'))
const before = process.umask()
afterEach(() => {
  process.umask(before)
  rmSync(parent, { recursive: true, force: true })
})

test('a data folder is closed to others, but for the way of root’s database, whatever the umask; one that is there is left as it is', () => {
  const modes = [0o000, 0o022, 0o077].map(umask => {
    process.umask(umask)
    const folder = join(parent, `umask-${umask}`)
    makeDataFolder(folder)
    return statSync(folder).mode & 0o777
  })
  const expected = process.getuid?.() === 0 ? 0o711 : 0o700
  expect(modes).toEqual([expected, expected, expected])
  const mine = join(parent, 'mine')
  mkdirSync(mine, { mode: 0o700 })
  makeDataFolder(mine)
  expect(statSync(mine).mode & 0o777).toBe(0o700)
})
