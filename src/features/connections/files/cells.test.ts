import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Cell, CellProblem, isDateFormat, readCell } from './cells.ts'

const days = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })

describe('readCell', () => {
  it('reads any date back in every format', () => {
    fc.assert(
      fc.property(days, date => {
        const iso = date.toISOString().slice(0, 10)
        const [year = '', month = '', day = ''] = iso.split('-')
        expect(readCell(iso, 'date')).toBe(iso)
        expect(readCell(`${day}.${month}.${year}`, 'date', { dateFormat: 'DD.MM.YYYY' })).toBe(iso)
        expect(readCell(`${Number(month)}/${Number(day)}/${year}`, 'date', { dateFormat: 'M/D/YYYY' })).toBe(iso)
        expect(readCell(date, 'timestamp')).toBe(date.toISOString().replace('.000Z', 'Z'))
      }),
    )
  })

  it('reads any instant with any offset as the same instant in UTC', () => {
    const instants = fc.date({ min: new Date('1000-01-02'), max: new Date('9000-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(instants, fc.integer({ min: -14 * 60, max: 14 * 60 }), (date, minutes) => {
        const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, 23)
        const size = Math.abs(minutes)
        const two = (n: number) => String(n).padStart(2, '0')
        const zone = `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
        const read = readCell(`${local}${zone}`, 'timestamp')
        expect(Date.parse(String(read))).toBe(date.getTime())
      }),
    )
  })

  it('gives a value of the declared type, null or a problem, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('boolean', 'integer', 'number', 'date', 'timestamp'), (text, type) => {
        let value: unknown
        try {
          value = readCell(text, type)
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(CellProblem)
          return
        }
        const kind = { boolean: 'boolean', integer: 'number', number: 'number', date: 'string', timestamp: 'string' }[
          type
        ]
        if (value !== null) expect(typeof value).toBe(kind)
      }),
    )
  })

  it.each<[Cell, 'boolean' | 'integer' | 'number' | 'date' | 'timestamp' | 'text' | 'json', unknown, object?]>([
    ['Yes', 'boolean', true],
    ['off', 'boolean', false],
    ['Nein', 'boolean', false],
    [1, 'boolean', true],
    ['', 'boolean', null],
    ['n/a', 'boolean', null],
    ['1,234.5', 'number', 1234.5, { decimal: '.' }],
    ['1.234,5', 'number', 1234.5, { decimal: ',' }],
    ['12', 'integer', 12],
    ['never', 'timestamp', null],
    ['2026-01-31 08:00', 'timestamp', '2026-01-31T08:00:00Z'],
    ['2026-01-31', 'timestamp', '2026-01-31T00:00:00Z'],
    ['2024-02-29', 'date', '2024-02-29'],
    ['2026-01-31T00:00:00Z', 'date', '2026-01-31'],
    [1001, 'text', '1001'],
    ['  Ada ', 'text', 'Ada'],
    [{ a: 1 }, 'json', { a: 1 }],
    ['[1]', 'json', [1]],
  ])('reads %j as %s', (cell, type, expected, options = {}) => {
    expect(readCell(cell, type, options)).toEqual(expected)
  })

  it.each<[Cell, 'boolean' | 'integer' | 'number' | 'date' | 'timestamp' | 'text', object?]>([
    ['perhaps', 'boolean'],
    ['1,234', 'number'],
    ['1.5', 'integer'],
    ['99999999999999999999', 'integer'],
    ['31.01.2026', 'date'],
    ['2026-02-29', 'date'],
    ['2026-13-01', 'date'],
    ['2026-01-31T10:00:00Z', 'date'],
    ['02/30/2026', 'date', { dateFormat: 'MM/DD/YYYY' }],
    [45000, 'date'],
    [new Date('2026-01-31T10:00:00Z'), 'date'],
    [{ nested: true }, 'text'],
  ])('refuses to guess %j as %s', (cell, type, options = {}) => {
    expect(() => readCell(cell, type, options)).toThrow(CellProblem)
  })

  it('knows which date formats are complete', () => {
    expect(['DD.MM.YYYY', 'YYYY/M/D HH:mm:ss'].every(isDateFormat)).toBe(true)
    expect(['DD.MM', 'DD.D.YYYY', 'DD.MM.YYYY (x)', 'hello'].some(isDateFormat)).toBe(false)
  })
})
