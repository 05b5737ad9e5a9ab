import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { IconReplace } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { answer, api } from '../../../../web/api/client.ts'
import { Loading, ProblemAlert } from '../../../../web/components/feedback.tsx'
import { Hash } from '../../../../web/components/hash.tsx'
import { Section } from '../../../../web/components/section.tsx'
import { toast } from '../../../../web/components/toast.ts'
import { formatBytes } from '../../../../web/format.ts'
import type { Connection } from '../queries.ts'
import { CheckResult } from './check-result.tsx'
import { draftsOfSettings, newDraft, replaceUpload, type Upload, type UploadRef, uploadsOf } from './file-values.ts'
import classes from './files.module.css'
import { PreviewTable } from './preview-table.tsx'
import { previewQuery } from './queries.ts'
import { UploadDrop } from './upload-drop.tsx'

/** The files that a connection reads because they were uploaded, and a way to put newer ones in their place. */
export function UploadedFiles({ connection }: { connection: Connection }): ReactNode {
  const [replaced, setReplaced] = useState<UploadRef>()
  const uploads = uploadsOf(connection.settings)
  if (uploads.length === 0) return null
  return (
    <Section
      title="Uploaded files"
      description="What a collection reads. A newer file is used from the next collection on; what was collected before stays as it is."
    >
      <ul className={classes.list}>
        {uploads.map(upload => (
          <li key={upload.name}>
            <div>
              <Text size="sm" fw={550} className="v-wrap">
                {upload.name}
              </Text>
              <Text size="xs" c="dimmed" component="div">
                SHA-256 <Hash value={upload.content} name={`hash of ${upload.name}`} />
              </Text>
            </div>
            <Button
              variant="default"
              leftSection={<IconReplace size={14} />}
              onClick={() => setReplaced(upload)}
              aria-label={`Replace ${upload.name}`}
            >
              Replace
            </Button>
          </li>
        ))}
      </ul>
      <Modal
        opened={replaced !== undefined}
        onClose={() => setReplaced(undefined)}
        title={`Replace “${replaced?.name ?? ''}”`}
        size="xl"
      >
        {replaced ? <Replacement connection={connection} old={replaced} onDone={() => setReplaced(undefined)} /> : null}
      </Modal>
    </Section>
  )
}

interface ReplacementProps {
  readonly connection: Connection
  readonly old: UploadRef
  readonly onDone: () => void
}

function Replacement({ connection, old, onDone }: ReplacementProps): ReactNode {
  const client = useQueryClient()
  const [newer, setNewer] = useState<Upload>()
  const replace = useMutation({
    mutationFn: (upload: Upload) =>
      answer(
        api.PATCH('/api/v1/connections/{id}', {
          params: { path: { id: connection.id } },
          body: { settings: replaceUpload(connection.settings, old.name, upload) },
        }),
      ),
    onSuccess: async () => {
      toast('The file was replaced. Collect now, or wait for the schedule.')
      onDone()
      await client.invalidateQueries({ queryKey: ['connections'] })
    },
  })
  if (!newer) return <UploadDrop words="Drop the newer file here, or" action="Choose a file" onUploaded={setNewer} />
  return (
    <Stack gap="sm">
      <Text size="sm">
        <b>{newer.name}</b>, {formatBytes(newer.bytes)}
        {newer.content === old.content ? '. It has the same content as the file that is used now.' : '.'}
      </Text>
      <NewerFile connection={connection} old={old} newer={newer} />
      {replace.error ? <ProblemAlert error={replace.error} /> : null}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={() => setNewer(undefined)}>
          Choose another
        </Button>
        <Button
          onClick={() => replace.mutate(newer)}
          loading={replace.isPending}
          disabled={newer.content === old.content && newer.name === old.name}
        >
          Use this file
        </Button>
      </Group>
    </Stack>
  )
}

/** What the newer file holds, read as the connection reads the older one. */
function NewerFile({ connection, old, newer }: Omit<ReplacementProps, 'onDone'> & { newer: Upload }): ReactNode {
  const said = draftsOfSettings(connection.settings).find(draft => draft.file === old.name) ?? newDraft(old.name)
  const draft = { ...said, file: newer.name }
  const query = useQuery(previewQuery({ uploads: [{ name: newer.name, content: newer.content }] }, draft))
  if (query.error) return <ProblemAlert error={query.error} />
  if (!query.data) return <Loading rows={3} />
  return (
    <>
      {query.data.check ? <CheckResult check={query.data.check} /> : null}
      <PreviewTable preview={query.data} mapping={draft.mapping} />
    </>
  )
}
