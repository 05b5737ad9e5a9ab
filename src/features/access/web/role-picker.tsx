import { Radio, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './access.module.css'
import type { Role } from './queries.ts'

interface RolePickerProps {
  readonly roles: readonly Role[]
  readonly value: Role['id']
  readonly onChange: (role: Role['id']) => void
}

/** Chooses a role, with the reason for each. Those that the reader may not give cannot be chosen. */
export function RolePicker({ roles, value, onChange }: RolePickerProps): ReactNode {
  return (
    <Radio.Group
      label="Role"
      value={value}
      onChange={next => {
        const role = roles.find(({ id }) => id === next)
        if (role) onChange(role.id)
      }}
    >
      <Stack gap={6} mt={6}>
        {roles.map(({ id, title, reason, grantable }) => (
          <div key={id} className={classes.role}>
            <Radio
              value={id}
              label={title}
              description={
                grantable
                  ? reason
                  : `${reason} ${id === 'owner' ? 'Only an owner can give it.' : 'It may do more than you can; an owner can give it.'}`
              }
              disabled={!grantable}
            />
          </div>
        ))}
      </Stack>
    </Radio.Group>
  )
}
