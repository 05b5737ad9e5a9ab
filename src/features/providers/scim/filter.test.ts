import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { demanded, type Filter, type Json, matches, parseFilter } from './filter.ts'

const user: Json = {
  userName: 'Bjensen@example.com',
  externalId: 'x1',
  active: true,
  name: { familyName: "O'Malley", givenName: 'Barbara' },
  emails: [
    { value: 'b@work.example', type: 'work', primary: true },
    { value: 'b@home.example', type: 'home' },
  ],
  meta: { lastModified: '2026-05-13T04:42:34.500Z' },
}
const holds = (filter: string) => matches(parseFilter(filter), user)

describe('a filter', () => {
  it.each([
    ['userName eq "bjensen@EXAMPLE.com"', true],
    ['USERNAME Eq "bjensen@example.com"', true],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName sw "BJ"', true],
    ['name.familyName co "\'mal"', true],
    ['name.familyName ew "ley"', true],
    ['title pr', false],
    ['emails pr', true],
    ['active eq true', true],
    ['active eq "true"', false],
    ['active ne true', false],
    ['title ne "x"', true],
    ['meta.lastModified gt "2026-05-13T04:42:34Z"', true],
    ['meta.lastModified ge "2026-05-13T06:42:34.500+02:00"', true],
    ['meta.lastModified lt "2026-05-13T04:42:34Z"', false],
    ['emails.value eq "b@home.example"', true],
    ['emails eq "b@home.example"', true],
    ['emails.type eq "work" and emails.value co "home"', true],
    ['emails[type eq "work" and value co "home"]', false],
    ['emails[type eq "work" and value co "work"]', true],
    ['not (emails[type eq "other"])', true],
    ['active eq false or userName eq "bjensen@example.com" and title pr', false],
    ['(active eq false or userName pr) and externalId eq "x1"', true],
    ['externalId eq null', false],
  ])('%s: %s', (filter, expected) => {
    expect(holds(filter)).toBe(expected)
  })

  it.each([
    '',
    'userName',
    'userName eq',
    'userName is "x"',
    'userName eq x',
    'userName eq "x',
    'userName eq "x" and',
    '(userName pr',
    'userName pr)',
    'emails[type eq "x"',
    'not userName pr',
    'a.b.c pr',
    '"a" eq "b"',
    'userName eq "x" userName eq "y"',
    `${'('.repeat(40)}a pr${')'.repeat(40)}`,
    `a eq "${'x'.repeat(5_000)}"`,
  ])('is refused when it is none: %s', filter => {
    expect(() => parseFilter(filter)).toThrow(expect.objectContaining({ scimType: 'invalidFilter' }))
  })

  it('is read back as it was written, whatever its texts hold', () => {
    const path = fc.constantFrom(['username'], ['name', 'familyname'], ['emails', 'value'])
    const leaf: fc.Arbitrary<Filter> = fc.oneof(
      fc.record({ op: fc.constant('pr' as const), path }),
      fc.record({
        op: fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'),
        path,
        value: fc.oneof(fc.string({ unit: 'binary' }), fc.boolean(), fc.integer(), fc.constant(null)),
      }),
    )
    const { filter } = fc.letrec<{ filter: Filter }>(tie => ({
      filter: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.record({ op: fc.constantFrom('and', 'or'), of: fc.tuple(tie('filter'), tie('filter')) }),
        fc.record({ op: fc.constant('not' as const), of: tie('filter') }),
        fc.record({ op: fc.constant('any' as const), path, where: tie('filter') }),
      ),
    }))
    fc.assert(
      fc.property(filter, given => {
        const text = write(given)
        fc.pre(text.length <= 4_000)
        expect(parseFilter(text)).toEqual(given)
      }),
    )
  })

  it('never breaks on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), text => {
        try {
          matches(parseFilter(text), user)
        } catch (error) {
          expect(error).toMatchObject({ scimType: 'invalidFilter' })
        }
      }),
    )
  })

  it('says what an index can find', () => {
    expect(demanded(parseFilter('active eq true and userName eq "A"'), 'username')).toBe('A')
    for (const filter of ['userName ne "A"', 'userName eq "A" or active pr', 'not (userName eq "A")', 'userName eq 1'])
      expect(demanded(parseFilter(filter), 'username')).toBeUndefined()
  })
})

function write(filter: Filter): string {
  switch (filter.op) {
    case 'and':
    case 'or':
      return `(${write(filter.of[0])}) ${filter.op} (${write(filter.of[1])})`
    case 'not':
      return `not (${write(filter.of)})`
    case 'any':
      return `${filter.path.join('.')}[${write(filter.where)}]`
    case 'pr':
      return `${filter.path.join('.')} pr`
    default:
      return `${filter.path.join('.')} ${filter.op} ${JSON.stringify(filter.value).replace(/[\u007f-\u009f]/g, c => `\\u00${c.charCodeAt(0).toString(16)}`)}`
  }
}
