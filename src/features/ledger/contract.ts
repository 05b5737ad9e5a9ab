import { z } from 'zod'
import { listQuery, pageOf } from '../../platform/http/paging.ts'

export const checkpointSchema = z
  .object({
    size: z.int().meta({ description: 'Leaves in the tree.' }),
    root: z.string().meta({ description: 'Root hash, hex.' }),
    note: z.string().meta({ description: 'The signed note (C2SP tlog-checkpoint), byte for byte.' }),
    created_at: z.iso.datetime(),
    timestamps: z.array(z.object({ authority: z.string(), time: z.iso.datetime() })),
    witnesses: z.array(z.string()),
  })
  .meta({ id: 'Checkpoint' })

export const ledgerSchema = z
  .object({
    origin: z.string(),
    keys: z.array(z.object({ vkey: z.string(), from_size: z.int(), created_at: z.iso.datetime() })),
    waiting: z.int().meta({ description: 'Entries that have no place in the tree yet.' }),
    latest: checkpointSchema.nullable(),
    checkpoints: z.array(checkpointSchema).meta({ description: 'The newest, newest first.' }),
    stamping: z.object({ authority: z.string().nullable(), late: z.boolean() }),
    witness: z.object({ name: z.string().nullable() }),
  })
  .meta({ id: 'Ledger' })

export const entrySchema = z
  .object({
    id: z.int(),
    index: z.int().nullable().meta({ description: 'Its place in the tree; null until it is integrated.' }),
    kind: z.string(),
    time: z.iso.datetime(),
    actor: z.string(),
    subject: z.string(),
    leaf: z.string().meta({ description: "The leaf's bytes: canonical JSON." }),
  })
  .meta({ id: 'LedgerEntry' })

export const entryDetailSchema = entrySchema
  .extend({
    content: z.json().nullable().meta({ description: 'What the leaf commits to; null when it was erased.' }),
    salt: z.string().nullable(),
    canonical_content: z.string().nullable(),
    proof: z
      .object({
        size: z.int(),
        hashes: z.array(z.string()).meta({ description: 'Inclusion proof, base64 (RFC 6962 section 2.1.1).' }),
        checkpoint: z.string(),
        vkey: z.string().meta({ description: 'The verifier key that signed the checkpoint.' }),
      })
      .nullable(),
  })
  .meta({ id: 'LedgerEntryDetail' })

export const entriesQuery = listQuery(['id'], '-id').extend({
  kind: z.string().max(100).optional(),
  subject: z.string().max(300).optional(),
})
export const entriesPage = pageOf(entrySchema)

export const inclusionQuery = z.object({ index: z.coerce.number().int().min(0), size: z.coerce.number().int().min(1) })
export const consistencyQuery = z.object({ from: z.coerce.number().int().min(0), to: z.coerce.number().int().min(0) })
export const proofSchema = z
  .object({ hashes: z.array(z.string()).meta({ description: 'Base64, in the order of RFC 6962.' }) })
  .meta({ id: 'LedgerProof' })
