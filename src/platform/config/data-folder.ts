import { chmodSync, existsSync, mkdirSync } from 'node:fs'

/**
 * Nobody else may look into the data folder. Where we are root the embedded database runs as an ordinary user, who must be able to pass through to its own part, and to
 * nothing else.
 */
export const dataFolderMode = process.getuid?.() === 0 ? 0o711 : 0o700

/** Makes the data folder when it is missing, closed to others whatever the umask. One that is there keeps its mode. */
export function makeDataFolder(dataDir: string): void {
  if (existsSync(dataDir)) return
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  chmodSync(dataDir, dataFolderMode)
}
