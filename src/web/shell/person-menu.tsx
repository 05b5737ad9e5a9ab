import { Avatar, Menu } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconLogout, IconPlus, IconSelector, IconUserCircle } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { answer, api } from '../api/client.ts'
import { useMay, useSession, useSignOut } from '../api/session.ts'
import { toastProblem } from '../components/toast.ts'
import { humanise } from '../format.ts'
import { NewOrganisation } from './new-organisation.tsx'
import classes from './shell.module.css'

/** Who is signed in: their account, their organisations, and the way out. */
export function PersonMenu({ onNavigate }: { onNavigate?: (() => void) | undefined }): ReactNode {
  const { user, role, organisation, organisations } = useSession()
  const navigate = useNavigate()
  const signOut = useSignOut()
  const mayCreate = useMay('organisation.create')
  const [creating, { open, close }] = useDisclosure(false)
  const choose = useMutation({
    mutationFn: (id: string) => answer(api.PUT('/api/v1/session/organisation', { body: { id } })),
    onSuccess: () => window.location.assign('/'),
    onError: toastProblem,
  })
  if (!user) return null
  const several = organisations.length > 1
  return (
    <>
      <Menu position="top-start" width={208} offset={6} withinPortal={false}>
        <Menu.Target>
          <button type="button" className={classes.person}>
            <Avatar size={28} radius="xl" color="ink" variant="light" aria-hidden>
              {initials(user.name)}
            </Avatar>
            <span className={classes.personWords}>
              <span className={classes.personName}>{user.name}</span>{' '}
              <span className={classes.personRole}>{humanise(role ?? '')}</span>
            </span>
            <IconSelector size={15} className={classes.personIcon} aria-hidden />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label className="v-wrap">{user.email}</Menu.Label>
          <Menu.Item
            leftSection={<IconUserCircle size={15} />}
            onClick={() => {
              onNavigate?.()
              void navigate({ to: '/account' })
            }}
          >
            Account
          </Menu.Item>
          {several || mayCreate ? (
            <>
              <Menu.Divider />
              <Menu.Label>{several ? 'Work in' : 'Organisation'}</Menu.Label>
            </>
          ) : null}
          {several ? (
            <Menu.RadioGroup
              value={organisation?.id ?? null}
              onChange={id => {
                if (id !== organisation?.id) choose.mutate(id)
              }}
            >
              {organisations.map(({ id, name }) => (
                <Menu.RadioItem key={id} value={id} closeMenuOnClick>
                  {name}
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          ) : null}
          {mayCreate ? (
            <Menu.Item leftSection={<IconPlus size={15} />} onClick={open}>
              New organisation…
            </Menu.Item>
          ) : null}
          <Menu.Divider />
          <Menu.Item leftSection={<IconLogout size={15} />} onClick={() => signOut.mutate()}>
            Sign out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <NewOrganisation opened={creating} onClose={close} />
    </>
  )
}

/** The first letters of the first and the last word of a name. */
function initials(name: string): string {
  const words = name.trim().split(/\s+/)
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words
  return letters
    .map(word => [...(word ?? '')][0] ?? '')
    .join('')
    .toUpperCase()
}
