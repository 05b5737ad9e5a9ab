import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { FormEvent, ReactNode } from 'react'
import { useState } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { makePasskey } from '../../../web/api/passkey.ts'
import { agentWords } from './agent-words.ts'
import { Refusal } from './refusal.tsx'

interface AddPasskeyProps {
  /** Called with the recovery codes, when these are the person's first. */
  readonly onAdded: (codes: readonly string[] | null) => void
}

/** Makes a passkey with this browser, under a name by which it is told from others. */
export function AddPasskey({ onAdded }: AddPasskeyProps): ReactNode {
  const [name, setName] = useState(() => agentWords(navigator.userAgent))
  const add = useMutation({
    mutationFn: async () =>
      answer(api.POST('/api/v1/account/passkeys', { body: { name, passkey: await makePasskey() } })),
    onSuccess: ({ recovery_codes }) => onAdded(recovery_codes),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() !== '') add.mutate()
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">
          A passkey is kept by this device or your password manager, and opened by fingerprint, face or PIN. It signs
          you in without password and without code.
        </Text>
        <TextInput
          label="Name"
          description="After what keeps it, so that you know it again."
          maxLength={100}
          value={name}
          onChange={event => setName(event.currentTarget.value)}
          data-autofocus
        />
        <Refusal error={add.error} />
        <Group justify="flex-end">
          <Button type="submit" loading={add.isPending} disabled={name.trim() === ''}>
            Make the passkey
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
