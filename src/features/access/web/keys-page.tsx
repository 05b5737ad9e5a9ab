import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconKey } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useMay } from '../../../web/api/session.ts'
import { Page } from '../../../web/components/page.tsx'
import { Panel } from '../../../web/components/panel.tsx'
import { KeysList } from './keys-list.tsx'
import { MakeKey } from './make-key.tsx'

/** The keys by which programs work with Vouch: made, watched and ended. */
export function KeysPage(): ReactNode {
  const mayMake = useMay('keys.make')
  const seesAll = useMay('keys.change')
  const [making, { open, close }] = useDisclosure(false)
  return (
    <Page
      title="Keys"
      description={
        seesAll
          ? 'By a key a program pushes evidence or reads, within what the key allows. Everybody’s are here; each that is made or ended is in the ledger.'
          : 'By a key a program pushes evidence or reads in your name, within what the key allows and what you may do yourself. Each that is made or ended is in the ledger.'
      }
      actions={
        mayMake ? (
          <Button leftSection={<IconKey size={14} />} onClick={open}>
            Make a key
          </Button>
        ) : null
      }
    >
      <Panel>
        <KeysList onMake={open} />
      </Panel>
      {making ? <MakeKey onClose={close} /> : null}
    </Page>
  )
}
