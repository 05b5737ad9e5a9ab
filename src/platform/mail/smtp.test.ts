import { randomUUID } from 'node:crypto'
import { domainToASCII } from 'node:url'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { readConfig } from '../config/config.ts'
import { login, type MailServer, startMailServer } from '../testing/mail-server.ts'
import { letter } from './letter.ts'
import { Smtp } from './smtp.ts'
import { mailable, readSender, readSmtpUrl, type SmtpSettings } from './smtp-url.ts'

let server: MailServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

const sender = { name: 'Vouch', address: 'vouch@acme.example' }
const settingsOf = (url: string): SmtpSettings => {
  const settings = readSmtpUrl(url)
  if (!settings) throw new Error(`${url} is no address of an SMTP server`)
  return settings
}
const escaped = `${login.user}:${encodeURIComponent(login.password)}`
const message = (text = 'Something to say.') => ({
  id: randomUUID(),
  to: 'a.person@example.test',
  letter: letter('A subject', [text]),
})

describe('a message', () => {
  it('goes over STARTTLS, with a login, to its recipient alone', async () => {
    server = await startMailServer({ tls: true })
    const smtp = new Smtp(settingsOf(`smtp://${escaped}@localhost:${server.port}?starttls=required`), sender)
    const sent = message()
    expect(await smtp.verify()).toBeUndefined()
    expect(await smtp.send(sent)).toEqual({ kind: 'sent' })
    expect(server.taken).toMatchObject([{ from: sender.address, to: [sent.to], encrypted: true, user: login.user }])
    expect(server.taken[0]?.raw).toContain(`Message-ID: <${sent.id}@acme.example>`)
  })

  it('does not go without TLS where TLS is demanded, whatever the server offers', async () => {
    server = await startMailServer()
    const smtp = new Smtp(settingsOf(`smtp://${escaped}@localhost:${server.port}?starttls=required`), sender)
    expect(await smtp.send(message())).toMatchObject({ kind: 'failed' })
    expect(await smtp.verify()).toBeDefined()
    expect(server.received).toEqual([])
  })

  it('does not go to a server whose certificate is another’s', async () => {
    server = await startMailServer({ tls: true })
    // The certificate is of localhost, not of this address.
    const smtp = new Smtp(settingsOf(`smtp://${escaped}@127.0.0.1:${server.port}?starttls=required`), sender)
    expect(await smtp.send(message())).toMatchObject({ kind: 'failed', error: expect.stringContaining('127.0.0.1') })
    expect(server.received).toEqual([])
  })

  it('may be tried again unless the server says 5xx to it or its recipient, and the password is in no answer', async () => {
    server = await startMailServer({ tls: true })
    const url = `@localhost:${server.port}?starttls=required`
    const smtp = new Smtp(settingsOf(`smtp://${escaped}${url}`), sender)
    const outcomes = []
    for (const at of ['recipient', 'message'] as const)
      for (const code of [421, 451, 550, 554]) {
        server.answers.push({ at, code })
        outcomes.push((await smtp.send(message())).kind)
      }
    expect(outcomes).toEqual(['failed', 'failed', 'refused', 'refused', 'failed', 'failed', 'refused', 'refused'])
    server.answers.push('drop')
    expect((await smtp.send(message())).kind).toBe('failed')
    const wrong = new Smtp(settingsOf(`smtp://${login.user}:secret-word${url}`), sender)
    const refused = await wrong.send(message())
    expect(refused).toMatchObject({ kind: 'failed' })
    expect(JSON.stringify(refused)).not.toContain('secret-word')
    await server.close()
    expect((await smtp.send(message())).kind).toBe('failed')
  })

  it('has no header and no recipient that its words could add, whatever they are', async () => {
    server = await startMailServer()
    const { port, taken } = server
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.constantFrom(
        'x\r\nBcc: thief@example.test',
        'x\nX-Evil: 1\n\nbody',
        '\u2028Bcc: a@b.test',
        '=?utf-8?q?=0AX:_1?=',
      ),
    )
    await fc.assert(
      fc.asyncProperty(hostile, hostile, hostile, async (name, subject, text) => {
        taken.splice(0)
        const smtp = new Smtp(settingsOf(`smtp://127.0.0.1:${port}`), { ...sender, name })
        const answer = await smtp.send({ id: randomUUID(), to: 'a@example.test', letter: letter(subject, [text]) })
        expect(answer).toEqual({ kind: 'sent' })
        expect(taken).toHaveLength(1)
        expect(taken[0]?.to).toEqual(['a@example.test'])
        const head = taken[0]?.raw.split('\r\n\r\n')[0] ?? ''
        const names = head.split(/\r\n(?![ \t])/).map(line => line.split(':')[0]?.toLowerCase())
        const ours = ['auto-submitted', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'to']
        // An empty subject is left out.
        const also = ['subject', 'x-auto-response-suppress']
        expect(names.filter(found => !also.includes(found ?? '')).toSorted()).toEqual(ours)
        expect(new Set(names).size).toBe(names.length)
        expect(head).not.toMatch(/[\r\n](?!\n|[ \t]|[A-Za-z-]+:)/)
      }),
      { numRuns: 60 },
    )
  })
})

