/** A message as it is read. The text alone suffices; the HTML says the same. */
export interface Letter {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** A paragraph, or the one thing to do: a link under a label. */
export type Part = string | { readonly label: string; readonly link: string }

const longestSubject = 150

/** Makes text and HTML of the same parts: no image, no style sheet, nothing from elsewhere, nothing that tells who read it. */
export function letter(subject: string, parts: readonly Part[]): Letter {
  const heading = oneLine(subject, longestSubject)
  const text = parts.map(part => (typeof part === 'string' ? oneLine(part) : `${part.label}:\n${part.link}`))
  const html = parts.map(part =>
    typeof part === 'string'
      ? `<p>${escapeHtml(oneLine(part))}</p>`
      : `<p><a href="${escapeHtml(part.link)}">${escapeHtml(part.label)}</a><br>${escapeHtml(part.link)}</p>`,
  )
  return {
    subject: heading,
    text: `${text.join('\n\n')}\n`,
    html: `<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>${escapeHtml(heading)}</title></head>\n<body>\n${html.join('\n')}\n</body>\n</html>\n`,
  }
}

/** Without line breaks and other control characters (a name may hold some), which would end a header or forge a paragraph. */
export function oneLine(text: string, longest = 2_000): string {
  const line = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
  return line.length <= longest ? line : `${[...line].slice(0, longest - 1).join('')}…`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
}

/** A time that reads the same everywhere. */
export function moment(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' at ')} UTC`
}
