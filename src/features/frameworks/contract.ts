import { z } from 'zod'

export const frameworkSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    publisher: z.string(),
    copyright: z.string(),
    categories: z.array(z.object({ id: z.string(), title: z.string(), description: z.string() })),
    series: z.array(z.object({ id: z.string(), title: z.string(), category: z.string() })),
    criteria: z.array(
      z.object({
        id: z.string(),
        series: z.string(),
        category: z.string(),
        title: z.string(),
        statement: z.string(),
        points_of_focus: z.array(
          z.object({ id: z.string(), title: z.string(), categories: z.array(z.string()).nullable() }),
        ),
      }),
    ),
  })
  .meta({ id: 'Framework' })
