import {
  type Icon,
  IconCloudUpload,
  IconDatabase,
  IconFileSpreadsheet,
  IconGitBranch,
  IconPlug,
  IconServer2,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'

const icons: Readonly<Record<string, Icon>> = {
  git: IconGitBranch,
  postgres: IconDatabase,
  host: IconServer2,
  files: IconFileSpreadsheet,
  push: IconCloudUpload,
}

/** The picture of a kind of source. */
export function ConnectorIcon({ kind, size = 20 }: { kind: string; size?: number }): ReactNode {
  const Shown = icons[kind] ?? IconPlug
  return <Shown size={size} stroke={1.6} aria-hidden />
}
