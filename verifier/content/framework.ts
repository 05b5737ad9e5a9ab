import { z } from 'zod'
import { findRepeats, lineSchema, slugSchema } from './text.ts'

/**
 * The five categories of the Trust Services Criteria. Security is always in scope (its criteria, CC1 to CC9, are common to all);
 * the others are chosen for each engagement.
 */
export const socCategories = ['security', 'availability', 'confidentiality', 'processing_integrity', 'privacy'] as const

export type SocCategory = (typeof socCategories)[number]

/** The order in which COSO's Internal Control: Integrated Framework (2013) numbers its principles ends at 17. */
const lastCosoPrinciple = 17

const categoryIdSchema = z.enum(socCategories, { error: `use one of: ${socCategories.join(', ')}` })

const seriesIdSchema = z
  .string('write the id of a series, e.g. CC6')
  .regex(/^[A-Z]{1,4}[0-9]{1,2}$/, 'use capital letters and a number, e.g. CC6')

const pointOfFocusSchema = z.strictObject({
  /** The criterion's id, a hyphen, and the position counted from 1: CC6.1-3. */
  id: z.string(),
  title: lineSchema,
  /** Present when the point applies only to engagements whose scope has one of these categories. */
  categories: z.array(categoryIdSchema).min(1, 'name a category, or leave categories out').readonly().optional(),
})

const criterionFields = {
  /** The publisher's own number, e.g. CC6.1. */
  id: z.string('write the id of a criterion, e.g. CC6.1'),
  title: lineSchema,
  /** What the criterion asks, in our own words. */
  statement: lineSchema,
  cosoPrinciple: z.int().min(1).max(lastCosoPrinciple, 'COSO has 17 principles').optional(),
  pointsOfFocus: z.array(pointOfFocusSchema).min(1, 'list at least one point of focus').readonly(),
}

const categorySchema = z.strictObject({ id: categoryIdSchema, title: lineSchema, description: lineSchema })

const headerFields = {
  id: slugSchema,
  version: lineSchema,
  title: lineSchema,
  publisher: lineSchema,
  /** Who owns the original text, and that ours is not it. Shown wherever the framework is shown or exported. */
  copyright: lineSchema,
  categories: z.array(categorySchema).min(1, 'list at least one category').readonly(),
}

/** `framework.yaml`: what the framework is, and the order of its series; each series has a file of its own. */
export const frameworkHeaderSchema = z
  .strictObject({ ...headerFields, series: z.array(seriesIdSchema).min(1, 'list at least one series').readonly() })
  .superRefine((header, context) => {
    for (const { index, key } of findRepeats(header.categories, category => category.id))
      context.addIssue({
        code: 'custom',
        path: ['categories', index, 'id'],
        message: `${key} is listed twice: remove one`,
      })
    for (const { index, key } of findRepeats(header.series, id => id))
      context.addIssue({ code: 'custom', path: ['series', index], message: `${key} is listed twice: remove one` })
  })

/**
 * A file of one series. Criteria are numbered from 1 without gaps (CC6.1, CC6.2, …) and so are the points of focus of each: a gap or
 * a repeat is a mistake in the file, because neither numbering has one.
 */
export const seriesFileSchema = z
  .strictObject({
    series: seriesIdSchema,
    category: categoryIdSchema,
    title: lineSchema,
    criteria: z.array(z.strictObject(criterionFields)).min(1, 'list at least one criterion').readonly(),
  })
  .superRefine((file, context) => {
    file.criteria.forEach((criterion, index) => {
      const expected = `${file.series}.${index + 1}`
      if (criterion.id !== expected)
        context.addIssue({
          code: 'custom',
          path: ['criteria', index, 'id'],
          message: `this is ${criterion.id}, but ${expected} comes next: criteria are numbered in order, without gaps or repeats`,
        })
      checkPoints(criterion, index, context)
    })
  })

function checkPoints(
  criterion: { readonly id: string; readonly pointsOfFocus: readonly PointOfFocus[] },
  criterionIndex: number,
  context: z.RefinementCtx,
): void {
  const at = (index: number, field: string): PropertyKey[] => [
    'criteria',
    criterionIndex,
    'pointsOfFocus',
    index,
    field,
  ]
  criterion.pointsOfFocus.forEach((point, index) => {
    const expected = `${criterion.id}-${index + 1}`
    if (point.id !== expected)
      context.addIssue({
        code: 'custom',
        path: at(index, 'id'),
        message: `this is ${point.id}, but ${expected} comes next: points are numbered in order, without gaps or repeats`,
      })
  })
  for (const { index, firstIndex } of findRepeats(criterion.pointsOfFocus, point => comparable(point.title)))
    context.addIssue({
      code: 'custom',
      path: at(index, 'title'),
      message: `the same title as ${criterion.id}-${firstIndex + 1}: say what sets this point apart`,
    })
}

/** Text as it is compared for sameness: letters and digits only, lower case, so that a comma does not make two texts differ. */
export function comparable(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

const criterionSchema = z.strictObject({ ...criterionFields, category: categoryIdSchema, series: seriesIdSchema })

const seriesSchema = z.strictObject({ id: seriesIdSchema, category: categoryIdSchema, title: lineSchema })

/** A whole framework, as the loader assembles it and as a package carries it. Series and criteria are in the publisher's order. */
export const frameworkSchema = z.strictObject({
  ...headerFields,
  series: z.array(seriesSchema).readonly(),
  criteria: z.array(criterionSchema).readonly(),
})

export type PointOfFocus = Readonly<z.infer<typeof pointOfFocusSchema>>
export type Criterion = Readonly<z.infer<typeof criterionSchema>>
export type Series = Readonly<z.infer<typeof seriesSchema>>
export type FrameworkCategory = Readonly<z.infer<typeof categorySchema>>
export type Framework = Readonly<z.infer<typeof frameworkSchema>>
