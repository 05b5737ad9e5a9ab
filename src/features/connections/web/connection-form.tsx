import { Button, Group, Select, Stack, TextInput } from '@mantine/core'
import { IconAlertCircle, IconCircleCheck, IconPlugConnected } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { type FormEvent, useMemo, useState } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { ApiProblem } from '../../../web/api/problem.ts'
import { ProblemAlert } from '../../../web/components/feedback.tsx'
import { Notice } from '../../../web/components/notice.tsx'
import { FilesSettings } from './files/files-settings.tsx'
import type { Connection, Connector } from './queries.ts'
import { schedules, scheduleWords } from './schedule.ts'
import { SettingsFields } from './settings-fields.tsx'
import {
  fieldsOf,
  initialValues,
  problemsOf,
  type Settings,
  type SettingValues,
  toSettings,
} from './settings-schema.ts'

export interface ConnectionDraft {
  readonly name: string
  readonly settings: Settings
  readonly every_hours: number | null
}

interface ConnectionFormProps {
  readonly connector: Connector
  /** The connection that is changed; none when one is added. */
  readonly connection?: Connection
  readonly onSave: (draft: ConnectionDraft) => Promise<unknown>
  readonly action: string
  readonly onCancel: () => void
}

/** Name, settings by the connector's schema, schedule; a test of the settings before they are saved. */
export function ConnectionForm({ connector, connection, onSave, action, onCancel }: ConnectionFormProps): ReactNode {
  const allFields = useMemo(() => fieldsOf(connector.settings, connector.secrets), [connector])
  const [name, setName] = useState(connection?.name ?? '')
  const [hours, setHours] = useState<number | null>(connection ? connection.every_hours : 24)
  const [values, setValues] = useState<SettingValues>(() => initialValues(allFields, connection?.settings))
  const [problems, setProblems] = useState<Record<string, string>>({})
  const kept = connection?.secrets_set ?? []
  // A kind of one's own is declared; the others are.
  const known = connector.pushed && values.resource !== 'custom'
  const fields = known ? allFields.filter(({ name: field }) => field === 'resource') : allFields

  /** Runs what follows only when nothing is missing. */
  const checked = (settingsOnly: boolean): boolean => {
    const found = problemsOf(fields, values, kept)
    if (!settingsOnly && name.trim() === '') found[nameField] = 'Give it a name that you will recognise.'
    setProblems(found)
    return Object.keys(found).length === 0
  }
  const showProblems = (error: unknown) => {
    if (!(error instanceof ApiProblem)) return
    const byField = Object.entries(error.fields).map(([path, message]) => [
      path === 'name' ? nameField : path.replace(/^settings\./, ''),
      message,
    ])
    setProblems(Object.fromEntries(byField))
  }
  const test = useMutation({
    mutationFn: () =>
      answer(
        api.POST('/api/v1/connections/test', {
          body: {
            kind: connector.kind,
            settings: toSettings(fields, values),
            ...(connection ? { connection_id: connection.id } : {}),
          },
        }),
      ),
    onError: showProblems,
  })
  const save = useMutation({
    mutationFn: () => onSave({ name: name.trim(), settings: toSettings(fields, values), every_hours: hours }),
    onError: showProblems,
  })
  const edit = (change: (previous: SettingValues) => SettingValues) => {
    setValues(change)
    test.reset()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (checked(false)) save.mutate()
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md" maw={connector.kind === 'files' ? undefined : narrow}>
        <TextInput
          label="Name"
          maw={narrow}
          description="How it is called on pages and in checks."
          required
          maxLength={100}
          value={name}
          onChange={event => setName(event.currentTarget.value)}
          error={problems[nameField]}
        />
        {connector.kind === 'files' ? (
          <FilesSettings values={values} problems={problems} resources={connector.resources} onEdit={edit} />
        ) : (
          <SettingsFields
            fields={fields}
            values={values}
            kept={kept}
            problems={problems}
            onChange={(field, value) => edit(previous => ({ ...previous, [field]: value }))}
          />
        )}
        <Select
          label={connector.pushed ? 'Expected' : 'Collect'}
          description={
            connector.pushed ? 'Longer without a push is a gap in monitoring, and shows in the report.' : undefined
          }
          maw={narrow}
          allowDeselect={false}
          data={scheduleOptions(hours, connector.pushed)}
          value={String(hours)}
          onChange={next => setHours(next === 'null' || next === null ? null : Number(next))}
        />
        <div aria-live="polite">
          {test.data ? (
            <Notice
              tone={test.data.ok ? 'good' : 'bad'}
              icon={test.data.ok ? IconCircleCheck : IconAlertCircle}
              title={test.data.ok ? 'It can be reached' : 'It cannot be read'}
            >
              {test.data.message}
            </Notice>
          ) : null}
          {test.error ? <ProblemAlert error={test.error} /> : null}
          {save.error ? <ProblemAlert error={save.error} /> : null}
        </div>
        <Group justify="space-between" gap="xs">
          <Button
            variant="default"
            leftSection={<IconPlugConnected size={14} />}
            loading={test.isPending}
            onClick={() => {
              if (checked(true)) test.mutate()
            }}
          >
            Test
          </Button>
          <Group gap="xs">
            <Button variant="default" onClick={onCancel}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending}>
              {action}
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  )
}

/** Widest that a line of single fields may be; a table of previewed rows takes what there is. */
const narrow = 620

/** The key of the name's problem; no setting can be called so. */
const nameField = '(name)'

function scheduleOptions(current: number | null, pushed: boolean): { value: string; label: string }[] {
  const known = schedules.map(({ hours, label }) => ({
    value: String(hours),
    label: hours === null && pushed ? 'Whenever it comes' : label,
  }))
  return known.some(({ value }) => value === String(current))
    ? known
    : [{ value: String(current), label: scheduleWords(current) }, ...known]
}
