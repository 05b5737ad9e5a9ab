import { Button, CopyButton, Group, Stack, Text } from '@mantine/core'
import { IconCheck, IconCopy, IconDownload } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { saveFile } from '../../../web/export-rows.ts'
import classes from './factors.module.css'

interface RecoveryCodesProps {
  readonly codes: readonly string[]
  readonly onKept: () => void
}

/** Codes for the day when phone and passkeys are lost: shown this once. */
export function RecoveryCodes({ codes, onKept }: RecoveryCodesProps): ReactNode {
  const text = `Recovery codes for Vouch. Each works once, in place of the code of the authenticator app.\n\n${codes.join('\n')}\n`
  return (
    <Stack gap="sm">
      <Text size="sm">
        If you lose your phone and your passkeys, one of these codes lets you in, once each. They are shown now and
        never again: keep them where you keep passwords.
      </Text>
      <ul className={classes.codes} aria-label="Recovery codes">
        {codes.map(code => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <CopyButton value={codes.join('\n')}>
            {({ copied, copy }) => (
              <Button
                variant="default"
                leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
                onClick={copy}
              >
                {copied ? 'Copied' : 'Copy'}
              </Button>
            )}
          </CopyButton>
          <Button
            variant="default"
            leftSection={<IconDownload size={14} aria-hidden />}
            onClick={() => saveFile('vouch-recovery-codes.txt', 'text/plain;charset=utf-8', text)}
          >
            Download
          </Button>
        </Group>
        <Button onClick={onKept}>I have kept them</Button>
      </Group>
    </Stack>
  )
}
