import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NulSplitter } from './nul-records.ts'
import { isoSeconds, parseCommit, parseIdent } from './parse-object.ts'

const sha = 'a'.repeat(40)
const line = fc.string({ maxLength: 40 }).map(text =>
  text
    .replaceAll(/[\0\n\r<>]/g, '')
    .toWellFormed()
    .trim(),
)

function record(message: string, headers = ''): { head: Buffer } {
  const body = message
    .split('\n')
    .map(text => (text === '' ? '' : `    ${text}`))
    .join('\n')
  return {
    head: Buffer.from(`${sha}\ntree ${sha}\nauthor A <a@x> 1 +0000\ncommitter C <c@x> 2 +0000\n${headers}\n${body}\n`),
  }
}

describe('idents', () => {
  it('gives back any name, address and second that git can store', () => {
    fc.assert(
      fc.property(line, line, fc.integer({ min: -62_000_000_000, max: 253_402_300_799 }), (name, email, seconds) => {
        const ident = parseIdent(`${name} <${email}> ${seconds} +0530`)
        expect(ident.name).toBe(name === '' ? null : name)
        expect(ident.email).toBe(email === '' ? null : email)
        expect(ident.date).toBe(`${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`)
      }),
    )
  })

  it('never throws and never gives an empty string, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
        const text = Buffer.from(bytes).toString('utf8')
        const { name, email } = parseIdent(text)
        expect(name).not.toBe('')
        expect(email).not.toBe('')
      }),
    )
  })

  it('takes the date after the last bracket and refuses absurd dates', () => {
    expect(parseIdent('A <a@x> b> 1700000000 +0000')).toEqual({ name: 'A', email: 'a@x', date: '2023-11-14T22:13:20Z' })
    expect(parseIdent('A <a@x> 99999999999999 +0000').date).toBeNull()
    expect(parseIdent('A <a@x> soon').date).toBeNull()
    expect(parseIdent('A <a@x>').date).toBeNull()
    expect(isoSeconds(Number.NaN)).toBeNull()
  })
})

describe('commits', () => {
  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), bytes => {
        const commit = parseCommit({ head: Buffer.from(bytes) })
        expect(JSON.stringify(commit)).toBeTypeOf('string')
      }),
    )
  })

  it('joins the first paragraph to the subject and reads trailers of the last one only', () => {
    const commit = parseCommit(
      record(
        'One\ntwo\n\nReviewed-by: Not This <n@x>\n\nbody\n\nReviewed-by: Bo <bo@x>\nco-authored-by: Cy <cy@x>\nOther: x',
      ),
    )
    expect(commit?.subject).toBe('One two')
    expect(commit?.trailers).toEqual([
      { key: 'reviewed-by', name: 'Bo', email: 'bo@x' },
      { key: 'co-authored-by', name: 'Cy', email: 'cy@x' },
    ])
    expect(parseCommit(record('Reviewed-by: Bo <bo@x>'))?.trailers).toEqual([])
  })

  it.each([
    ['Merge pull request #12 from a/b', 12],
    ['Fix the thing (#345)', 345],
    ["Merge branch 'x' into 'main'\n\nText\n\nSee merge request group/app!77", 77],
    ['Merged in feature/x (pull request #9)', 9],
    ['Mention #5 in passing', null],
    ['See merge request in the subject', null],
  ])('finds the pull request of %j', (message, expected) => {
    expect(parseCommit(record(message))?.pullRequest).toBe(expected)
  })

  it.each([
    ['-----BEGIN SSH SIGNATURE-----', 'ssh'],
    ['-----BEGIN PGP SIGNATURE-----', 'gpg'],
    ['-----BEGIN SIGNED MESSAGE-----', 'x509'],
    ['something else', null],
  ])('knows the signature %j', (begin, type) => {
    const commit = parseCommit(record('x', `gpgsig ${begin}\n \n AAAA\n -----END-----\n`))
    expect(commit?.signature).toEqual({ state: 'present', type })
    expect(commit?.subject).toBe('x')
  })

  it('is not fooled by headers in continued lines or in the message', () => {
    const commit = parseCommit(
      record('tree x\nparent y\ngpgsig -----BEGIN SSH SIGNATURE-----', 'mergetag x\n author E <e@x> 1 +0000\n'),
    )
    expect(commit?.parents).toEqual([])
    expect(commit?.author.email).toBe('a@x')
    expect(commit?.signature.state).toBe('none')
  })
})

describe('splitting records', () => {
  it('gives the same records however the stream is cut, and keeps the ends of long ones', () => {
    const contents = fc.array(
      fc.uint8Array({ maxLength: 60 }).map(bytes => Buffer.from(bytes.map(byte => byte || 1))),
      {
        maxLength: 12,
      },
    )
    fc.assert(
      fc.property(contents, fc.array(fc.nat(400)), (records, cuts) => {
        const stream = Buffer.concat(records.flatMap(one => [one, Buffer.from([0])]))
        const splitter = new NulSplitter(20, 10)
        const edges = [0, ...cuts.filter(cut => cut < stream.length).sort((a, b) => a - b), stream.length]
        const found = edges.slice(1).flatMap((edge, n) =>
          splitter.push(stream.subarray(edges[n], edge)).map(one => ({
            head: one.head.toString('hex'),
            tail: one.tail?.toString('hex'),
          })),
        )
        expect(splitter.end()).toBeUndefined()
        expect(found).toEqual(
          records.map(one => ({
            head: one.subarray(0, 20).toString('hex'),
            tail: one.length > 20 ? one.subarray(20).subarray(-10).toString('hex') : undefined,
          })),
        )
      }),
    )
  })
})
