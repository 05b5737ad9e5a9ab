import { Button, FileButton, Group, Progress, Stack, Text } from '@mantine/core'
import { IconFileUpload } from '@tabler/icons-react'
import type { DragEvent, ReactNode } from 'react'
import { useRef, useState } from 'react'
import { ProblemAlert } from '../../../../web/components/feedback.tsx'
import type { Upload } from './file-values.ts'
import classes from './files.module.css'
import { uploadFile } from './queries.ts'

const accepted = '.csv,.tsv,.tab,.txt,.json,.jsonl,.ndjson,.xlsx,.xlsm'

interface Transfer {
  readonly id: number
  readonly name: string
  readonly part: number
  readonly error: unknown
  readonly stop: AbortController
}

interface UploadDropProps {
  readonly onUploaded: (upload: Upload) => void
  readonly multiple?: boolean
  /** What may be dropped here, as the words before the button. */
  readonly words: string
  readonly action: string
}

/** Takes files by drop or by choice and uploads them, with progress; each can be stopped. */
export function UploadDrop({ onUploaded, multiple = false, words, action }: UploadDropProps): ReactNode {
  const [transfers, setTransfers] = useState<readonly Transfer[]>([])
  const [over, setOver] = useState(false)
  const next = useRef(0)
  const change = (id: number, to: Partial<Transfer>) =>
    setTransfers(all => all.map(one => (one.id === id ? { ...one, ...to } : one)))
  const forget = (id: number) => setTransfers(all => all.filter(one => one.id !== id))

  const send = async (file: File) => {
    next.current += 1
    const id = next.current
    const stop = new AbortController()
    setTransfers(all => [
      ...all.filter(one => one.error === undefined),
      { id, name: file.name, part: 0, error: undefined, stop },
    ])
    try {
      const upload = await uploadFile(file, part => change(id, { part }), stop.signal)
      forget(id)
      onUploaded(upload)
    } catch (error) {
      if (stop.signal.aborted) forget(id)
      else change(id, { error })
    }
  }
  const take = (files: Iterable<File>) => {
    for (const file of multiple ? files : [...files].slice(0, 1)) void send(file)
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    take(event.dataTransfer.files)
  }

  return (
    <Stack gap="xs">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a drop target for a mouse; the button within is there for everybody */}
      <div
        className={`${classes.drop} ${over ? classes.over : ''}`}
        onDragOver={event => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <IconFileUpload size={22} stroke={1.6} aria-hidden />
        <div>
          <Group gap={8} justify="center">
            <Text size="sm">{words}</Text>
            <FileButton
              onChange={files => take([files].flat().filter(file => file !== null))}
              accept={accepted}
              multiple={multiple}
            >
              {props => (
                <Button variant="default" {...props}>
                  {action}
                </Button>
              )}
            </FileButton>
          </Group>
          <Text size="xs" c="dimmed" mt={6}>
            CSV, TSV, JSON, JSON Lines or XLSX, up to 512 MiB. Kept as it comes, under the hash of its content.
          </Text>
        </div>
      </div>
      <div aria-live="polite">
        {transfers.map(({ id, name, part, error, stop }) =>
          error === undefined ? (
            <Group key={id} gap="sm" wrap="nowrap" py={4}>
              <Text size="sm" className="v-wrap" flex={1}>
                {name}
              </Text>
              <Progress value={part * 100} w={120} aria-label={`Uploading ${name}`} />
              <Button variant="subtle" color="gray" onClick={() => stop.abort()} aria-label={`Stop uploading ${name}`}>
                Stop
              </Button>
            </Group>
          ) : (
            <ProblemAlert key={id} error={error} />
          ),
        )}
      </div>
    </Stack>
  )
}
