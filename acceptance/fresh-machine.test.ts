import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'

/*
 * What a newcomer does: clones what is committed here, installs, makes the demo, verifies its package. As root that is done twice, as an ordinary user made for it and as root in
 * a folder that only root can enter; otherwise once, as whoever runs this. Nothing may be left running, or left behind, outside of the checkout.
 */
const checkout = new URL('../', import.meta.url).pathname
const isRoot = process.getuid?.() === 0
const parent = mkdtempSync(join(tmpdir(), 'vouch-fresh-'))
const userName = 'vouchfresh'
const stateFolder = '/var/lib/vouch'

interface Newcomer {
  readonly who: string
  readonly folder: string
  readonly as: { readonly uid?: number; readonly gid?: number }
  readonly cache: string | undefined
}

/** The PATH outside of npm's scripts: there the machine's own Node comes first, such as Debian's 20. */
const path = (process.env.PATH ?? '')
  .split(delimiter)
  .filter(folder => !folder.includes('node_modules') && !folder.includes('node-gyp-bin'))
  .join(delimiter)
const kept = /^((https?|no)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|npm_config_registry)$/i

function environmentOf({ folder, cache }: Newcomer): NodeJS.ProcessEnv {
  const from = Object.entries(process.env).filter(([name]) => kept.test(name))
  const own = { PATH: path, HOME: folder, TMPDIR: join(folder, 'tmp'), LANG: 'C.UTF-8' }
  return { ...Object.fromEntries(from), ...own, ...(cache === undefined ? {} : { npm_config_cache: cache }) }
}

function newcomers(): Newcomer[] {
  if (!isRoot) {
    const cache = process.env.npm_config_cache
    return [{ who: 'this user', folder: join(parent, 'own'), as: {}, cache }]
  }
  const idOf = (option: string) => Number(execFileSync('id', [option, userName], { encoding: 'utf8' }))
  removeUser()
  const home = join(parent, 'home')
  execFileSync('useradd', ['--no-create-home', '--home-dir', home, '--shell', '/bin/sh', userName])
  const as = { uid: idOf('-u'), gid: idOf('-g') }
  const hidden = join(parent, 'hidden')
  mkdirSync(hidden, { mode: 0o700 })
  return [
    // npm's cache is the other's own, so this one loads every package from the registry.
    { who: 'an ordinary user', folder: home, as, cache: undefined },
    {
      who: 'root, below a folder that only root can enter',
      folder: join(hidden, 'root'),
      as: {},
      cache: process.env.npm_config_cache,
    },
  ]
}

/** A user that an earlier run was killed before removing goes too. */
function removeUser(): void {
  if (readFileSync('/etc/passwd', 'utf8').includes(`\n${userName}:`)) execFileSync('userdel', [userName])
}

/** Starts a program, which is ended when it takes longer than `seconds`: its code is null then. */
function start(newcomer: Newcomer, command: string, args: readonly string[], seconds: number) {
  const child = spawn(command, args, {
    cwd: join(newcomer.folder, 'vouch'),
    env: environmentOf(newcomer),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: seconds * 1_000,
    ...newcomer.as,
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (said += text))
  const interrupt = () => child.kill('SIGINT')
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, said }))
  const says = async (text: string) => {
    while (!said.includes(text)) await Promise.race([once(child.stdout, 'data'), ended])
  }
  return { ended, interrupt, says }
}

const succeed = async (newcomer: Newcomer, command: string, ...args: string[]): Promise<string> => {
  const { code, said } = await start(newcomer, command, args, 600).ended
  expect(code, said.slice(-4_000)).toBe(0)
  return said
}

/** Programs that work for a newcomer: by their command line, folder or user, or a database whose files are gone. */
function running({ folder, as }: Newcomer): string[] {
  return readdirSync('/proc').flatMap(pid => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return []
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
      const owner = Number(/^Uid:\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
      const data = new RegExp(`-D (${stateFolder}/postgres-[0-9a-f]+)/`).exec(command)?.[1]
      const theirs = command.includes(folder) || readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)
      return theirs || owner === as.uid || (data !== undefined && !existsSync(data)) ? [command] : []
    } catch {
      // It has ended meanwhile.
      return []
    }
  })
}

/** What lies outside of the checkout and belongs to it. npm keeps a cache and its logs in the home folder, and Node what it compiled of Vite in the temporary folder. */
function leftBehind({ folder }: Newcomer): string[] {
  const home = readdirSync(folder).filter(name => !['vouch', 'tmp', '.npm', '.cache'].includes(name))
  const temporary = readdirSync(join(folder, 'tmp')).filter(name => name !== 'node-compile-cache')
  const notes = existsSync(stateFolder) ? readdirSync(stateFolder).filter(name => name.endsWith('.txt')) : []
  return [
    ...home,
    ...temporary,
    ...notes.filter(name => readFileSync(join(stateFolder, name), 'utf8').includes(folder)),
  ]
}

afterAll(() => {
  if (isRoot) removeUser()
  rmSync(parent, { recursive: true, force: true })
})

chmodSync(parent, 0o755)
describe.each(newcomers())('$who', newcomer => {
  const { folder, as } = newcomer
  const vouch = join(folder, 'vouch', 'vouch')

  test('clones, installs, makes the demo and verifies its package', async () => {
    mkdirSync(join(folder, 'tmp'), { recursive: true, mode: 0o700 })
    // No hard links: their owner is about to change.
    execFileSync('git', ['clone', '--quiet', '--no-hardlinks', checkout, join(folder, 'vouch')])
    if (as.uid !== undefined) execFileSync('chown', ['-R', `${as.uid}:${as.gid}`, folder])
    await succeed(newcomer, 'npm', 'ci', '--no-audit', '--no-fund')
    const said = await succeed(newcomer, 'npm', 'run', '--silent', 'demo', '--', '--once', '--out', 'out')
    expect(said).toMatch(/AGREES: everything was performed again/)
    const summary = JSON.parse(readFileSync(join(folder, 'vouch', 'out', 'summary.json'), 'utf8'))
    expect(summary.repository.commits).toBeGreaterThan(0)
    expect(await succeed(newcomer, vouch, 'verify', 'out/package.zip', '--key', summary.key)).toMatch(/^AGREES:/m)
    expect(await succeed(newcomer, 'git', 'status', '--porcelain')).toBe('')
    expect(running(newcomer)).toEqual([])
    expect(leftBehind(newcomer)).toEqual([])
  })

  test('stops the demo half-way, and nothing is left', async () => {
    const demo = start(newcomer, vouch, ['demo', '--once', '--out', 'stopped'], 300)
    await demo.says('2 of 33')
    demo.interrupt()
    const { code, said } = await demo.ended
    expect({ code, said }).toEqual({ code: 1, said: expect.stringContaining('Stopped. Nothing was left behind.') })
    expect(running(newcomer)).toEqual([])
    expect(leftBehind(newcomer)).toEqual([])
  })
})
