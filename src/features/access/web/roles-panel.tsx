import { Accordion, List, Text, VisuallyHidden } from '@mantine/core'
import { IconCheck, IconMinus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useSession } from '../../../web/api/session.ts'
import { QueryView } from '../../../web/components/query-view.tsx'
import classes from './access.module.css'
import { type Roles, rolesQuery } from './queries.ts'

/** What each role may do, and why: as a table, and where there is no room for one, role by role. */
export function RolesPanel(): ReactNode {
  const query = useQuery(rolesQuery)
  return (
    <QueryView query={query}>
      {roles => (
        <>
          <div className={classes.wide}>
            <Reasons roles={roles} />
            <Matrix roles={roles} />
          </div>
          <div className={classes.narrow}>
            <RoleByRole roles={roles} />
          </div>
        </>
      )}
    </QueryView>
  )
}

function Reasons({ roles: { roles } }: { roles: Roles }): ReactNode {
  const { role: own } = useSession()
  return (
    <dl className={classes.reasons}>
      {roles.map(({ id, title, reason }) => (
        <div key={id}>
          <dt>
            {title}
            {id === own ? (
              <Text span size="xs" c="dimmed">
                {' '}
                (you)
              </Text>
            ) : null}
          </dt>
          <dd>{reason}</dd>
        </div>
      ))}
    </dl>
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

function RoleByRole({ roles: { roles, permissions } }: { roles: Roles }): ReactNode {
  const { role: own } = useSession()
  return (
    <Accordion defaultValue={own} chevronPosition="right">
      {roles.map(({ id, title, reason, may }) => (
        <Accordion.Item key={id} value={id}>
          <Accordion.Control>
            <Text size="sm" fw={600}>
              {title}
              {id === own ? ' (you)' : ''}
            </Text>
            <Text size="xs" c="dimmed">
              {reason}
            </Text>
          </Accordion.Control>
          <Accordion.Panel>
            <List size="sm" spacing={3}>
              {permissions
                .filter(permission => may.includes(permission.id))
                .map(permission => (
                  <List.Item key={permission.id}>{permission.title}</List.Item>
                ))}
            </List>
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  )
}
