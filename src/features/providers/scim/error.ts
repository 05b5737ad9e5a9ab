import type { ErrorCode } from '../../../platform/errors/errors.ts'
import { VouchError } from '../../../platform/errors/errors.ts'

/** RFC 7644, table 9: what kind of mistake a 400 or 409 is. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'

/** A refusal with SCIM's word for it. */
export class ScimError extends VouchError {
  readonly scimType: ScimType

  constructor(scimType: ScimType, message: string, code: ErrorCode = 'invalid_input') {
    super(code, message)
    this.scimType = scimType
  }
}
