import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { readConfig } from '../../platform/config/config.ts'
import { messageOf, VouchError } from '../../platform/errors/errors.ts'
import { unfinishedMark } from './restore.ts'

const guarded = new Set(['start', 'worker', 'init', 'export', 'rotate', 'rotate-key', 'key', 'check'])

/** Before a command works in the data folder: that it can, and that nothing half-restored is there. */
export function guardStart(program: Command): void {
  program.hook('preAction', (_program, command) => {
    if (guarded.has(command.name())) requireDataFolder(readConfig(process.env).dataDir)
  })
}

/** Makes the data folder when it is missing. Throws VouchError: 'not_ready' when it cannot be used, 'conflict' when a restore into it was interrupted. */
export function requireDataFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    throw new VouchError(
      'not_ready',
      `The data folder ${dataDir} cannot be used: ${messageOf(cause)}. Give it to the user that runs Vouch (chown -R), make its file system writable, or choose another one with VOUCH_DATA.`,
      { cause },
    )
  }
  if (existsSync(join(dataDir, unfinishedMark))) {
    throw new VouchError(
      'conflict',
      `A restore into ${dataDir} was interrupted and what it left is of no use. Delete that folder, and restore again.`,
    )
  }
}
