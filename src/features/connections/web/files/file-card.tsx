import { Button, Group, Select, Stack, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconAlertCircle, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Loading, ProblemAlert } from '../../../../web/components/feedback.tsx'
import { Notice } from '../../../../web/components/notice.tsx'
import { count, formatBytes, formatNumber } from '../../../../web/format.ts'
import type { Connector } from '../queries.ts'
import { CheckResult } from './check-result.tsx'
import { type FileDraft, newDraft, type Place, type Preview, withSuggestion } from './file-values.ts'
import { MappingFields, WordMeanings } from './mapping-fields.tsx'
import { PreviewTable } from './preview-table.tsx'
import { fetchPreview, previewQuery } from './queries.ts'
import { DateFormatChoice, ReadingOptions } from './reading-options.tsx'

const typingMs = 300
/** Rows that a preview looks at to find out what the columns hold. */
const judged = 200

interface FileCardProps {
  readonly place: Place
  readonly draft: FileDraft
  readonly onChange: (draft: FileDraft) => void
  readonly onRemove: () => void
  readonly resources: Connector['resources']
  readonly errors: Readonly<Record<string, string>>
}

/** One file: what it holds, which column is which field, and its first rows with what is wrong. */
export function FileCard({ place, draft, onChange, onRemove, resources, errors }: FileCardProps): ReactNode {
  const [asked] = useDebouncedValue(draft, typingMs)
  const query = useQuery(previewQuery(place, asked))
  const preview = query.data
  const resource = resources.find(({ name }) => name === draft.resource)

  const hold = async (name: string) => {
    const chosen = { ...draft, resource: name, mapping: {}, values: {} }
    onChange(chosen)
    const { file, options } = draft
    const shape = await fetchPreview(place, { ...newDraft(file), options, resource: name }).catch(() => undefined)
    if (shape) onChange(withSuggestion(chosen, shape))
  }

  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-end" gap="sm">
        <Select
          label="One row is"
          description="What the file is a list of."
          placeholder="Choose what it holds"
          data={resources.map(({ name, title }) => ({ value: name, label: title }))}
          value={draft.resource || null}
          onChange={next => {
            if (next !== null) void hold(next)
          }}
          allowDeselect={false}
          searchable
          error={errors.resource}
          flex="1 1 260px"
          maw={420}
        />
        <Text size="xs" c="dimmed">
          {preview ? facts(preview) : null}
        </Text>
      </Group>
      {query.error ? <ProblemAlert error={query.error} retry={() => void query.refetch()} /> : null}
      {preview === undefined && query.isPending ? <Loading rows={4} /> : null}
      {preview && resource ? (
        <>
          <MappingFields resource={resource} preview={preview} draft={draft} onChange={onChange} />
          <DateFormatChoice preview={preview} draft={draft} onChange={onChange} />
          <WordMeanings preview={preview} draft={draft} onChange={onChange} />
        </>
      ) : null}
      {errors.mapping ? (
        <Text size="sm" c="var(--v-bad)" role="alert">
          {errors.mapping}
        </Text>
      ) : null}
      {preview && !query.error ? (
        <>
          <div aria-live="polite">
            {preview.check && resource ? <CheckResult check={preview.check} /> : null}
            {preview.problem !== null && !preview.check ? (
              <Notice tone="bad" icon={IconAlertCircle} title="The file cannot be read to its end">
                {preview.problem}
              </Notice>
            ) : null}
          </div>
          <PreviewTable preview={preview} mapping={draft.mapping} />
        </>
      ) : null}
      <ReadingOptions
        draft={draft}
        onChange={onChange}
        preview={preview}
        patterns={'folder' in place}
        errors={errors}
      />
      <Group>
        <Button variant="subtle" color="gray" leftSection={<IconTrash size={14} />} onClick={onRemove}>
          Leave {draft.file} out
        </Button>
      </Group>
    </Stack>
  )
}

function facts({ name, matches, bytes, row_estimate, check, columns }: Preview): string {
  const estimated = row_estimate === null ? undefined : count(row_estimate, 'row')
  // A short file was read whole to judge it, and its rows were counted.
  const about = row_estimate !== null && row_estimate < judged ? estimated : estimated && `about ${estimated}`
  const rows = check?.whole ? count(check.rows, 'row') : about
  return [
    matches > 1 ? `${formatNumber(matches)} files match; this is ${name}` : undefined,
    rows,
    count(columns.length, 'column'),
    formatBytes(bytes),
  ]
    .filter(part => part !== undefined)
    .join(' · ')
}
