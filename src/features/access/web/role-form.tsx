import { Button, Checkbox, Group, Modal, NativeSelect, Stack, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { ApiProblem } from '../../../web/api/problem.ts'
import { ProblemAlert } from '../../../web/components/feedback.tsx'
import { toast } from '../../../web/components/toast.ts'
import classes from './access.module.css'
import type { Role, Roles } from './queries.ts'

interface RoleFormProps {
  readonly roles: Roles
  /** The role that is changed; without one a new one is made. */
  readonly role?: Role
  readonly onClose: () => void
}

/** Makes a role of the organisation's own, or changes what one may do. */
export function RoleForm({ roles: { roles, permissions }, role, onClose }: RoleFormProps): ReactNode {
  const client = useQueryClient()
  const form = useForm({
    mode: 'controlled',
    initialValues: { title: role?.title ?? '', reason: role?.reason ?? '', may: role?.may ?? [] },
    validate: {
      title: title => (title.trim().length < 2 ? 'Give it a title.' : null),
      reason: reason => (reason.trim() === '' ? 'Say what its holders do.' : null),
      may: may => (may.length === 0 ? 'Choose what it may do.' : null),
    },
  })
  const save = useMutation({
    mutationFn: ({ title, reason, may }: typeof form.values) =>
      role
        ? answer(api.PATCH('/api/v1/roles/{id}', { params: { path: { id: role.id } }, body: { reason, may } }))
        : answer(api.POST('/api/v1/roles', { body: { title, reason, may } })),
    onSuccess: async saved => {
      toast(role ? `${saved.title} was changed.` : `${saved.title} can be given to members now.`)
      onClose()
      await client.invalidateQueries({ queryKey: ['members'] })
    },
    onError: error => {
      if (error instanceof ApiProblem) form.setErrors(error.fields)
    },
  })
  const grantable = permissions.filter(permission => permission.grantable)
  return (
    <Modal opened onClose={onClose} title={role ? `The role ${role.title}` : 'Make a role'} size="lg">
      <form onSubmit={form.onSubmit(values => save.mutate(values))} noValidate>
        <Stack gap="md">
          {role ? null : (
            <TextInput
              label="Title"
              description="What its holders are called. It stays: members, invitations and the ledger name the role by it."
              required
              maxLength={40}
              data-autofocus
              {...form.getInputProps('title')}
            />
          )}
          <Textarea
            label="Reason"
            description="What its holders do, and so need."
            required
            autosize
            minRows={2}
            maxLength={300}
            {...form.getInputProps('reason')}
          />
          <NativeSelect
            label="Begin with what a role may do"
            description="Then add to it and take from it."
            data={[
              { value: '', label: 'As it is below' },
              ...roles.map(({ id, title }) => ({ value: id, label: title })),
            ]}
            onChange={event => {
              const like = roles.find(({ id }) => id === event.currentTarget.value)
              if (like)
                form.setFieldValue(
                  'may',
                  like.may.filter(id => grantable.some(permission => permission.id === id)),
                )
            }}
          />
          <Checkbox.Group
            label="Its holders may"
            description="A role never does more than whoever makes it."
            withAsterisk
            {...form.getInputProps('may')}
          >
            <div className={classes.permissions}>
              {grantable.map(({ id, title }) => (
                <Checkbox key={id} value={id} label={title} size="xs" />
              ))}
            </div>
          </Checkbox.Group>
          {save.error ? <ProblemAlert error={save.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending}>
              {role ? 'Change it' : 'Make it'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
