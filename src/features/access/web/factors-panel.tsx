import { Button, Modal, Text } from '@mantine/core'
import { IconDeviceMobile, IconFingerprint, IconLifebuoy } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { answer, api, type Schemas } from '../../../web/api/client.ts'
import { type Factors, knowsPasskeys } from '../../../web/api/passkey.ts'
import { Confirm } from '../../../web/components/confirm.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { Section } from '../../../web/components/section.tsx'
import { Time } from '../../../web/components/time.tsx'
import { toast, toastProblem } from '../../../web/components/toast.ts'
import { count } from '../../../web/format.ts'
import { AddPasskey } from './add-passkey.tsx'
import { AddTotp } from './add-totp.tsx'
import classes from './factors.module.css'
import { factorsQuery } from './queries.ts'
import { RecoveryCodes } from './recovery-codes.tsx'

type Passkey = Schemas['Passkey']
type Adding = 'totp' | 'passkey'
const titles = { totp: 'Add an authenticator app', passkey: 'Add a passkey' } as const

/** One's second factors: passkeys, authenticator app, recovery codes. */
export function FactorsPanel(): ReactNode {
  const client = useQueryClient()
  const query = useQuery(factorsQuery)
  const [adding, setAdding] = useState<Adding>()
  const [codes, setCodes] = useState<readonly string[]>()
  const changed = () =>
    Promise.all(['account', 'session', 'members'].map(noun => client.invalidateQueries({ queryKey: [noun] })))
  const added = (made: readonly string[] | null) => {
    toast(adding === 'totp' ? 'The authenticator app was added.' : 'The passkey was added.')
    setAdding(undefined)
    setCodes(made ?? undefined)
    void changed()
  }
  return (
    <Section
      title="Second factor"
      description="With one, your password alone lets nobody in. A passkey also signs you in without a password."
      flush
      actions={
        <>
          {knowsPasskeys() ? (
            <Button variant="default" onClick={() => setAdding('passkey')}>
              Add a passkey
            </Button>
          ) : null}
          {query.data && query.data.totp_since === null ? (
            <Button variant="default" onClick={() => setAdding('totp')}>
              Add an authenticator app
            </Button>
          ) : null}
        </>
      }
    >
      <QueryView query={query}>
        {factors => <FactorsList factors={factors} onChanged={changed} onCodes={setCodes} />}
      </QueryView>
      <Modal opened={adding !== undefined} onClose={() => setAdding(undefined)} title={adding && titles[adding]}>
        {adding === 'totp' ? <AddTotp onAdded={added} /> : null}
        {adding === 'passkey' ? <AddPasskey onAdded={added} /> : null}
      </Modal>
      <Modal
        opened={codes !== undefined}
        onClose={() => setCodes(undefined)}
        title="Keep your recovery codes"
        closeOnClickOutside={false}
        closeOnEscape={false}
        withCloseButton={false}
      >
        {codes ? <RecoveryCodes codes={codes} onKept={() => setCodes(undefined)} /> : null}
      </Modal>
    </Section>
  )
}

interface ListProps {
  readonly factors: Factors
  readonly onChanged: () => Promise<unknown>
  readonly onCodes: (codes: readonly string[]) => void
}

function FactorsList({ factors, onChanged, onCodes }: ListProps): ReactNode {
  const { totp_since, passkeys, recovery_codes } = factors
  if (totp_since === null && passkeys.length === 0) {
    return (
      <Text size="sm" c="dimmed" px="md" pb="md">
        You have none: whoever learns your password, or a link that is meant for you, is you.
      </Text>
    )
  }
  return (
    <ul className={classes.list} aria-label="Second factors">
      {passkeys.map(passkey => (
        <PasskeyItem key={passkey.id} passkey={passkey} onChanged={onChanged} />
      ))}
      {totp_since === null ? null : <TotpItem since={totp_since} onChanged={onChanged} />}
      <RecoveryItem left={recovery_codes} onCodes={onCodes} onChanged={onChanged} />
    </ul>
  )
}

