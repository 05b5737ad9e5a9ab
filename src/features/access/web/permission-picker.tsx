import { Button, Checkbox, Fieldset, Group, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useSession } from '../../../web/api/session.ts'
import { humanise } from '../../../web/format.ts'
import classes from './access.module.css'
import type { Permission } from './queries.ts'

interface PermissionPickerProps {
  readonly permissions: readonly Permission[]
  readonly value: readonly Permission['id'][]
  readonly error: ReactNode
  readonly onChange: (may: Permission['id'][]) => void
}

/** What most keys are made for. */
const presets: readonly { readonly label: string; readonly fits: (id: string) => boolean }[] = [
  { label: 'Push evidence and records', fits: id => id === 'evidence.add' || id === 'connections.push' },
  { label: 'Read everything', fits: id => id.endsWith('.read') },
  { label: 'Nothing', fits: () => false },
]

/** Chooses what a key may do: what the reader may do themselves and a program can, by noun, in the words of the table that the server enforces. */
export function PermissionPicker({ permissions, value, error, onChange }: PermissionPickerProps): ReactNode {
  const { may } = useSession()
  const offered = permissions.filter(({ id, for_keys }) => for_keys && may.includes(id))
  const nouns = Map.groupBy(offered, ({ id }) => id.split('.')[0] ?? '')
  return (
    <Fieldset
      legend={
        <Text size="sm" fw={600} component="span">
          It may
        </Text>
      }
      variant="unstyled"
    >
      <Group gap={6} mt={2} mb="xs">
        {presets.map(({ label, fits }) => (
          <Button
            key={label}
            variant="default"
            size="compact-xs"
            onClick={() => onChange(offered.filter(({ id }) => fits(id)).map(({ id }) => id))}
          >
            {label}
          </Button>
        ))}
      </Group>
      {error ? (
        <Text size="xs" c="red.8" mb={6} role="alert">
          {error}
        </Text>
      ) : null}
      <div className={classes.permissions}>
        {[...nouns].map(([noun, group]) => (
          <Stack key={noun} gap={6}>
            <Text size="xs" c="dimmed" fw={600}>
              {noun === 'api' ? 'API' : humanise(noun)}
            </Text>
            {group.map(({ id, title }) => (
              <Checkbox
                key={id}
                size="xs"
                label={title}
                title={id}
                checked={value.includes(id)}
                onChange={event =>
                  onChange(event.currentTarget.checked ? [...value, id] : value.filter(other => other !== id))
                }
              />
            ))}
          </Stack>
        ))}
      </div>
    </Fieldset>
  )
}
