import { Button, Group, Modal, Radio, Select, Stack, TextInput } from '@mantine/core'
import { isNotEmpty, useForm } from '@mantine/form'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { ApiProblem } from '../../../web/api/problem.ts'
import { useMay } from '../../../web/api/session.ts'
import { ProblemAlert } from '../../../web/components/feedback.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import classes from './access.module.css'
import { KeyMade } from './key-made.tsx'
import { PermissionPicker } from './permission-picker.tsx'
import { type Permission, rolesQuery } from './queries.ts'

const lives = [
  { value: '7', label: 'In a week' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
]

/** Makes a key, and then shows it: this once. */
export function MakeKey({ onClose }: { onClose: () => void }): ReactNode {
  const client = useQueryClient()
  const roles = useQuery(rolesQuery)
  const mayMakeServices = useMay('keys.change')
  const form = useForm({
    mode: 'controlled',
    initialValues: { name: '', whose: 'person', may: [] as Permission['id'][], days: '90' },
    validate: {
      name: isNotEmpty('Name it after the program that will use it.'),
      may: may => (may.length > 0 ? null : 'Choose what it may do.'),
    },
  })
  const make = useMutation({
    mutationFn: ({ name, whose, may, days }: typeof form.values) =>
      answer(
        api.POST('/api/v1/keys', {
          body: { name: name.trim(), personal: whose === 'person', may, days: Number(days) },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ['keys'] }),
    onError: error => {
      if (error instanceof ApiProblem) form.setErrors(error.fields)
    },
  })
  if (make.data) return <KeyMade made={make.data} onClose={onClose} />
  return (
    <Modal opened onClose={onClose} title="Make a key" size="lg">
      <form onSubmit={form.onSubmit(values => make.mutate(values))} noValidate>
        <Stack gap="md">
          <TextInput
            label="Name"
            description="After the program that will use it, such as “Nightly backup pipeline”."
            required
            maxLength={100}
            autoComplete="off"
            data-autofocus
            {...form.getInputProps('name')}
          />
          {mayMakeServices ? (
            <Radio.Group label="It acts for" {...form.getInputProps('whose')}>
              <Stack gap={6} mt={6}>
                <div className={classes.role}>
                  <Radio
                    value="person"
                    label="Me"
                    description="It never does more than you may yourself, and ends when you leave."
                  />
                </div>
                <div className={classes.role}>
                  <Radio
                    value="service"
                    label="A service"
                    description="For pipelines and servers: it stays when people leave. Only owners and admins make these."
                  />
                </div>
              </Stack>
            </Radio.Group>
          ) : null}
          <QueryView query={roles}>
            {({ permissions }) => (
              <PermissionPicker
                permissions={permissions}
                value={form.values.may}
                error={form.errors.may}
                onChange={may => form.setFieldValue('may', may)}
              />
            )}
          </QueryView>
          <Select label="It expires" data={lives} allowDeselect={false} maw={220} {...form.getInputProps('days')} />
          {make.error ? <ProblemAlert error={make.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={make.isPending}>
              Make the key
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
