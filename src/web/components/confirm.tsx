import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { type FormEvent, useState } from 'react'
import { ProblemAlert } from './feedback.tsx'

interface ConfirmProps {
  readonly opened: boolean
  readonly onClose: () => void
  readonly onConfirm: () => void
  readonly title: string
  /** What will happen, and what will not. */
  readonly children: ReactNode
  /** The button's words: a verb. */
  readonly action: string
  /** The other button's words. */
  readonly keep?: string
  readonly pending?: boolean
  readonly error?: unknown
  /** For what cannot be taken back: this has to be typed first. */
  readonly typed?: string
}

/** Asks before something that cannot be taken back. */
export function Confirm(props: ConfirmProps): ReactNode {
  const { opened, onClose, onConfirm, title, children, action, keep = 'Keep it', pending = false, error, typed } = props
  const [words, setWords] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (typed === undefined || words === typed) onConfirm()
  }
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm" component="div">
            {children}
          </Text>
          {typed === undefined ? null : (
            <TextInput
              label={`Type “${typed}” to go on`}
              value={words}
              onChange={event => setWords(event.currentTarget.value)}
              autoComplete="off"
              data-autofocus
            />
          )}
          {error ? <ProblemAlert error={error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {keep}
            </Button>
            <Button type="submit" color="red.8" loading={pending} disabled={typed !== undefined && words !== typed}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
