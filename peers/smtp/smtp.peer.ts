import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import tls from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { letter } from '../../src/platform/mail/letter.ts'
import { Smtp } from '../../src/platform/mail/smtp.ts'
import { readSmtpUrl } from '../../src/platform/mail/smtp-url.ts'
import { invitation } from '../../src/platform/mail/templates/invitation.ts'
import { pythonWith } from '../python/venv.ts'

/** An SMTP server by other authors (Apache-2.0), in Python, whose own e-mail package reads what arrives. */
const server = 'aiosmtpd==1.4.6'

interface Arrived {
  readonly from: string
  readonly to: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  readonly defects: readonly string[]
  readonly text: string
  readonly html: string
}

let folder: string
let process_: ChildProcess
let lines: Interface
let smtp: Smtp

beforeAll(async () => {
  const python = join(pythonWith('smtp', [server]), 'python')
  folder = mkdtempSync(join(tmpdir(), 'vouch-smtp-'))
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', certificate]
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...made, ...name], { stdio: 'ignore' })
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), readFileSync(certificate, 'utf8')])
  const child = spawn(python, [join(import.meta.dirname, 'server.py'), certificate, key], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  process_ = child
  lines = createInterface({ input: child.stdout })
  const [port] = (await once(lines, 'line')) as [string]
  const login = `vouch:${encodeURIComponent('a secret: é')}`
  const settings = readSmtpUrl(`smtp://${login}@localhost:${port}?starttls=required`)
  if (!settings) throw new Error('the address is right')
  smtp = new Smtp(settings, { name: 'Vouch of Bücher & "Söhne"', address: 'vouch@acme.example' })
})
afterAll(async () => {
  process_.stdin?.end()
  await once(process_, 'exit')
  rmSync(folder, { recursive: true, force: true })
})

async function sendAndRead(id: string, message: ReturnType<typeof letter>): Promise<Arrived> {
  const line = once(lines, 'line') as Promise<[string]>
  expect(await smtp.send({ id, to: 'somebody@xn--bcher-kva.example', letter: message })).toEqual({ kind: 'sent' })
  return JSON.parse((await line)[0]) as Arrived
}

describe('a message, as another maker’s server and parser read it', () => {
  it('is what was meant, letter by letter', async () => {
    const id = randomUUID()
    const link = `https://vouch.example/join#${'a'.repeat(75)}`
    const message = invitation({
      organisation: 'Žluťoučký kůň 会社 😀 <b>',
      inviter: 'Ö. Wner.\r\n.\r\nRCPT TO:<thief@example.test>',
      role: 'auditor',
      link,
      expiresAt: new Date('2026-12-01T10:00:00Z'),
    })
    const arrived = await sendAndRead(id, message)
    expect(arrived.defects).toEqual([])
    expect(arrived.from).toBe('vouch@acme.example')
    expect(arrived.to).toEqual(['somebody@xn--bcher-kva.example'])
    expect(arrived.headers).toMatchObject({
      subject: message.subject,
      'message-id': `<${id}@acme.example>`,
      'auto-submitted': 'auto-generated',
    })
    expect(arrived.headers.from).toContain('Vouch of Bücher')
    expect(arrived.text.replaceAll('\r\n', '\n').trimEnd()).toBe(message.text.trimEnd())
    expect(arrived.html.replaceAll('\r\n', '\n').trimEnd()).toBe(message.html.trimEnd())
  })

  it('keeps lines that SMTP gives a meaning', async () => {
    const message = letter('Dots', ['.', '..', 'From here', '-- ', `${'x'.repeat(1_500)}`])
    const arrived = await sendAndRead(randomUUID(), message)
    expect(arrived.defects).toEqual([])
    expect(arrived.text.replaceAll('\r\n', '\n').trimEnd()).toBe(message.text.trimEnd())
  })
})
