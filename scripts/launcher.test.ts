import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const launcher = join(import.meta.dirname, '..', 'vouch')
const pinned = `node-${process.platform}-${process.arch}`
let folder: string
let checkout: string
let outside: string

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'vouch-launcher-')))
  checkout = join(folder, 'a check out')
  outside = join(folder, 'outside')
  mkdirSync(join(checkout, 'src', 'entry'), { recursive: true })
  mkdirSync(outside)
  cpSync(launcher, join(checkout, 'vouch'))
  writeFileSync(
    join(checkout, 'src', 'entry', 'cli.ts'),
    `const said: string[] = process.argv.slice(2)
     console.log(JSON.stringify({ node: process.execPath, options: process.execArgv, said, cwd: process.cwd(), entry: import.meta.filename }))
     process.exitCode = said.length`,
  )
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A program that answers `--version` like Node does, and otherwise is the Node that runs this test. */
function makeNode(file: string, version: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `#!/bin/sh\n[ "$1" = --version ] && echo ${version} && exit\nexec '${process.execPath}' "$@"\n`)
  chmodSync(file, 0o755)
}

function installPinned(): string {
  const node = join(checkout, 'node_modules', pinned, 'bin', 'node')
  mkdirSync(dirname(node), { recursive: true })
  symlinkSync(process.execPath, node)
  return node
}

function run(command: string, args: readonly string[], nodeOnPath?: string) {
  if (nodeOnPath !== undefined) makeNode(join(folder, 'bin', 'node'), nodeOnPath)
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: outside,
    encoding: 'utf8',
    env: { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, CDPATH: folder },
  })
  return { status, stderr, answer: stdout === '' ? undefined : JSON.parse(stdout) }
}

describe('./vouch', () => {
  it('runs the pinned Node, not an older one on the PATH, and passes arguments and the exit code on', () => {
    installPinned()
    const { status, stderr, answer } = run(join(checkout, 'vouch'), ['verify', 'a b', '*', ''], 'v20.20.2')
    expect(stderr).toBe('')
    expect(status).toBe(4)
    expect(answer).toEqual({
      node: process.execPath,
      options: ['--disable-warning=ExperimentalWarning'],
      said: ['verify', 'a b', '*', ''],
      cwd: outside,
      entry: join(checkout, 'src', 'entry', 'cli.ts'),
    })
  })

  it('works through links, absolute, relative, to links', () => {
    installPinned()
    symlinkSync('../a check out/vouch', join(outside, 'first'))
    mkdirSync(join(folder, 'deep', 'down'), { recursive: true })
    symlinkSync(join(outside, 'first'), join(folder, 'deep', 'down', 'second'))
    symlinkSync('../deep/down/second', join(outside, 'third'))
    for (const command of [join(outside, 'first'), './third', '../deep/down/second', '../a check out/vouch']) {
      expect(run(command, []).answer?.entry).toBe(join(checkout, 'src', 'entry', 'cli.ts'))
    }
  })

  it('takes a new enough Node from the PATH when none is pinned for this platform', () => {
    mkdirSync(join(checkout, 'node_modules'))
    expect(run(join(checkout, 'vouch'), [], 'v24.1.0').status).toBe(0)
  })

  it.each(['v20.20.2', 'v9.0.0', 'nonsense'])('refuses %s with what to do', version => {
    mkdirSync(join(checkout, 'node_modules'))
    const { status, stderr, answer } = run(join(checkout, 'vouch'), [], version)
    expect({ status, answer }).toEqual({ status: 1, answer: undefined })
    expect(stderr).toContain(`Node 24 or later is needed, and there is ${version}`)
    expect(stderr).toContain('npm ci')
  })

  it('says npm ci when node_modules is missing', () => {
    const { status, stderr } = run(join(checkout, 'vouch'), [], 'v24.1.0')
    expect(status).toBe(1)
    expect(stderr).toBe(`vouch: ${checkout}/node_modules is missing: run npm ci in ${checkout}\n`)
  })

  it('is executable and needs no more than POSIX sh', () => {
    execFileSync('sh', ['-n', launcher])
    execFileSync('test', ['-x', launcher])
  })
})
