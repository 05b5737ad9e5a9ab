import { ActionIcon, CopyButton, Group } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import type { ReactNode } from 'react'

interface HashProps {
  readonly value: string
  /** What it is, for the copy button's name: "content hash". */
  readonly name: string
  /** Shown whole, breaking where it must. */
  readonly whole?: boolean
}

/** A hash or key, shortened, with a button that copies all of it. */
export function Hash({ value, name, whole }: HashProps): ReactNode {
  const shown = whole || value.length <= 20 ? value : `${value.slice(0, 10)}…${value.slice(-6)}`
  return (
    <Group gap={2} wrap="nowrap" component="span" display="inline-flex" maw="100%">
      <code className="v-mono v-wrap" title={value}>
        {shown}
      </code>
      <Copy value={value} name={name} />
    </Group>
  )
}

/** A button that copies `value`. */
export function Copy({ value, name }: { value: string; name: string }): ReactNode {
  return (
    <CopyButton value={value} timeout={1_500}>
      {({ copied, copy }) => (
        <ActionIcon size={24} onClick={copy} aria-label={copied ? `Copied the ${name}` : `Copy the ${name}`}>
          {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
        </ActionIcon>
      )}
    </CopyButton>
  )
}
