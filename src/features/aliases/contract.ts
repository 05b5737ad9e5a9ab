import { z } from 'zod'

/** The personal values that can be stored as aliases. */
export const aliasKinds = ['name', 'email', 'address', 'phone', 'government_id'] as const
export type AliasKind = (typeof aliasKinds)[number]

/** How many values or aliases one request may hold. */
export const mostAliases = 1_000
export const mostRevealed = 100

const domain = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'a domain such as example.com')
  .max(253)

export const aliasSettingSchema = z
  .object({
    kinds: z.array(z.enum(aliasKinds)).meta({ description: 'What is stored as aliases, from the next collection on.' }),
    programs: z
      .array(z.email('Give an e-mail address.').max(254).toLowerCase())
      .max(200)
      .meta({ description: 'Addresses of programs, stored as they are.' }),
    domains: z
      .array(domain)
      .max(200)
      .meta({ description: 'Of addresses outside of these the domain is hidden too. Empty: every domain is kept.' }),
  })
  .meta({ id: 'AliasSetting' })

export const aliasesSchema = z
  .object({
    // Shown as it was taken, whatever somebody else's rule for addresses is.
    setting: aliasSettingSchema.extend({ programs: z.array(z.string()) }).meta({ id: 'AliasSettingShown' }),
    counts: z.record(z.enum(aliasKinds), z.int()).meta({ description: 'Values that are kept sealed, by kind.' }),
    uploads: z.int().meta({ description: 'Uploaded originals that are kept, encrypted.' }),
    plain_snapshots: z
      .int()
      .meta({ description: 'Snapshots that hold personal fields as they came, from before aliases.' }),
    fields: z.array(z.object({ resource: z.string(), title: z.string(), fields: z.array(z.string()) })).meta({
      description:
        'Fields that hold such values, in the resources that sources can give. User names count where they are addresses.',
    }),
  })
  .meta({ id: 'Aliases' })

const longestValue = 1_000

export const aliasInput = z.object({
  values: z
    .array(z.object({ kind: z.enum(aliasKinds), value: z.string().min(1).max(longestValue) }))
    .min(1)
    .max(mostAliases),
})
export const aliasList = z.object({
  items: z.array(z.object({ alias: z.string() })).meta({ description: 'In the order of what was asked.' }),
})

export const revealInput = z.object({
  aliases: z
    .array(z.string().min(1).max(longestValue))
    .min(1)
    .max(mostRevealed)
    .meta({ description: 'Aliases, whole or only their token.' }),
})
export const revealedList = z.object({
  items: z.array(
    z.object({
      alias: z.string(),
      kind: z.enum(aliasKinds).nullable(),
      value: z.string().nullable().meta({ description: 'Null when it was erased, or never was one.' }),
    }),
  ),
})

export const erasureInput = z
  .object({
    values: z.array(z.string().min(1).max(longestValue)).max(mostRevealed).default([]),
    aliases: z.array(z.string().min(1).max(longestValue)).max(mostRevealed).default([]),
  })
  .refine(({ values, aliases }) => values.length + aliases.length > 0, 'Say whose: values, or aliases.')
export const erasureSchema = z
  .object({
    aliases: z.array(z.string()).meta({ description: 'What was erased, by token.' }),
    uploads: z.int().meta({ description: 'Uploaded originals that were removed.' }),
    plain_snapshots: z
      .int()
      .meta({ description: 'Snapshots that hold personal fields as they came, from before aliases: these stay.' }),
  })
  .meta({ id: 'Erasure' })
