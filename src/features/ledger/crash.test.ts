import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { toHex } from '../../../verifier/log/bytes.ts'
import { parseCheckpoint } from '../../../verifier/log/checkpoint-text.ts'
import { parseNote } from '../../../verifier/log/note-text.ts'
import { naiveRoot } from '../../../verifier/log/testing/naive-tree.ts'
import { type TestServices, testServices } from '../../platform/testing/services.ts'
import { makeLog } from './builders.ts'
import { readLogForExport, streamEntries } from './export-log.ts'
import { integrate } from './integrate.ts'

const fixture = join(import.meta.dirname, 'append-until-killed.fixture.ts')
const rounds = 6
// At once on the same log.
const processes = 2

let services: TestServices
beforeAll(async () => {
  services = await testServices()
})
afterAll(() => services.close())

/** Lets a child append and integrate, kills it after it said so many things and a moment more. Returns what it acknowledged. */
async function untilKilled(orgId: string, lines: number, microseconds: number): Promise<string[]> {
  const { connectionString } = services.database
  const child = spawn(process.execPath, [fixture, connectionString, services.config.dataDir, orgId], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said: string[] = []
  const ended = once(child, 'exit')
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line)
    if (said.length === lines) {
      const until = process.hrtime.bigint() + BigInt(microseconds) * 1_000n
      // The moment is shorter than a timer can tell.
      while (process.hrtime.bigint() < until);
      child.kill('SIGKILL')
    }
  }
  expect((await ended)[1]).toBe('SIGKILL')
  return said
}

it('loses nothing that was acknowledged and stays one log when its process is killed, again and again', async () => {
  const { orgId } = await makeLog(services)
  const ids = new Set<number>()
  const signed = new Map<number, string>()
  const moment = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 4_000 }))
  for (let round = 0; round < rounds; round++) {
    const moments = fc.sample(moment, processes)
    const said = await Promise.all(moments.map(([lines, microseconds]) => untilKilled(orgId, lines, microseconds)))
    for (const line of said.flat()) {
      const [what, ...rest] = line.split(' ')
      if (what === 'appended') for (const id of rest) ids.add(Number(id))
      else {
        const { size, note } = JSON.parse(rest.join(' '))
        // No two checkpoints of one size, whoever signed them.
        expect(signed.get(size) ?? note).toBe(note)
        signed.set(size, note)
      }
    }
    // Every other time what the killed process left is integrated by another one, else by the next child.
    if (round % 2 === 0) await integrate(services, orgId)
  }
  const last = await integrate(services, orgId)
  await services.database.tenantSnapshot(orgId, services.clock, async tx => {
    const placed = await tx.sql.selectFrom('ledger_leaf').select(['entry_id', 'index']).orderBy('index').execute()
    expect(placed.map(row => row.index)).toEqual(placed.map((_, index) => index))
    const inLog = new Set(placed.map(row => row.entry_id))
    expect([...ids].filter(id => !inLog.has(id))).toEqual([])
    expect(inLog.size).toBe(placed.length)
    expect(await tx.sql.selectFrom('ledger_queue').selectAll().execute()).toEqual([])

    const log = await readLogForExport(tx)
    expect(log.size).toBe(last?.size)
    const leaves: Buffer[] = []
    for await (const { leaf, opening } of streamEntries(tx, log, () => {})) {
      expect(opening).not.toBeNull()
      leaves.push(Buffer.from(leaf))
    }
    expect(
      [...signed].filter(([size, note]) => log.checkpoints.find(checkpoint => checkpoint.size === size)?.note !== note),
    ).toEqual([])
    for (const { size, note } of log.checkpoints) {
      expect(toHex(parseCheckpoint(parseNote(note).text).root)).toBe(toHex(naiveRoot(leaves.slice(0, size))))
    }
  })
  expect(ids.size).toBeGreaterThan(rounds)
}, 90_000)
