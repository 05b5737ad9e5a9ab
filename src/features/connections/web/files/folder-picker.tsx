import { Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core'
import { IconFolderOff, IconFolderSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { KeyboardEvent, ReactNode } from 'react'
import { useState } from 'react'
import { Empty, Loading, ProblemAlert } from '../../../../web/components/feedback.tsx'
import { Time } from '../../../../web/components/time.tsx'
import { count, formatBytes } from '../../../../web/format.ts'
import classes from './files.module.css'
import { folderQuery } from './queries.ts'

interface FolderPickerProps {
  readonly folder: string
  readonly onFolder: (folder: string) => void
  /** The files that are read already. */
  readonly chosen: readonly string[]
  readonly onChoose: (file: string, read: boolean) => void
  readonly error: string | undefined
}

/** Names a folder of the server and chooses which of its files are read. */
export function FolderPicker({ folder, onFolder, chosen, onChoose, error }: FolderPickerProps): ReactNode {
  const [path, setPath] = useState(folder)
  const query = useQuery(folderQuery(folder))
  const look = () => {
    const wanted = path.trim()
    if (wanted === folder) void query.refetch()
    else onFolder(wanted)
  }
  const lookOnEnter = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return
    event.preventDefault()
    look()
  }
  return (
    <Stack gap="sm">
      <Group align="flex-end" gap="xs">
        <TextInput
          label="Folder"
          description="Its path on the machine that Vouch runs on. Nothing outside it is read."
          placeholder="/srv/exports"
          value={path}
          onChange={event => setPath(event.currentTarget.value)}
          onKeyDown={lookOnEnter}
          onBlur={() => {
            if (path.trim() !== folder) look()
          }}
          error={error}
          autoComplete="off"
          flex="1 1 260px"
          maw={520}
        />
        <Button
          variant="default"
          size="sm"
          leftSection={<IconFolderSearch size={14} />}
          onClick={look}
          loading={query.isFetching}
        >
          Look into it
        </Button>
      </Group>
      {query.isLoading ? <Loading rows={3} /> : null}
      {query.error ? <ProblemAlert error={query.error} /> : null}
      {query.data ? (
        query.data.files.length === 0 ? (
          <Empty title="There is no table in this folder" icon={IconFolderOff}>
            CSV, TSV, JSON, JSON Lines and XLSX files are read.{' '}
            {query.data.others > 0 ? `It has ${count(query.data.others, 'other file')}.` : 'It has no files at all.'}
          </Empty>
        ) : (
          <>
            <ul className={`${classes.list} ${classes.tall}`} aria-label="Files in the folder">
              {query.data.files.map(({ name, bytes, modified_at }) => (
                <li key={name}>
                  <Checkbox
                    label={name}
                    checked={chosen.includes(name)}
                    onChange={event => onChoose(name, event.currentTarget.checked)}
                  />
                  <Text size="xs" c="dimmed">
                    {formatBytes(bytes)}, <Time iso={modified_at} as="relative" />
                  </Text>
                </li>
              ))}
            </ul>
            {query.data.more ? (
              <Text size="xs" c="dimmed">
                There is more than is listed. Choose one file and change its path or pattern under “How it is read”.
              </Text>
            ) : null}
          </>
        )
      ) : null}
    </Stack>
  )
}
