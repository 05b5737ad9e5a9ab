import type { Json } from '../../../../verifier/records/canonical.ts'

const secretOptions = /^(ldapbindpasswd|radiussecrets?|oauth_client_secret|.*(?:passw(?:or)?d|secret|token).*)$/i

/** The options of an authentication rule (`name=value`), with the values of those that hold secrets replaced. */
export function redactOptions(options: Json): Json {
  if (!Array.isArray(options)) return options
  return options.map(option => {
    if (typeof option !== 'string') return option
    const name = option.slice(0, Math.max(0, option.indexOf('=')))
    if (secretOptions.test(name)) return `${name}=[redacted]`
    return option.replace(/(:\/\/[^:/@\s]*):[^@\s]*@/g, '$1:[redacted]@')
  })
}

/** An error message about a line of pg_hba.conf, which may quote the line, without what follows a secret option's name. */
export function redactHbaError(error: string | null): string | null {
  return (
    error?.replace(/((?:ldapbindpasswd|radiussecrets?|passw(?:or)?d|secret)"?\s*[=:]\s*)\S+/gi, '$1[redacted]') ?? null
  )
}
