import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { VouchError } from '../errors/errors.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres, stopAbandoned } from './embedded-postgres.ts'
import { removeElsewhere } from './places.ts'

const root = process.getuid?.() === 0
let parent: string
let dataDir: string
const started: EmbeddedPostgres[] = []

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'vouch-pg-'))
  chmodSync(parent, 0o711)
  dataDir = join(parent, 'data folder')
})
afterEach(async () => {
  await Promise.all(started.splice(0).map(server => server.stop()))
  if (existsSync(dataDir)) await stopAbandoned({ dataDir })
  rmSync(parent, { recursive: true, force: true })
})

async function start(folder = dataDir): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir: folder, settings: { log_min_messages: 'warning' } })
  started.push(server)
  return server
}

async function query<Row extends object>(server: { connectionString: string }, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: server.connectionString })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

const pidFile = (): string => join(dataDir, 'postgres', 'data', 'postmaster.pid')
const serverPid = (): number => Number(readFileSync(pidFile(), 'utf8').split('\n')[0])

async function failure(work: Promise<unknown>): Promise<VouchError> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (thrown instanceof VouchError) return thrown
  throw new Error('a VouchError was expected', { cause: thrown })
}

/** Another process that uses the same data folder. */
async function otherProcess(manner = 'wait') {
  const script = join(import.meta.dirname, 'use-until-told.fixture.ts')
  const child = spawn(process.execPath, [script, dataDir, manner], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const [line] = await once(createInterface(child.stdout), 'line')
  const { adopted } = JSON.parse(String(line)) as { adopted: boolean }
  return { adopted, ended, leave: () => child.stdin.end() }
}

describe('the embedded database', () => {
  it('starts, keeps what was committed, and leaves nothing running', async () => {
    const server = await start()
    expect(server.adopted).toBe(false)
    const [version] = await query(
      server,
      `select current_setting('server_version_num')::int / 10000 as major, current_database() as name, current_setting('fsync') as fsync,
        current_setting('listen_addresses') as addresses, current_setting('data_checksums') as checksums,
        (select datlocprovider::text || datlocale from pg_database where datname = current_database()) as locale`,
    )
    expect(version).toEqual({
      major: 18,
      name: 'vouch',
      fsync: 'on',
      addresses: '',
      checksums: 'on',
      locale: 'bC.UTF-8',
    })
    await query(server, 'create table kept as select 42 as answer')
    await server.stop()
    await server.stop()
    expect(existsSync(pidFile())).toBe(false)
    await expect(query(server, 'select')).rejects.toThrow('ENOENT')
    expect(await query(await start(), 'select answer from kept')).toEqual([{ answer: 42 }])
  })

  it('lets only its user in', async () => {
    const server = await start()
    for (const folder of [server.socketDir, join(dataDir, 'postgres')])
      expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(readFileSync(join(dataDir, 'postgres', 'data', 'pg_hba.conf'), 'utf8')).not.toMatch(/^host.*trust/m)
  })

  it('is not led astray by the environment', async () => {
    const before = { ...process.env }
    Object.assign(process.env, {
      PGPORT: '1',
      PGHOST: '/nowhere',
      PGSSLMODE: 'require',
      PGDATA: '/nowhere',
      PGUSER: 'x',
    })
    try {
      expect(await query(await start(), 'select current_user as me')).toEqual([{ me: 'postgres' }])
    } finally {
      process.env = before
    }
  })

  it('is shared by processes and stopped by the last of them, whoever started it', async () => {
    const server = await start()
    const other = await otherProcess()
    expect(other.adopted).toBe(true)
    const pid = serverPid()
    await server.stop()
    expect(serverPid()).toBe(pid)
    expect((await start()).adopted).toBe(true)
    await started.pop()?.stop()
    expect(serverPid()).toBe(pid)
    other.leave()
    await other.ended
    expect(existsSync(pidFile())).toBe(false)
  })

  it('starts once when many ask at the same time', async () => {
    const servers = await Promise.all([start(), start(), otherProcess(), otherProcess()])
    expect(servers.map(server => server.adopted).filter(adopted => !adopted)).toHaveLength(1)
    for (const server of servers) if ('leave' in server) server.leave()
    await Promise.all(servers.map(server => ('ended' in server ? server.ended : undefined)))
  })

  it('is adopted when its users were killed, and then stopped', async () => {
    const killed = await otherProcess('kill')
    await killed.ended
    const server = await start()
    expect(server.adopted).toBe(true)
    await server.stop()
    expect(existsSync(pidFile())).toBe(false)
  })

  it('comes back after being killed in the middle of commits, with everything acknowledged', async () => {
    const server = await start()
    await query(server, 'create table row (n int)')
    const client = new Client({ connectionString: server.connectionString })
    client.on('error', () => undefined)
    await client.connect()
    let acknowledged = 0
    const writing = (async () => {
      for (;;) {
        await client.query('insert into row values ($1)', [acknowledged + 1])
        acknowledged += 1
        if (acknowledged === 200) process.kill(serverPid(), 'SIGKILL')
      }
    })()
    await expect(writing).rejects.toThrow()
    const again = await start()
    expect(again.adopted).toBe(false)
    const [row] = await query<{ most: number }>(again, 'select max(n) as most from row')
    expect(row?.most).toBeGreaterThanOrEqual(acknowledged)
    await server.stop()
    expect(await query(again, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  it('starts when a killed server left its process id behind and another program has it now', async () => {
    const server = await start()
    const pid = serverPid()
    process.kill(pid, 'SIGKILL')
    await server.stop()
    const stale = readFileSync(pidFile(), 'utf8')
    writeFileSync(pidFile(), stale.replace(/^\d+/, String(process.ppid)))
    writeFileSync(join(server.socketDir, '.s.PGSQL.5432.lock'), stale.replace(/^\d+/, String(process.ppid)))
    expect((await start()).adopted).toBe(false)
  })

  it('puts the socket elsewhere when the path is too long for one, and finds it there again', async () => {
    const long = join(dataDir, 'ä'.repeat(60))
    const server = await start(long)
    expect(Buffer.byteLength(server.socketDir)).toBeLessThan(90)
    expect(readFileSync(join(long, 'postgres.socket'), 'utf8').trim()).toBe(server.socketDir)
    expect(statSync(server.socketDir).mode & 0o777).toBe(0o700)
    const second = await start(long)
    expect(second).toMatchObject({ adopted: true, socketDir: server.socketDir })
    await Promise.all([server.stop(), second.stop()])
    rmSync(server.socketDir, { recursive: true })
    expect((await start(long)).socketDir).toBe(server.socketDir)
    await started.pop()?.stop()
    removeElsewhere(long)
    expect(existsSync(server.socketDir)).toBe(false)
  })

  it('refuses a database of another major version, and a folder that is none', async () => {
    await (await start()).stop()
    const versionFile = join(dataDir, 'postgres', 'data', 'PG_VERSION')
    writeFileSync(versionFile, '16\n')
    expect((await failure(start())).message).toMatch(/made by PostgreSQL 16 and this Vouch brings 18.*vouch backup/)
    rmSync(versionFile)
    expect((await failure(start())).message).toMatch(/PG_VERSION is missing/)
    expect(readFileSync(join(dataDir, 'postgres', 'data', 'postgresql.conf'), 'utf8')).toContain('vouch.conf')
  })

  it('clears away what a killed initdb left', async () => {
    await (await start()).stop()
    rmSync(join(dataDir, 'postgres', 'data'), { recursive: true })
    mkdirSync(join(dataDir, 'postgres', 'data.new'))
    writeFileSync(join(dataDir, 'postgres', 'data.new', 'half'), '')
    expect((await start()).adopted).toBe(false)
    expect(existsSync(join(dataDir, 'postgres', 'data.new'))).toBe(false)
  })

  it('says what PostgreSQL said when it cannot start, and starts when that is mended', async () => {
    await (await start()).stop()
    const overrides = join(dataDir, 'postgres', 'data', 'postgresql.auto.conf')
    const good = readFileSync(overrides)
    writeFileSync(overrides, "shared_buffers = 'much'\n")
    const error = await failure(start())
    expect(error.code).toBe('not_ready')
    expect(error.message).toMatch(/could not start in .*shared_buffers/s)
    writeFileSync(overrides, good)
    await start()
  })

  it('refuses a data folder that is a file', async () => {
    writeFileSync(dataDir, '')
    expect((await failure(start())).code).toBe('not_ready')
    rmSync(dataDir)
  })
})

if (root) {
  describe('as root', () => {
    const stateFolder = (): string => join(parent, 'state')
    const startHidden = async (lines: string[] = []): Promise<EmbeddedPostgres> => {
      const options = { dataDir, stateFolder: stateFolder(), log: (line: string) => lines.push(line) }
      const server = await startEmbeddedPostgres(options)
      started.push(server)
      return server
    }

    it('runs as an unprivileged user and gives him only the database', async () => {
      await start()
      expect(statSync(dataDir).uid).toBe(0)
      expect(statSync(join(dataDir, 'postgres')).uid).not.toBe(0)
      expect(statSync(`/proc/${serverPid()}`).uid).toBe(statSync(join(dataDir, 'postgres')).uid)
    })

    it('keeps the database elsewhere when its user cannot enter the data folder, and finds it again', async () => {
      mkdirSync(dataDir, { mode: 0o700 })
      const lines: string[] = []
      const server = await startHidden(lines)
      await query(server, 'create table kept as select 1 as one')
      const home = readFileSync(join(dataDir, 'postgres.location'), 'utf8').trim()
      expect(home.startsWith(stateFolder())).toBe(true)
      expect(lines.join()).toContain(home)
      expect(readFileSync(`${home}.txt`, 'utf8')).toContain(dataDir)
      await server.stop()
      expect(await query(await startHidden(), 'select one from kept')).toEqual([{ one: 1 }])
      await started.pop()?.stop()
      rmSync(home, { recursive: true })
      expect((await failure(startHidden())).message).toMatch(/that folder is gone.*restore a backup/)
      rmSync(join(dataDir, 'postgres.location'))
    })

    it('leaves nothing elsewhere when its data folder is to go, and follows no record of something else', async () => {
      mkdirSync(dataDir, { mode: 0o700 })
      await (await startHidden()).stop()
      expect(readdirSync(stateFolder())).toHaveLength(2)
      removeElsewhere(dataDir)
      expect(readdirSync(stateFolder())).toEqual([])
      const foreign = join(parent, 'foreign')
      mkdirSync(foreign)
      for (const record of ['postgres.location', 'postgres.socket'])
        writeFileSync(join(dataDir, record), `${foreign}\n`)
      removeElsewhere(dataDir)
      expect(existsSync(foreign)).toBe(true)
      for (const record of ['postgres.location', 'postgres.socket']) rmSync(join(dataDir, record))
    })

    it('says where else to go when there is no place for it', async () => {
      mkdirSync(dataDir, { mode: 0o700 })
      writeFileSync(stateFolder(), '')
      expect((await failure(startHidden())).message).toMatch(/VOUCH_DATA/)
    })

    it('does not start an empty database beside one that can no longer be reached', async () => {
      await (await start()).stop()
      chmodSync(dataDir, 0o700)
      expect((await failure(start())).message).toMatch(/cannot be reached by .*chmod o\+x/)
      chmodSync(dataDir, 0o755)
      await start()
    })
  })
} else {
  describe('as an ordinary user', () => {
    it('says so when the data folder cannot be written', async () => {
      mkdirSync(dataDir)
      chmodSync(dataDir, 0o555)
      const error = await failure(start())
      expect(error.code).toBe('not_ready')
      expect(error.message).toMatch(/cannot be read or written.*VOUCH_DATA/s)
      chmodSync(dataDir, 0o755)
    })
  })
}
