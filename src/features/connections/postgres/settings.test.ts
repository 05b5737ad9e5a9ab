import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { postgresSettingsSchema, sslModes, targetOf, tlsOf } from './settings.ts'

const parse = (settings: object) => targetOf(postgresSettingsSchema.parse(settings))

describe('settings', () => {
  it('take a connection string apart', () => {
    expect(parse({ connection_string: 'postgresql://ann:p%40ss@db.example.com:6432/app?sslmode=verify-full' })).toEqual(
      {
        host: 'db.example.com',
        port: 6432,
        database: 'app',
        user: 'ann',
        password: 'p@ss',
        sslmode: 'verify-full',
      },
    )
    expect(parse({ connection_string: 'postgres://ann@/app?host=/run/pg' })).toMatchObject({
      host: '/run/pg',
      port: 5432,
    })
    expect(parse({ connection_string: 'postgres://ann@[::1]:5433' })).toMatchObject({
      host: '::1',
      port: 5433,
      database: 'ann',
    })
  })

  it('read back every connection string that is written from parts', () => {
    const word = fc
      .string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
      .filter(text => text.isWellFormed() && text.trim() === text)
    fc.assert(
      fc.property(
        word,
        word,
        word,
        fc.integer({ min: 1, max: 65535 }),
        fc.constantFrom(...sslModes),
        (user, password, database, port, mode) => {
          const e = encodeURIComponent
          const target = parse({
            connection_string: `postgresql://${e(user)}:${e(password)}@host:${port}/${e(database)}?sslmode=${mode}`,
          })
          expect(target).toEqual({ host: 'host', user, password, database, port, sslmode: mode })
        },
      ),
    )
  })

  it.each([
    'mysql://ann:hunter2@host/db',
    'postgresql://ann:hunter2@one,two/db',
    'postgresql://ann:hunter2@host/db?sslmode=maybe',
    'postgresql://ann:hunter2%zz@host/db',
    'postgresql://ann:hunter2@host/db?options=-c%20x',
    'ann hunter2',
  ])('refuse %s without repeating it', connection_string => {
    let message = ''
    try {
      parse({ connection_string })
    } catch (thrown) {
      message = String(thrown)
    }
    expect(message).toMatch(/not understood/)
    expect(message).not.toContain('hunter2')
  })

  it('refuse neither a host nor a connection string', () => {
    expect(postgresSettingsSchema.safeParse({ user: 'ann' }).success).toBe(false)
  })

  it('want TLS over a network unless told otherwise, and never on a socket', () => {
    expect(parse({ host: 'db.example.com', user: 'ann' }).sslmode).toBe('require')
    expect(parse({ host: '127.0.0.1', user: 'ann' }).sslmode).toBe('prefer')
    expect(tlsOf(parse({ host: '/run', user: 'ann', sslmode: 'require' }), undefined)).toBe(false)
    expect(tlsOf(parse({ host: 'db', user: 'ann', sslmode: 'verify-full' }), 'PEM')).toEqual({
      ca: 'PEM',
      rejectUnauthorized: true,
    })
    expect(tlsOf(parse({ host: 'db', user: 'ann', sslmode: 'disable' }), undefined)).toBe(false)
  })
})
