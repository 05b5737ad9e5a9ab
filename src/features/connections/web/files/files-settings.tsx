import { Accordion, SegmentedControl, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useRef, useState } from 'react'
import type { Connector } from '../queries.ts'
import type { SettingValues } from '../settings-schema.ts'
import { FileCard } from './file-card.tsx'
import {
  draftsOf,
  type FileDraft,
  itemOf,
  newDraft,
  type Place,
  type Upload,
  uploadsOf,
  withSuggestion,
} from './file-values.ts'
import classes from './files.module.css'
import { FolderPicker } from './folder-picker.tsx'
import { fetchPreview } from './queries.ts'
import { UploadDrop } from './upload-drop.tsx'

interface FilesSettingsProps {
  readonly values: SettingValues
  /** What is wrong, by path. */
  readonly problems: Readonly<Record<string, string>>
  readonly resources: Connector['resources']
  readonly onEdit: (change: (values: SettingValues) => SettingValues) => void
}

type Kind = 'upload' | 'folder'

/** The settings of a files connection: where the files are, and for each what it holds, column by column, beside its first rows. */
export function FilesSettings({ values, problems, resources, onEdit }: FilesSettingsProps): ReactNode {
  const folder = String(values.folder ?? '')
  const uploads = uploadsOf(values)
  const drafts = draftsOf(values)
  const [kind, setKind] = useState<Kind>(folder === '' ? 'upload' : 'folder')
  const [open, setOpen] = useState<string[]>(drafts.length <= 2 ? drafts.map((_, at) => String(at)) : [])
  /** What was said of the other place, for who looks there and comes back. */
  const other = useRef<SettingValues>({ folder: '', uploads: [], files: [] })
  const place: Place = kind === 'folder' ? { folder } : { uploads }

  const edit = (change: (drafts: FileDraft[]) => FileDraft[], more: SettingValues = {}) =>
    onEdit(before => ({ ...before, ...more, files: change(draftsOf(before)).map(itemOf) }))
  const change = (at: number) => (draft: FileDraft) => edit(all => all.with(at, draft))
  const add = async (file: string, from: Place, more: SettingValues = {}) => {
    edit(all => [...all.filter(one => one.file !== file), newDraft(file)], more)
    setOpen(before => [...before, String(drafts.length)])
    // The card shows what stands in the way of a preview.
    const shape = await fetchPreview(from, newDraft(file)).catch(() => undefined)
    // What a person has said in the meantime stands.
    if (shape)
      edit(all => all.map(one => (one.file === file && one.resource === '' ? withSuggestion(one, shape) : one)))
  }
  const remove = (unwanted: (draft: FileDraft, at: number) => boolean) => {
    const left = drafts.filter((draft, at) => !unwanted(draft, at))
    const gone = new Set(drafts.filter(unwanted).map(draft => draft.file))
    for (const { file } of left) gone.delete(file)
    edit(() => left, { uploads: uploads.filter(({ name }) => !gone.has(name)) })
    const stillOpen = drafts.filter((_, at) => open.includes(String(at))).map(draft => left.indexOf(draft))
    setOpen(stillOpen.filter(at => at >= 0).map(String))
  }
  const uploaded = ({ name, content }: Upload) => {
    const next = [...uploads.filter(upload => upload.name !== name), { name, content }]
    // A newer file of the same name takes the place of the older one, with all that was said of it.
    if (drafts.some(draft => draft.file === name)) onEdit(before => ({ ...before, uploads: next }))
    else void add(name, { uploads: next }, { uploads: next })
  }
  const turn = (to: Kind) => {
    const { folder: path, uploads: kept, files } = values
    onEdit(before => ({ ...before, ...other.current }))
    other.current = { folder: path, uploads: kept, files }
    setKind(to)
    setOpen([])
  }
  const missing = drafts.length === 0 && Object.keys(problems).some(path => path.startsWith('files'))

  return (
    <Stack gap="md">
      <Stack gap={4} align="flex-start">
        <Text size="sm" fw={500} id="files-place">
          Where the files are
        </Text>
        <SegmentedControl
          aria-labelledby="files-place"
          value={kind}
          onChange={next => turn(next === 'folder' ? 'folder' : 'upload')}
          data={[
            { value: 'upload', label: 'Upload them' },
            { value: 'folder', label: 'A folder on the server' },
          ]}
        />
        <Text size="xs" c="dimmed">
          {kind === 'upload'
            ? 'For exports made by hand. A collection reads the uploaded file until a newer one takes its place.'
            : 'For exports that arrive by themselves. Each collection reads what the folder holds then.'}
        </Text>
      </Stack>
      {kind === 'upload' ? (
        <UploadDrop
          multiple
          words={uploads.length === 0 ? 'Drop files here, or' : 'Drop more files here, or'}
          action="Choose files"
          onUploaded={uploaded}
        />
      ) : (
        <FolderPicker
          folder={folder}
          onFolder={path => onEdit(before => ({ ...before, folder: path }))}
          chosen={drafts.map(draft => draft.file)}
          onChoose={(file, read) => (read ? void add(file, place) : remove(draft => draft.file === file))}
          error={problems.folder}
        />
      )}
      {missing ? (
        <Text size="sm" c="var(--v-bad)" role="alert">
          {kind === 'upload' ? 'Upload at least one file.' : 'Choose at least one file of the folder.'}
        </Text>
      ) : null}
      {drafts.length > 0 ? (
        <Accordion multiple variant="separated" order={3} value={open} onChange={setOpen} aria-label="Files">
          {drafts.map((draft, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a file may be renamed while it is edited, and then stays what it is
            <Accordion.Item key={at} value={String(at)}>
              <Accordion.Control>
                <Heading draft={draft} resources={resources} wrong={errorsOf(problems, at)} />
              </Accordion.Control>
              <Accordion.Panel>
                {open.includes(String(at)) ? (
                  <FileCard
                    place={place}
                    draft={draft}
                    onChange={change(at)}
                    onRemove={() => remove((_, other) => other === at)}
                    resources={resources}
                    errors={errorsOf(problems, at)}
                  />
                ) : null}
              </Accordion.Panel>
            </Accordion.Item>
          ))}
        </Accordion>
      ) : null}
    </Stack>
  )
}

interface HeadingProps {
  readonly draft: FileDraft
  readonly resources: Connector['resources']
  readonly wrong: Readonly<Record<string, string>>
}

function Heading({ draft, resources, wrong }: HeadingProps): ReactNode {
  const resource = resources.find(({ name }) => name === draft.resource)
  const mapped = Object.values(draft.mapping).filter(header => header !== '').length
  return (
    <span className={classes.title}>
      <Text span fw={600} className="v-wrap">
        {draft.file}
      </Text>
      <Text span size="xs" c={Object.keys(wrong).length > 0 ? 'var(--v-bad)' : 'dimmed'}>
        {Object.values(wrong)[0] ??
          (resource ? `${resource.title}, ${mapped} of ${resource.columns.length} fields` : 'Say what it holds')}
      </Text>
    </span>
  )
}

/** The problems of one file, by the first part of their path within it. */
function errorsOf(problems: Readonly<Record<string, string>>, at: number): Record<string, string> {
  const prefix = `files.${at}.`
  return Object.fromEntries(
    Object.entries(problems)
      .filter(([path]) => path.startsWith(prefix))
      .map(([path, message]) => [path.slice(prefix.length).split('.')[0] ?? '', message]),
  )
}
