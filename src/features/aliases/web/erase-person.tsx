import { Button, Group, List, Stack, Text, Textarea } from '@mantine/core'
import { IconCircleCheck, IconInfoCircle } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { aliasTokens } from '../../../../verifier/records/alias-tokens.ts'
import { answer, api } from '../../../web/api/client.ts'
import { Confirm } from '../../../web/components/confirm.tsx'
import { Copy } from '../../../web/components/hash.tsx'
import { Notice } from '../../../web/components/notice.tsx'
import { Section } from '../../../web/components/section.tsx'
import { count } from '../../../web/format.ts'
import { type Aliases, aliasesQuery, type Erasure } from './queries.ts'

/** Erases a person's values for good, after saying what that does. */
export function ErasePerson({ aliases }: { aliases: Aliases }): ReactNode {
  const client = useQueryClient()
  const [text, setText] = useState('')
  const [asking, setAsking] = useState(false)
  const lines = text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
  const erase = useMutation({
    mutationFn: () =>
      answer(
        api.POST('/api/v1/aliases/erase', {
          body: {
            values: lines.filter(line => aliasTokens(line).length === 0),
            aliases: lines.filter(line => aliasTokens(line).length > 0),
          },
        }),
      ),
    onSuccess: async ({ aliases: erased }) => {
      setAsking(false)
      setText('')
      for (const token of erased) client.removeQueries({ queryKey: ['revealed alias', token] })
      await client.invalidateQueries({ queryKey: aliasesQuery.queryKey })
    },
  })
  return (
    <Section
      title="Erase a person"
      description="For somebody who has the right to be forgotten. Nothing leads from their aliases to them afterwards; the ledger stays whole, and every check can be performed again."
    >
      <Stack gap="sm">
        <Textarea
          label="Their values"
          description="One a line: names, addresses, numbers, or aliases of them. Take them out of the sources first, or the next collection brings them back, under new aliases."
          autosize
          minRows={3}
          value={text}
          onChange={event => setText(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
        />
        <Group justify="flex-end">
          <Button color="red.8" disabled={lines.length === 0} onClick={() => setAsking(true)}>
            Erase…
          </Button>
        </Group>
        {erase.data ? <Outcome erasure={erase.data} /> : null}
      </Stack>
      <Confirm
        opened={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => erase.mutate()}
        pending={erase.isPending}
        error={erase.error}
        title={`Erase ${count(lines.length, 'value')} for good?`}
        action="Erase"
        keep="Keep them"
        typed="erase"
      >
        <List size="sm" spacing={6}>
          <List.Item>What these aliases stand for is deleted. Nobody can reveal them again, Vouch neither.</List.Item>
          <List.Item>
            {aliases.uploads === 0
              ? 'No uploaded file is kept.'
              : `${count(aliases.uploads, 'uploaded file')} will be removed, for the person may be in them. Sources that read them need a new one.`}
          </List.Item>
          <List.Item>
            {aliases.plain_snapshots === 0
              ? 'No snapshot holds personal fields as they came.'
              : `${count(aliases.plain_snapshots, 'snapshot')} from before aliases hold personal fields as they came. They are evidence and stay.`}
          </List.Item>
          <List.Item>Backups that were made before still have the values, until they are destroyed.</List.Item>
        </List>
      </Confirm>
    </Section>
  )
}

function Outcome({ erasure }: { erasure: Erasure }): ReactNode {
  if (erasure.aliases.length === 0)
    return (
      <Notice tone="idle" icon={IconInfoCircle} title="Nothing was erased">
        None of these values is kept under an alias. Is it written as the source has it?
      </Notice>
    )
  const names = erasure.aliases.join('\n')
  return (
    <Notice tone="good" icon={IconCircleCheck} title={`${count(erasure.aliases.length, 'value')} erased`}>
      <Text size="sm">
        {erasure.uploads > 0 ? `${count(erasure.uploads, 'uploaded file')} removed. ` : ''}
        Keep these aliases: after a restore from a backup that is older than this, erase them again.
      </Text>
      <Text size="xs" className="v-mono v-wrap" mt={4} style={{ whiteSpace: 'pre-line' }}>
        {names}
      </Text>
      <Copy value={names} name="erased aliases" />
    </Notice>
  )
}
