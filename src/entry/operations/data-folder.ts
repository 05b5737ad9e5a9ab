import { accessSync, constants, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeDataFolder } from '../../platform/config/data-folder.ts'
import { messageOf, VouchError } from '../../platform/errors/errors.ts'
import { syncFolder } from '../../platform/objects/content.ts'
import { removeElsewhere } from '../../platform/postgres/places.ts'

/** Stands in the data folder while a restore works on it: what is there beside it is not to be used. */
export const unfinishedMark = 'restore.unfinished'

/** Makes the data folder when it is missing. Throws VouchError: 'not_ready' when it cannot be used, 'conflict' when a restore into it was interrupted. */
export function requireDataFolder(dataDir: string): void {
  try {
    makeDataFolder(dataDir)
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

/** A data folder that was empty and is being filled. */
export interface ClaimedFolder {
  /** Takes everything out of it again, and the folder itself if it was not there. */
  clear(): void
  /** The restore is done. */
  release(): Promise<void>
}

/** Takes an empty data folder, or makes it. Throws VouchError('conflict') when it is not empty. */
export function claimDataFolder(dataDir: string): ClaimedFolder {
  const wasThere = existsSync(dataDir)
  const content = () => readdirSync(dataDir).filter(name => name !== 'lost+found')
  const there = wasThere ? content() : []
  if (there.includes(unfinishedMark)) {
    throw new VouchError(
      'conflict',
      `A restore into ${dataDir} was interrupted and what it left is of no use. Delete that folder, and restore again.`,
    )
  }
  if (there.length > 0) {
    throw new VouchError(
      'conflict',
      `${dataDir} is not empty (it holds ${there.slice(0, 3).join(', ')}). A backup is restored into an empty data folder only: choose another one with VOUCH_DATA.`,
    )
  }
  const mark = join(dataDir, unfinishedMark)
  makeDataFolder(dataDir)
  writeFileSync(mark, '', { mode: 0o600, flush: true })
  return {
    clear() {
      removeElsewhere(dataDir)
      for (const name of content()) rmSync(join(dataDir, name), { recursive: true, force: true })
      if (!wasThere) rmSync(dataDir, { recursive: true, force: true })
    },
    async release() {
      rmSync(mark)
      await syncFolder(dataDir)
    },
  }
}
