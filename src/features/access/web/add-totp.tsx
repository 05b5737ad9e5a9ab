import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { FormEvent, ReactNode } from 'react'
import { useState } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { ApiProblem } from '../../../web/api/problem.ts'
import { QueryView } from '../../../web/components/query-view.tsx'
import classes from './factors.module.css'
import { QrCode } from './qr-code.tsx'
import { Refusal } from './refusal.tsx'

interface AddTotpProps {
  /** Called with the recovery codes, when these are the person's first. */
  readonly onAdded: (codes: readonly string[] | null) => void
}

/** Adds an authenticator app: its key as a QR code and in letters, confirmed by a code that it shows. */
export function AddTotp({ onAdded }: AddTotpProps): ReactNode {
  const [code, setCode] = useState('')
  const offer = useQuery({
    queryKey: ['totp-offer'],
    queryFn: () => answer(api.POST('/api/v1/account/totp')),
    // A key that was seen is not asked for again while it may be scanned, and is not kept after.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  })
  const confirm = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/account/totp/confirmation', { body: { code } })),
    onSuccess: ({ recovery_codes }) => onAdded(recovery_codes),
    onError: () => setCode(''),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (code !== '') confirm.mutate()
  }
  return (
    <QueryView query={offer}>
      {({ key, address }) => (
        <form onSubmit={submit}>
          <Stack gap="sm">
            <Text size="sm">Scan this with an authenticator app, such as the one of your password manager.</Text>
            <QrCode text={address} label="QR code for an authenticator app" />
            <div>
              <Text size="xs" c="dimmed" mb={4}>
                Or enter this key there, as time-based:
              </Text>
              <p className={classes.key} id="totp-key">
                {key.replace(/(.{4})(?=.)/g, '$1 ')}
              </p>
            </div>
            <TextInput
              label="Code that the app shows"
              autoComplete="one-time-code"
              inputMode="numeric"
              maxLength={7}
              value={code}
              onChange={event => setCode(event.currentTarget.value)}
              error={confirm.error instanceof ApiProblem ? confirm.error.fields.code : undefined}
              data-autofocus
            />
            <Refusal error={confirm.error} />
            <Group justify="flex-end">
              <Button type="submit" loading={confirm.isPending} disabled={code === ''}>
                Confirm
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </QueryView>
  )
}
