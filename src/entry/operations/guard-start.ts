import type { Command } from 'commander'
import { readConfig } from '../../platform/config/config.ts'
import { requireDataFolder } from './data-folder.ts'

const guarded = new Set(['start', 'worker', 'init', 'export', 'rotate', 'rotate-key', 'key', 'check'])

/** Before a command works in the data folder: that it can, and that nothing half-restored is there. */
export function guardStart(program: Command): void {
  program.hook('preAction', (_program, command) => {
    if (guarded.has(command.name())) requireDataFolder(readConfig(process.env).dataDir)
  })
}
