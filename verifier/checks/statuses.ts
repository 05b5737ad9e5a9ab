/** The four values of a result (DESIGN section 1). What could not be read is `unknown`, never `pass`. Apart from `check.ts` so that the child process loads no schemas. */
export const resultStatuses = ['pass', 'fail', 'unknown', 'not_applicable'] as const
export type ResultStatus = (typeof resultStatuses)[number]
