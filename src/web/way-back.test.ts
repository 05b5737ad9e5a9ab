import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wayBack } from './way-back.ts'

const origin = 'https://vouch.example'

describe('the way back after signing in', () => {
  test('is the page that was wanted, with its query and fragment', () => {
    for (const path of ['/', '/controls', '/controls?q=a%2Fb&sort=-code', '/checks/git.reviewed?tab=query#results'])
      expect(wayBack(path, origin)).toBe(path)
  })

  test('is the first page when nothing or another site was wanted', () => {
    const others = [
      undefined,
      '',
      'controls',
      'https://evil.example/',
      'javascript:alert(1)',
      '//evil.example',
      '///evil.example',
      '/\\evil.example',
      '/\t/evil.example',
      '/\n//evil.example',
      '/.//evil.example',
      '/..//evil.example',
      '/x/..//evil.example',
      '/%2e%2e//evil.example',
    ]
    for (const wanted of others) expect(wayBack(wanted, origin)).toBe('/')
  })

  test('never leads to a page for the signed out, or it would go in circles', () => {
    for (const page of ['/sign-in', '/sign-in/', '/sign-in?to=/x', '/set-up#token', '/join#token'])
      expect(wayBack(page, origin)).toBe('/')
  })

  test('stays on this site, whatever is wanted', () => {
    const part = fc.constantFrom('/', '//', '\\', '.', '..', '\t', '\n', 'evil.example', '@', ':', '%2f', '?', '#', 'a')
    const wanted = fc.oneof(
      fc.string({ unit: 'binary' }).map(text => `/${text}`),
      fc.array(part).map(parts => parts.join('')),
      fc.webUrl(),
    )
    fc.assert(
      fc.property(wanted, text => {
        const path = wayBack(text, origin)
        const url = new URL(path, origin)
        expect(url.origin).toBe(origin)
        // And what it leads to is stable: going there again leads to the same place.
        expect(url.pathname + url.search + url.hash).toBe(path)
      }),
      { numRuns: 1_000 },
    )
  })
})
