import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Services } from '../../platform/services.ts'
import { addConnection } from './change-connection.ts'
import { collect } from './collect.ts'

/** CSV files by the name of the resource that they hold; test data. Every column has its own name as heading. */
export type SampleFiles = Readonly<Record<string, string>>

const folderOf = (services: Services) => join(services.config.dataDir, 'sample-source')

/** Writes, or writes anew, the files that `connectFiles` connected. */
export function writeFiles(services: Services, files: SampleFiles): void {
  mkdirSync(folderOf(services), { recursive: true })
  for (const [resource, text] of Object.entries(files)) writeFileSync(join(folderOf(services), `${resource}.csv`), text)
}

/** Connects CSV files as a source. Returns the connection's id. */
export async function connectFiles(
  services: Services,
  orgId: string,
  files: SampleFiles,
  name = 'Files',
): Promise<string> {
  writeFiles(services, files)
  const settings = {
    folder: folderOf(services),
    files: Object.entries(files).map(([resource, text]) => {
      const headings = (text.split('\n')[0] ?? '').split(',')
      return {
        file: `${resource}.csv`,
        resource,
        mapping: Object.fromEntries(headings.map(heading => [heading, heading])),
      }
    }),
  }
  const input = { kind: 'files', name, settings, every_hours: 24 }
  return services.database.tenant(orgId, services.clock, tx => addConnection(services, tx, input, 'operator'))
}

/** Collects from a connection, on demand, to the end. */
export function collectNow(
  services: Services,
  orgId: string,
  connectionId: string,
  signal = new AbortController().signal,
) {
  const request = {
    connectionId,
    jobId: null,
    cause: 'sample' as const,
    signal,
    progress: () => {},
    onPublished: async () => {},
  }
  return collect(services, orgId, request)
}
