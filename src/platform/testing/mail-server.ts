import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

/** A message as the server took it. */
export interface Taken {
  readonly from: string
  readonly to: readonly string[]
  /** As it came over the wire. */
  readonly raw: string
  readonly encrypted: boolean
  readonly user: string | undefined
}

/** What the server does with the next message: takes it, answers a code to the recipient or to the message, or drops the connection once it has the whole message. */
export type Answer = 'take' | 'drop' | { readonly at: 'recipient' | 'message'; readonly code: number }

export interface MailServer {
  readonly port: number
  readonly taken: Taken[]
  /** The whole messages that were received, taken or not. */
  readonly received: string[]
  /** What to do with the messages to come, in order; then they are taken. */
  readonly answers: Answer[]
  close(): Promise<void>
}

export const login = { user: 'vouch', password: 'p:a/s s@wörd' }

/**
 * An SMTP server of another maker, on this machine; `tls` gives it a certificate that this process then trusts, and demands a login; with `hold` it never answers to a whole
 * message.
 */
export async function startMailServer(options: { tls?: boolean; hold?: boolean } = {}): Promise<MailServer> {
  const taken: Taken[] = []
  const received: string[] = []
  const answers: Answer[] = []
  const answerTo = (at: 'recipient' | 'message') => {
    const [next] = answers
    if (typeof next !== 'object' || next.at !== at) return undefined
    answers.shift()
    return Object.assign(new Error(`answer ${next.code}`), { responseCode: next.code })
  }
  const settings: SMTPServerOptions = options.tls
    ? { ...trustedCertificate(), secure: false }
    : { disabledCommands: ['STARTTLS'], authOptional: true }
  const server = new SMTPServer({
    ...settings,
    logger: false,
    disableReverseLookup: true,
    onAuth: ({ username, password }, _session, done) =>
      username === login.user && password === login.password
        ? done(null, { user: username })
        : done(new Error('wrong login')),
    onRcptTo: (_address, _session, done) => done(answerTo('recipient')),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString('utf8')
        received.push(raw)
        if (options.hold) return
        if (answers[0] === 'drop') {
          answers.shift()
          for (const connection of server.connections) connection._socket.destroy()
          return
        }
        if (answers[0] === 'take') answers.shift()
        const refusal = answerTo('message')
        if (refusal) return done(refusal)
        const { mailFrom, rcptTo } = session.envelope
        taken.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          raw,
          encrypted: session.secure,
          user: typeof session.user === 'string' ? session.user : undefined,
        })
        done()
      })
    },
  })
  server.on('error', () => {})
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()))
  return {
    port: (server.server.address() as AddressInfo).port,
    taken,
    received,
    answers,
    close: () =>
      new Promise(resolve => {
        for (const connection of server.connections) connection._socket.destroy()
        server.close(() => resolve())
      }),
  }
}

/** A certificate for localhost, made for this run by OpenSSL. */
function trustedCertificate(): { key: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'vouch-test-certificate-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', cert]
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...made, ...name], { stdio: 'ignore' })
  const pair = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  rmSync(folder, { recursive: true })
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), pair.cert])
  return pair
}