function PasskeyItem({ passkey, onChanged }: { passkey: Passkey } & Pick<ListProps, 'onChanged'>): ReactNode {
  return (
    <li>
      <IconFingerprint size={20} stroke={1.6} aria-hidden />
      <div>
        <Text size="sm" fw={550} className="v-wrap">
          {passkey.name}
        </Text>
        <Text size="xs" c="dimmed">
          Passkey{passkey.synced ? ', synced' : ''}, since <Time iso={passkey.created_at} as="day" />;{' '}
          {passkey.last_used_at === null ? (
            'never used yet'
          ) : (
            <>
              last used <Time iso={passkey.last_used_at} as="relative" />
            </>
          )}
        </Text>
      </div>
      <Remove
        what={passkey.name}
        title={`Remove the passkey “${passkey.name}”?`}
        remove={() => answer(api.DELETE('/api/v1/account/passkeys/{id}', { params: { path: { id: passkey.id } } }))}
        onRemoved={onChanged}
      >
        It signs in nobody any more, and your other sessions end. It stays in the device or app that keeps it, where you
        can delete it too.
      </Remove>
    </li>
  )
}

function TotpItem({ since, onChanged }: { since: string } & Pick<ListProps, 'onChanged'>): ReactNode {
  return (
    <li>
      <IconDeviceMobile size={20} stroke={1.6} aria-hidden />
      <div>
        <Text size="sm" fw={550}>
          Authenticator app
        </Text>
        <Text size="xs" c="dimmed">
          Since <Time iso={since} as="day" />
        </Text>
      </div>
      <Remove
        what="the authenticator app"
        title="Remove the authenticator app?"
        remove={() => answer(api.DELETE('/api/v1/account/totp'))}
        onRemoved={onChanged}
      >
        Its codes are good for nothing any more, and your other sessions end.
      </Remove>
    </li>
  )
}

interface RemoveProps {
  readonly what: string
  readonly title: string
  readonly remove: () => Promise<unknown>
  readonly onRemoved: () => Promise<unknown>
  readonly children: ReactNode
}

function Remove({ what, title, remove, onRemoved, children }: RemoveProps): ReactNode {
  const [asking, setAsking] = useState(false)
  const run = useMutation({
    mutationFn: remove,
    onSuccess: async () => {
      setAsking(false)
      toast('It was removed. Your other sessions have ended.')
      await onRemoved()
    },
  })
  const close = () => {
    run.reset()
    setAsking(false)
  }
  return (
    <>
      <Button variant="default" size="compact-xs" aria-label={`Remove ${what}`} onClick={() => setAsking(true)}>
        Remove…
      </Button>
      <Confirm
        opened={asking}
        onClose={close}
        onConfirm={() => run.mutate()}
        pending={run.isPending}
        error={run.error}
        title={title}
        action="Remove"
      >
        {children}
      </Confirm>
    </>
  )
}

function RecoveryItem({ left, onCodes, onChanged }: { left: number } & Omit<ListProps, 'factors'>): ReactNode {
  const make = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/account/recovery-codes')),
    onSuccess: async ({ recovery_codes }) => {
      onCodes(recovery_codes)
      await onChanged()
    },
    onError: toastProblem,
  })
  return (
    <li>
      <IconLifebuoy size={20} stroke={1.6} aria-hidden />
      <div>
        <Text size="sm" fw={550}>
          Recovery codes
        </Text>
        <Text size="xs" c={left < 3 ? 'var(--v-warn)' : 'dimmed'}>
          {left === 0 ? 'None is left: make new ones' : `${count(left, 'code')} left, for when all else is lost`}
        </Text>
      </div>
      <Button variant="default" size="compact-xs" onClick={() => make.mutate()} loading={make.isPending}>
        Make new ones
      </Button>
    </li>
  )
}
