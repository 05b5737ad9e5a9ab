import { S3ServiceException } from '@aws-sdk/client-s3'
import { messageOf, VouchError } from '../errors/errors.ts'

const statusOf = (thrown: unknown): number | undefined =>
  thrown instanceof S3ServiceException ? thrown.$metadata.httpStatusCode : undefined
const nameOfError = (thrown: unknown): string => (thrown instanceof Error ? thrown.name : '')

/** The object is not there. A missing bucket is something else, but an answer to HEAD has no words to tell it by. */
export function isMissing(thrown: unknown): boolean {
  return nameOfError(thrown) === 'NoSuchKey' || nameOfError(thrown) === 'NotFound'
}

/** An upload under `If-None-Match: *` found the object there (412), or another upload of it under way or just done (409). */
export function isThereAlready(thrown: unknown): boolean {
  return statusOf(thrown) === 412 || (statusOf(thrown) === 409 && nameOfError(thrown) === 'ConditionalRequestConflict')
}

/** A deletion was refused; in a bucket with object lock that is what the lock does. */
export function isLocked(thrown: unknown): boolean {
  return (
    statusOf(thrown) === 403 && /ObjectLock|WORM|retention|lock/i.test(`${nameOfError(thrown)} ${messageOf(thrown)}`)
  )
}

/** What to tell someone who wanted to erase a locked object. */
export function stillLocked(id: string, bucket: string, cause: unknown): VouchError {
  const message = `The object ${id} is locked in the bucket ${bucket} and cannot be erased before its retention ends. With GOVERNANCE, someone with s3:BypassGovernanceRetention can delete it; with COMPLIANCE nobody can.`
  return new VouchError('conflict', message, { cause })
}

/** Whether the same request may succeed when it is sent again: the connection broke, or the server was overloaded. */
export function mayRetry(thrown: unknown): boolean {
  const status = statusOf(thrown)
  if (thrown instanceof VouchError) return false
  return status === undefined || status >= 500 || status === 429 || nameOfError(thrown) === 'RequestTimeout'
}

const advice: readonly { readonly sign: RegExp; readonly what: string }[] = [
  { sign: /NoSuchBucket/, what: 'The bucket does not exist. Create it, or correct its name' },
  {
    sign: /HTTP 401|HTTP 403|AccessDenied|InvalidAccessKeyId|SignatureDoesNotMatch|CredentialsProviderError/,
    what: 'The credentials are missing, wrong, or do not permit it. Vouch needs s3:GetObject, s3:PutObject and s3:ListBucket (and s3:PutObjectRetention for object lock)',
  },
  {
    sign: /ObjectLockConfiguration|InvalidRequest/,
    what: 'The bucket refuses the request; object lock must be enabled for the bucket before objects can be locked',
  },
]

/** Anything thrown while talking to S3 as a VouchError that says what to do. */
export function explainS3(thrown: unknown, bucket: string): VouchError {
  if (thrown instanceof VouchError) return thrown
  const status = statusOf(thrown)
  // An answer to HEAD has no words, only its status.
  const said = `${status === undefined ? '' : `HTTP ${status} `}${nameOfError(thrown)}: ${messageOf(thrown)}`
  if (status === 507 || /StorageFull|QuotaExceeded|InsufficientStorage/.test(said)) {
    const message = `There is no room for another object in the bucket ${bucket}. Free some space there and try again (${said}).`
    return new VouchError('storage_full', message, { cause: thrown })
  }
  const known = advice.find(({ sign }) => sign.test(said))
  const what = known?.what ?? 'Check that its endpoint is right and reachable, and try again'
  return new VouchError('source_failed', `The bucket ${bucket} did not do what was asked. ${what} (${said}).`, {
    cause: thrown,
  })
}
