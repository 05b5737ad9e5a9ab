import type { ReactNode } from 'react'
import classes from './code.module.css'

const token = /("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

interface JsonViewProps {
  readonly value: unknown
  /** What it is, for screen readers. */
  readonly name: string
  /** How texts are shown, quotes included; as they are when it is left out. */
  readonly text?: (text: string) => ReactNode
}

/** A JSON value, indented and coloured. */
export function JsonView({ value, name, text = same }: JsonViewProps): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className={classes.json} tabIndex={0} aria-label={name}>
      <pre>{coloured(JSON.stringify(value, null, 2) ?? 'null', text)}</pre>
    </section>
  )
}

/** Text as it is, such as a signed note. */
export function TextView({ text, name }: { text: string; name: string }): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className={classes.json} tabIndex={0} aria-label={name}>
      <pre>{text}</pre>
    </section>
  )
}

const same = (text: string): ReactNode => text

function coloured(json: string, text: (text: string) => ReactNode): ReactNode[] {
  const parts: ReactNode[] = []
  let end = 0
  for (const match of json.matchAll(token)) {
    const [whole, string, colon, word] = match
    if (match.index > end) parts.push(json.slice(end, match.index))
    const kind = string ? (colon ? classes.key : classes.string) : word ? classes.word : classes.number
    parts.push(
      <span key={match.index} className={kind}>
        {string ? text(string) : whole}
      </span>,
    )
    if (colon) parts.push(colon)
    end = match.index + whole.length
  }
  parts.push(json.slice(end))
  return parts
}
