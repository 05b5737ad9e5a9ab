import { Anchor, Button, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { FormEvent, ReactNode } from 'react'
import { useState } from 'react'
import { answer, api, type Schemas } from '../../../web/api/client.ts'
import { Refusal } from './refusal.tsx'

interface SecondFactorFormProps {
  /** What the person has. */
  readonly half: NonNullable<Schemas['Session']['half']>
  readonly onSignedIn: () => void
  /** Another person wants to sign in. */
  readonly onOther: () => void
}

/** The second of two factors, when the first was shown: a code of the authenticator app, or a recovery code. */
export function SecondFactorForm({ half, onSignedIn, onOther }: SecondFactorFormProps): ReactNode {
  const [recovering, setRecovering] = useState(!half.totp)
  const [code, setCode] = useState('')
  const give = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/session/second-factor', { body: { code } })),
    onSuccess: onSignedIn,
    onError: () => setCode(''),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (code !== '') give.mutate()
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Refusal error={give.error} whole />
        <TextInput
          key={String(recovering)}
          label={recovering ? 'Recovery code' : 'Code of your authenticator app'}
          size="md"
          autoComplete={recovering ? 'off' : 'one-time-code'}
          inputMode={recovering ? 'text' : 'numeric'}
          autoCapitalize="off"
          spellCheck={false}
          autoFocus
          value={code}
          onChange={event => setCode(event.currentTarget.value)}
        />
        <Button type="submit" size="md" fullWidth loading={give.isPending || give.isSuccess} disabled={code === ''}>
          Go on
        </Button>
        {half.totp && half.recovery_codes > 0 ? (
          <Anchor component="button" type="button" size="sm" ta="center" onClick={() => setRecovering(!recovering)}>
            {recovering ? 'Use the authenticator app' : 'Use a recovery code'}
          </Anchor>
        ) : null}
        <Anchor component="button" type="button" size="sm" ta="center" onClick={onOther}>
          Sign in as somebody else
        </Anchor>
      </Stack>
    </form>
  )
}
