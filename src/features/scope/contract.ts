import { z } from 'zod'
import { socCategories } from '../../../verifier/content/framework.ts'

export const organisationSchema = z
  .object({
    id: z.uuid(),
    slug: z.string(),
    name: z.string(),
    is_sample: z.boolean().meta({ description: 'Sample data with a simulated past; never a real organisation.' }),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Organisation' })

export const scopeSchema = z
  .object({
    framework: z.string(),
    categories: z.array(z.enum(socCategories)),
    period_from: z.iso.date().nullable(),
    period_to: z.iso.date().nullable(),
  })
  .meta({ id: 'Scope' })

export const scopeChange = z.object({
  categories: z
    .array(z.enum(socCategories))
    .min(1)
    .refine(list => list.includes('security'), 'Security is always in scope.'),
  period_from: z.iso.date().nullable(),
  period_to: z.iso.date().nullable(),
})
