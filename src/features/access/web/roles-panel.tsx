import { Accordion, Button, Group, List, Text, VisuallyHidden } from '@mantine/core'
import { IconCheck, IconMinus, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useMay, useSession } from '../../../web/api/session.ts'
import { QueryView } from '../../../web/components/query-view.tsx'
import classes from './access.module.css'
import { type Role, type Roles, rolesQuery } from './queries.ts'
import { RemoveRole } from './remove-role.tsx'
import { RoleForm } from './role-form.tsx'

type Doing = { readonly what: 'make' } | { readonly what: 'change' | 'remove'; readonly role: Role }

/** What each role may do, and why: as a table, and where there is no room for one, role by role. The organisation's own are made and changed here. */
export function RolesPanel(): ReactNode {
  const query = useQuery(rolesQuery)
  const mayChange = useMay('roles.change')
  const [doing, setDoing] = useState<Doing>()
  const close = () => setDoing(undefined)
  return (
    <QueryView query={query}>
      {roles => (
        <>
          {mayChange ? (
            <Group justify="space-between" className={classes.bar}>
              <Text size="sm" c="dimmed">
                Seven roles come with Vouch. Make others from the same permissions where these do not fit.
              </Text>
              <Button
                size="xs"
                variant="default"
                leftSection={<IconPlus size={14} />}
                onClick={() => setDoing({ what: 'make' })}
              >
                Make a role
              </Button>
            </Group>
          ) : null}
          <div className={classes.wide}>
            <Reasons roles={roles} onDo={setDoing} />
            <Matrix roles={roles} />
          </div>
          <div className={classes.narrow}>
            <RoleByRole roles={roles} onDo={setDoing} />
          </div>
          {doing?.what === 'make' ? <RoleForm roles={roles} onClose={close} /> : null}
          {doing?.what === 'change' ? <RoleForm roles={roles} role={doing.role} onClose={close} /> : null}
          {doing?.what === 'remove' ? <RemoveRole role={doing.role} onClose={close} /> : null}
        </>
      )}
    </QueryView>
  )
}

interface RoleListProps {
  readonly roles: Roles
  readonly onDo: (doing: Doing) => void
}

function Reasons({ roles: { roles }, onDo }: RoleListProps): ReactNode {
  const { role: own } = useSession()
  return (
    <dl className={classes.reasons}>
      {roles.map(role => (
        <div key={role.id}>
          <dt>
            {role.title}
            {role.id === own ? (
              <Text span size="xs" c="dimmed">
                {' '}
                (you)
              </Text>
            ) : null}
          </dt>
          <dd>
            {role.reason}
            <RoleActions role={role} onDo={onDo} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** What the server says that the reader may do with a role. */
function RoleActions({ role, onDo }: { role: Role; onDo: (doing: Doing) => void }): ReactNode {
  if (!role.changeable) return null
  return (
    <Group gap={6} mt={6}>
      <Button
        size="compact-xs"
        variant="default"
        aria-label={`Change ${role.title}`}
        onClick={() => onDo({ what: 'change', role })}
      >
        Change
      </Button>
      <Button
        size="compact-xs"
        variant="default"
        aria-label={`Remove ${role.title}`}
        onClick={() => onDo({ what: 'remove', role })}
      >
        Remove
      </Button>
    </Group>
  )
}

function Matrix({ roles: { roles, permissions } }: { roles: Roles }): ReactNode {
  const { role: own } = useSession()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className={classes.matrix} tabIndex={0} aria-label="What each role may do">
      <table>
        <caption>
          <VisuallyHidden>What each role may do</VisuallyHidden>
        </caption>
        <thead>
          <tr>
            <th scope="col">Permission</th>
            {roles.map(({ id, title }) => (
              <th key={id} scope="col" className={id === own ? classes.mine : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {permissions.map(({ id, title }) => (
            <tr key={id}>
              <th scope="row" title={id}>
                {title}
              </th>
              {roles.map(role => (
                <td key={role.id} className={role.id === own ? classes.mine : undefined}>
                  {role.may.includes(id) ? (
                    <IconCheck size={16} className={classes.yes} aria-hidden />
                  ) : (
                    <IconMinus size={14} className={classes.no} aria-hidden />
                  )}
                  <VisuallyHidden>{role.may.includes(id) ? 'Yes' : 'No'}</VisuallyHidden>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function RoleByRole({ roles: { roles, permissions }, onDo }: RoleListProps): ReactNode {
  const { role: own } = useSession()
  return (
    <Accordion defaultValue={own} chevronPosition="right">
      {roles.map(role => (
        <Accordion.Item key={role.id} value={role.id}>
          <Accordion.Control>
            <Text size="sm" fw={600}>
              {role.title}
              {role.id === own ? ' (you)' : ''}
            </Text>
            <Text size="xs" c="dimmed">
              {role.reason}
            </Text>
          </Accordion.Control>
          <Accordion.Panel>
            <List size="sm" spacing={3}>
              {permissions
                .filter(permission => role.may.includes(permission.id))
                .map(permission => (
                  <List.Item key={permission.id}>{permission.title}</List.Item>
                ))}
            </List>
            <RoleActions role={role} onDo={onDo} />
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  )
}
