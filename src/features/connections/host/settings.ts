import { z } from 'zod'

export const hostSettingsSchema = z.strictObject({
  root: z
    .string()
    .regex(/^\//, 'An absolute path')
    .default('/')
    .meta({ title: 'Root folder' })
    .describe(
      '/ for this machine. Another folder reads the files of a machine mounted there; its running state is then unknown',
    ),
  update_list_days: z
    .int()
    .min(1)
    .max(365)
    .default(7)
    .meta({ title: 'Oldest package lists, days' })
    .describe(
      'When the package lists were last refreshed longer ago than this, pending updates are unknown. Nothing is downloaded',
    ),
  command_timeout_seconds: z
    .int()
    .min(1)
    .max(600)
    .default(60)
    .meta({ title: 'Command timeout, seconds' })
    .describe('Each command is stopped after this many seconds and its answer is unknown'),
})

export type HostSettings = z.infer<typeof hostSettingsSchema>
