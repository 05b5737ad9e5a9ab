/**
 * The part of an alias by which it is known, wherever it stands in a text: `p-` and 80 random bits in base 32 (RFC 4648, lower case), or for a telephone number +999 (a country code that
 * is given to nobody) and twelve digits.
 */
const token = /(?<![\w-])p-[a-z2-7]{16}(?![\w-])|(?<![\d+])\+999\d{12}(?!\d)/

const every = new RegExp(token.source, 'g')
const divider = new RegExp(`(${token.source})`)

/** The tokens in a text, each once, in order. */
export function aliasTokens(text: string): string[] {
  return [...new Set(text.match(every) ?? [])]
}

/** Divides a text at its tokens: every other part is one, beginning with the second. */
export function splitAtTokens(text: string): string[] {
  return text.split(divider)
}
