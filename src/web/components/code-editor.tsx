import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { type KeyboardEvent, useId, useState } from 'react'
import classes from './code.module.css'

interface CodeEditorProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  /** Ctrl or ⌘ with Enter. */
  readonly onRun?: () => void
}

/**
 * A plain editor for code: monospace, line numbers. Tab indents the lines of the selection, Shift Tab takes the indentation back, and Escape
 * followed by Tab leaves the field, so that the keyboard is never caught (WCAG 2.1.2).
 */
export function CodeEditor({ label, value, onChange, onRun }: CodeEditorProps): ReactNode {
  const [leaving, setLeaving] = useState(false)
  const hint = useId()
  const lines = value.split('\n').length

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      onRun?.()
      return
    }
    if (event.key === 'Escape') return setLeaving(true)
    if (event.key !== 'Tab' || leaving) return setLeaving(false)
    event.preventDefault()
    const field = event.currentTarget
    const changed = indent(value, field.selectionStart, field.selectionEnd, event.shiftKey)
    // The browser's own command keeps the change in the field's undo history.
    field.setSelectionRange(changed.from, changed.to)
    document.execCommand('insertText', false, changed.text)
    field.setSelectionRange(changed.start, changed.end)
  }

  return (
    <div>
      <div className={classes.frame}>
        <div className={classes.lines} aria-hidden>
          {Array.from({ length: lines }, (_, line) => line + 1).join('\n')}
        </div>
        <textarea
          className={classes.text}
          aria-label={label}
          aria-describedby={hint}
          value={value}
          rows={lines}
          cols={Math.max(40, ...value.split('\n').map(line => line.length + 2))}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          onChange={event => onChange(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onBlur={() => setLeaving(false)}
        />
      </div>
      <Text id={hint} size="xs" c="dimmed" mt={4}>
        Tab indents. Escape, then Tab, leaves the editor.{onRun ? ' Ctrl Enter previews.' : ''}
      </Text>
    </div>
  )
}

interface Indented {
  /** What is replaced, and by what. */
  readonly from: number
  readonly to: number
  readonly text: string
  /** The selection afterwards. */
  readonly start: number
  readonly end: number
}

/** What Tab (or with `back` Shift Tab) does to a selection: two spaces at the caret, or before each selected line. */
export function indent(value: string, start: number, end: number, back: boolean): Indented {
  if (start === end && !back) return { from: start, to: end, text: '  ', start: start + 2, end: start + 2 }
  const from = value.lastIndexOf('\n', start - 1) + 1
  const lines = value.slice(from, end).split('\n')
  const changed = lines.map(line => (back ? line.replace(/^ {1,2}/, '') : `  ${line}`))
  const first = (changed[0]?.length ?? 0) - (lines[0]?.length ?? 0)
  const text = changed.join('\n')
  return { from, to: end, text, start: Math.max(from, start + first), end: from + text.length }
}
