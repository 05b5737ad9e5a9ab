import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openServices } from '../src/entry/services.ts'
import { setUpOrganisation } from '../src/entry/set-up.ts'
import { systemClock } from '../src/platform/clock/clock.ts'
import { readConfig } from '../src/platform/config/config.ts'
import { dataFolderMode } from '../src/platform/config/data-folder.ts'
import type { Services } from '../src/platform/services.ts'

/** Runs `work` over services as they run in production (embedded PostgreSQL with real fsync) and a new organisation; removes all of it afterwards. */
export async function withServices<T>(work: (services: Services, orgId: string) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'vouch-bench-'))
  await chmod(dataDir, dataFolderMode)
  try {
    const services = await openServices(readConfig({ VOUCH_DATA: dataDir, VOUCH_LOG_LEVEL: 'silent' }), systemClock)
    try {
      const organisation = { slug: 'bench', name: 'Bench', isSample: true }
      return await work(services, await setUpOrganisation(services, organisation, 'system'))
    } finally {
      await services.close()
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}
