import { domainToASCII } from 'node:url'
import { z } from 'zod'

/** The server that takes our messages. */
export interface SmtpSettings {
  readonly host: string
  readonly port: number
  /** TLS from the first byte (smtps), or STARTTLS before anything is said, or neither. */
  readonly tls: 'from_start' | 'starttls' | 'none'
  readonly login: { readonly user: string; readonly password: string } | undefined
}

/** Whose name messages carry. */
export interface Sender {
  readonly name: string
  readonly address: string
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|::1)$/

/**
 * `smtp://user:password@host:587` or `smtps://…`. STARTTLS is demanded unless the host is this machine; `?starttls=never` or `?starttls=required` says otherwise.
 * Undefined when it is not such an address.
 */
export function readSmtpUrl(text: string): SmtpSettings | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  const secure = url.protocol === 'smtps:'
  const host = decoded(url.hostname)?.replace(/^\[|\]$/g, '')
  const [user, password] = [decoded(url.username), decoded(url.password)]
  if ((!secure && url.protocol !== 'smtp:') || !host || user === undefined || password === undefined) return undefined
  if (!['', '/'].includes(url.pathname) || url.hash !== '' || (user === '') !== (password === '')) return undefined
  const said = [...url.searchParams]
  if (said.some(([name, value]) => name !== 'starttls' || !['required', 'never'].includes(value))) return undefined
  const starttls = said.at(-1)?.[1] ?? (loopback.test(host) ? 'never' : 'required')
  return {
    host,
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    tls: secure ? 'from_start' : starttls === 'required' ? 'starttls' : 'none',
    login: user === '' ? undefined : { user, password },
  }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/**
 * An address as any mail server takes it: its domain in ASCII (RFC 5891). Undefined for what is none, and for one with other letters before the @, which only some servers take.
 */
export function mailable(address: string): string | undefined {
  const at = address.lastIndexOf('@')
  const domain = domainToASCII(address.slice(at + 1))
  const ascii = `${address.slice(0, at)}@${domain}`
  return at > 0 && domain !== '' && ascii.length <= 254 && z.email().safeParse(ascii).success ? ascii : undefined
}

/** `Vouch of Acme <vouch@acme.example>` or an address alone. Undefined when it is neither. */
export function readSender(text: string): Sender | undefined {
  const found = /^([^<>\p{Cc}]*)<([^<>]+)>$/u.exec(text.trim())
  const address = mailable(found?.[2]?.trim() ?? text.trim())
  if (address === undefined) return undefined
  const name = found?.[1]?.trim().replace(/^"(.*)"$/, '$1') ?? ''
  return { name: name === '' ? 'Vouch' : name, address }
}
