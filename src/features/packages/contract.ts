import { z } from 'zod'
import { listQuery, pageOf } from '../../platform/http/paging.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

export const packageSchema = z
  .object({
    id: z.uuid(),
    period_from: z.iso.datetime(),
    period_to: z.iso.datetime(),
    manifest: sha256.meta({ description: 'SHA-256 of manifest.json.' }),
    content: sha256.meta({ description: 'SHA-256 of the ZIP.' }),
    bytes: z.int(),
    size: z.int().meta({ description: 'Leaves in the checkpoint it ends with.' }),
    created_at: z.iso.datetime(),
    ledger_entry_id: z.int(),
    download: z.string().meta({ description: 'Where to get it.' }),
  })
  .meta({ id: 'Package' })
export const packagesQuery = listQuery(['created_at'], '-created_at')
export const packagesPage = pageOf(packageSchema)
export const packageInput = z.object({
  from: z.iso.date().optional().meta({ description: 'First day, UTC. The organisation’s first when left out.' }),
  to: z.iso.date().optional().meta({ description: 'Last day, UTC. Today when left out.' }),
})
export const startedJob = z.object({ job_id: z.uuid() })
