import { CloseButton, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useEffect, useRef, useState } from 'react'
import classes from './toolbar.module.css'

/** The line above a list: search, filters, and at its end the count and actions. */
export function Toolbar({ children, end }: { children: ReactNode; end?: ReactNode }): ReactNode {
  return (
    <search className={classes.bar}>
      {children}
      {end ? <div className={classes.end}>{end}</div> : null}
    </search>
  )
}

interface SearchBoxProps {
  readonly value: string | undefined
  readonly onChange: (value: string | undefined) => void
  /** What is looked through: "Search controls". */
  readonly label: string
}

const typingMs = 250

/** Words to look for; told on after a pause in typing. The key / goes there. */
export function SearchBox({ value, onChange, label }: SearchBoxProps): ReactNode {
  const [typed, setTyped] = useState(value ?? '')
  const input = useRef<HTMLInputElement>(null)
  const tell = useDebouncedCallback((next: string) => onChange(next.trim() || undefined), typingMs)
  useEffect(() => setTyped(now => (now.trim() === (value ?? '') ? now : (value ?? ''))), [value])
  useHotkeys([['/', () => input.current?.focus()]])
  const change = (next: string) => {
    setTyped(next)
    tell(next)
  }
  return (
    <TextInput
      ref={input}
      className={classes.search}
      size="xs"
      aria-label={label}
      placeholder={label}
      value={typed}
      onChange={event => change(event.currentTarget.value)}
      leftSection={<IconSearch size={14} />}
      rightSection={typed ? <CloseButton size="xs" aria-label="Clear the search" onClick={() => change('')} /> : null}
    />
  )
}

interface FilterProps<T extends string> {
  readonly label: string
  readonly value: T | undefined
  readonly onChange: (value: T | undefined) => void
  readonly options: readonly { readonly value: T; readonly label: string }[]
  readonly width?: number
}

/** A filter with one value, or none. */
export function Filter<T extends string>({ label, value, onChange, options, width = 160 }: FilterProps<T>): ReactNode {
  return (
    <Select
      size="xs"
      className={classes.filter ?? ''}
      style={{ '--filter-width': `${width}px` }}
      aria-label={label}
      placeholder={label}
      clearable
      clearButtonProps={{ 'aria-label': `Clear: ${label}` }}
      data={[...options]}
      value={value ?? null}
      onChange={next => onChange(options.find(option => option.value === next)?.value)}
      searchable={options.length > 10}
      comboboxProps={{ width: Math.max(width, 200), position: 'bottom-start' }}
    />
  )
}