describe('the configuration', () => {
  it('demands STARTTLS unless the server is this machine or it is said otherwise', () => {
    expect(readSmtpUrl('smtp://u:p@mail.example.com')).toEqual({
      host: 'mail.example.com',
      port: 587,
      tls: 'starttls',
      login: { user: 'u', password: 'p' },
    })
    expect(readSmtpUrl('smtps://mail.example.com')).toMatchObject({ port: 465, tls: 'from_start', login: undefined })
    expect(readSmtpUrl('smtp://localhost:25')).toMatchObject({ port: 25, tls: 'none' })
    expect(readSmtpUrl('smtp://[::1]:25')).toMatchObject({ host: '::1', tls: 'none' })
    expect(readSmtpUrl('smtp://localhost?starttls=required')).toMatchObject({ tls: 'starttls' })
    expect(readSmtpUrl('smtp://relay.internal?starttls=never')).toMatchObject({ tls: 'none' })
    expect(readSmtpUrl('smtp://localhost.example.com')).toMatchObject({ tls: 'starttls' })
    const wrong = ['', 'mail.example.com', 'http://x', 'smtp://', 'smtp://u@x', 'smtp://x/path', 'smtp://x?tls=no']
    for (const url of [...wrong, 'smtp://x?starttls=maybe', 'smtp://u:%zz@x'])
      expect(readSmtpUrl(url), url).toBeUndefined()
  })

  it('takes any login, escaped', () => {
    const words = fc.string({ unit: 'grapheme', minLength: 1 }).filter(text => text.isWellFormed())
    fc.assert(
      fc.property(words, words, (user, password) => {
        const url = `smtp://${encodeURIComponent(user)}:${encodeURIComponent(password)}@mail.example.com`
        expect(readSmtpUrl(url)?.login).toEqual({ user, password })
      }),
    )
  })

  it('is whole or none, and a wrong one is not repeated', () => {
    const url = 'smtp://u:hidden@mail.example.com'
    expect(readConfig({ VOUCH_SMTP_URL: url, VOUCH_MAIL_FROM: 'Acme <a@b.example>' }).mail).toMatchObject({
      smtp: { host: 'mail.example.com' },
      from: { name: 'Acme', address: 'a@b.example' },
      preview: false,
    })
    expect(readConfig({}).mail.smtp).toBeUndefined()
    expect(() => readConfig({ VOUCH_SMTP_URL: url })).toThrow('both VOUCH_SMTP_URL and VOUCH_MAIL_FROM')
    const wrong = () => readConfig({ VOUCH_SMTP_URL: `${url}/hidden`, VOUCH_MAIL_FROM: 'a@b.example' })
    expect(wrong).toThrow(/^The environment is not right: VOUCH_SMTP_URL/)
    expect(wrong).not.toThrow('hidden')
    expect(() => readConfig({ VOUCH_SMTP_URL: url, VOUCH_MAIL_FROM: 'nobody' })).toThrow('VOUCH_MAIL_FROM')
  })

  it('names a sender', () => {
    expect(readSender('vouch@acme.example')).toEqual({ name: 'Vouch', address: 'vouch@acme.example' })
    expect(readSender('"Acme, Compliance" <a@acme.example>')).toEqual({
      name: 'Acme, Compliance',
      address: 'a@acme.example',
    })
    for (const text of ['', 'x', 'A <b>', 'A\n <a@b.example>', 'a@b.example, c@d.example'])
      expect(readSender(text), text).toBeUndefined()
  })
})

describe('an address', () => {
  it('is mailed to with its domain in ASCII, and refused with other letters before the @', () => {
    expect(mailable('a.b+c@bücher.example')).toBe(`a.b+c@${domainToASCII('bücher.example')}`)
    const refused = [
      'jürgen@example.test',
      '会@example.test',
      'a b@example.test',
      'a@b@c.test',
      'a@',
      '@b.test',
      'a',
      '',
    ]
    for (const address of [
      ...refused,
      'a\r\nb@example.test',
      'a@example.test\r\nRCPT TO:<x@y.test>',
      '<a@b.test>',
      'a@b.test, c@d.test',
    ])
      expect(mailable(address), address).toBeUndefined()
  })
})
