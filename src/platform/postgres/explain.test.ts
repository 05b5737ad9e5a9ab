import { describe, expect, it } from 'vitest'
import { VouchError } from '../errors/errors.ts'
import { explain, explainThrown } from './explain.ts'

describe('what PostgreSQL says', () => {
  it.each([
    ['FATAL:  could not write to file "pg_wal/xlogtemp.12": No space left on device', 'storage_full', /disk is full/],
    ['initdb: error: could not create directory "/x": Permission denied', 'not_ready', /VOUCH_DATA/],
    ['FATAL:  could not resize shared memory segment "/PostgreSQL.1"', 'not_ready', /shm-size/],
    ['FATAL:  something never seen', 'not_ready', /What it said:\nFATAL: {2}something never seen/],
  ] as const)('%s', (said, code, message) => {
    const error = explain('start', '/data', said)
    expect(error.code).toBe(code)
    expect(error.message).toMatch(message)
    expect(error.message).toContain(said)
  })

  it('is explained once', () => {
    const error = new VouchError('conflict', 'as it is')
    expect(explainThrown('start', '/data', error)).toBe(error)
    expect(explainThrown('start', '/data', new Error('ENOSPC: no space')).code).toBe('storage_full')
  })
})
