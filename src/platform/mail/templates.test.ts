import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Letter, letter, moment } from './letter.ts'
import { invitation } from './templates/invitation.ts'
import { passwordReset } from './templates/password-reset.ts'
import { securityNotice } from './templates/security-notice.ts'
import { signInLink } from './templates/sign-in-link.ts'
import { testMessage } from './templates/test-message.ts'

const link = 'https://vouch.example/sign-in#token-_123'
const at = new Date('2026-11-25T14:05:00Z')
const until = '2026-11-25 at 14:05 UTC'
const request = { name: 'Ada Lovelace', link, expiresAt: at, from: '192.0.2.7' }
const notice = { name: 'Ada Lovelace', at, link: 'https://vouch.example/account' }

/** Each template, and what its text must say by itself: the link, who, why, and until when. */
const rendered: Readonly<Record<string, readonly [Letter, readonly string[]]>> = {
  invitation: [
    invitation({ organisation: 'Acme <Corp>', inviter: 'Olga Owner', role: 'auditor', link, expiresAt: at }),
    [link, 'Olga Owner', 'Acme <Corp>', 'auditor', 'SOC 2', until, 'did not expect'],
  ],
  'invitation by whoever has the machine': [
    invitation({ organisation: 'Acme', inviter: undefined, role: 'owner', link, expiresAt: at }),
    [link, 'Somebody invites you', until],
  ],
  'sign-in link': [signInLink(request), [link, 'Ada Lovelace', '192.0.2.7', 'signs you in', until, 'not you']],
  'password reset': [passwordReset(request), [link, 'Ada Lovelace', '192.0.2.7', 'forgotten', until, 'not you']],
  'new sign-in': [
    securityNotice({ ...notice, notice: { kind: 'sign_in', address: '192.0.2.7', agent: 'Firefox on Linux' } }),
    [notice.link, 'Ada Lovelace', '192.0.2.7', 'Firefox on Linux', until, 'not you'],
  ],
  'new password': [
    securityNotice({ ...notice, notice: { kind: 'password' } }),
    [notice.link, 'password of your Vouch account was changed', until, 'not you'],
  ],
  'second factor': [
    securityNotice({ ...notice, notice: { kind: 'second_factor', change: 'a passkey was added' } }),
    [notice.link, 'a passkey was added', until, 'not you'],
  ],
  test: [testMessage({ by: 'Olga Owner', link, at }), [link, 'Olga Owner', until, 'nothing in it that expires']],
}

describe('a message', () => {
  for (const [name, [{ subject, text, html }, needed]] of Object.entries(rendered)) {
    it(`is whole in plain text: ${name}`, () => {
      for (const words of needed) expect(text, words).toContain(words)
      // The link stands alone in its line, so that no reader takes a full stop for its end.
      expect(text.split('\n').some(line => /^https:\S+$/.test(line))).toBe(true)
      expect(subject).toMatch(/^[^\r\n]{10,150}$/)
      expect(subject).toContain('Vouch')
    })

    it(`loads nothing and tells nobody that it was read: ${name}`, () => {
      expect(html).not.toMatch(/<(img|script|link|style|iframe|object|form|input)\b|src=|url\(/i)
      const targets = [...html.matchAll(/href="([^"]*)"/g)].map(([, target = '']) => decode(target))
      expect(targets).toHaveLength(1)
      expect(text).toContain(targets[0])
    })
  }

  it('says in HTML what it says in text, escaped, whatever its words are', () => {
    const words = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('<img src=x onerror=alert(1)>', '"><a href=x>', "'&amp;", 'a\r\n\r\nhttps://evil.example/\r\n'),
    )
    fc.assert(
      fc.property(words, words, (subject, said) => {
        const { text, html, subject: heading } = letter(subject, [said, { label: 'Go', link }, 'End.'])
        const body = html.slice(html.indexOf('<body>') + 7, html.indexOf('</body>'))
        const tags = [...body.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/ href="[^"]*"/, ''))
        expect(tags).toEqual(['<p>', '</p>', '<p>', '<a>', '</a>', '<br>', '</p>', '<p>', '</p>'])
        const [first = '', second] = text.split('\n\n')
        expect(decode(/<p>(.*?)<\/p>/s.exec(body)?.[1] ?? '')).toBe(first)
        // No word begins a paragraph of its own.
        expect(second).toBe(`Go:\n${link}`)
        expect(heading).not.toMatch(/[\p{Cc}\u2028\u2029]/u)
      }),
    )
  })

  it('gives times that read the same everywhere', () => {
    expect(moment(at)).toBe(until)
  })
})

function decode(html: string): string {
  return html.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
}
