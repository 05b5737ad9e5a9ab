import type { TenantTx } from '../../platform/db/database.ts'
import { announce } from '../../platform/events/events.ts'
import type { AliasKind } from './contract.ts'
import { findSetting, putSetting } from './store.ts'

/** Which personal values an organisation stores as aliases, and how. */
export interface Setting {
  readonly kinds: readonly AliasKind[]
  readonly programs: readonly string[]
  readonly domains: readonly string[]
}

const off: Setting = { kinds: [], programs: [], domains: [] }

/** The organisation's setting. Aliases are off until somebody turns them on. */
export async function readSetting(tx: TenantTx): Promise<Setting> {
  return (await findSetting(tx)) ?? off
}

/** Changes what is stored as aliases, from the next collection on. What is stored already stays as it is. */
export async function changeSetting(tx: TenantTx, setting: Setting): Promise<void> {
  await putSetting(tx, setting)
  await announce(tx, 'aliases.setting', tx.orgId)
}
