import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { VouchError } from '../errors/errors.ts'
import { isThereAlready, mayRetry } from './s3-errors.ts'

export interface UploadLock {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE'
  readonly until: Date
}

export interface Upload {
  readonly bucket: string
  readonly key: string
  /** The file to upload, and its length and SHA-256. */
  readonly path: string
  readonly length: number
  readonly hash: Buffer
  /** Longer files go up in parts of this size, or larger ones when there would be more than 10,000; bytes. */
  readonly partSize: number
  readonly lock: UploadLock | undefined
}

const mostParts = 10_000
const attempts = 4

/** Uploads the file unless its key is there; answers whether it was uploaded. Throws what the SDK throws. */
export async function uploadOnce(client: S3Client, upload: Upload): Promise<boolean> {
  try {
    if (upload.length > upload.partSize) await uploadInParts(client, upload)
    else await uploadWhole(client, upload)
    return true
  } catch (thrown) {
    if (isThereAlready(thrown)) return false
    throw thrown
  }
}

async function uploadWhole(client: S3Client, { bucket, key, path, length, hash, lock }: Upload): Promise<void> {
  await again(() =>
    client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: createReadStream(path),
        ContentLength: length,
        ChecksumSHA256: hash.toString('base64'),
        IfNoneMatch: '*',
        ...retention(lock),
      }),
    ),
  )
}

async function uploadInParts(client: S3Client, upload: Upload): Promise<void> {
  const { bucket, key, path, length, lock } = upload
  const target = { Bucket: bucket, Key: key }
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm: 'SHA256', ...retention(lock) }),
  )
  if (UploadId === undefined)
    throw new VouchError('source_failed', `The server of the bucket ${bucket} named no upload.`)
  try {
    const size = Math.max(upload.partSize, Math.ceil(length / mostParts))
    const parts: CompletedPart[] = []
    for (let start = 0; start < length; start += size) {
      const range = { start, end: Math.min(start + size, length) - 1 }
      const part = { PartNumber: parts.length + 1, ChecksumSHA256: await hashOf(path, range) }
      const ContentLength = range.end - range.start + 1
      const { ETag } = await again(() =>
        client.send(
          new UploadPartCommand({ ...target, ...part, UploadId, ContentLength, Body: createReadStream(path, range) }),
        ),
      )
      parts.push({ ...part, ETag })
    }
    await client.send(
      new CompleteMultipartUploadCommand({ ...target, UploadId, IfNoneMatch: '*', MultipartUpload: { Parts: parts } }),
    )
  } catch (thrown) {
    // The parts of an upload that is never completed would be kept, and charged for, without being seen.
    await client.send(new AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => undefined)
    throw thrown
  }
}

function retention(lock: UploadLock | undefined) {
  return lock === undefined ? {} : { ObjectLockMode: lock.mode, ObjectLockRetainUntilDate: lock.until }
}

async function hashOf(path: string, range: { start: number; end: number }): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, range)) hash.update(chunk)
  return hash.digest('base64')
}

/** The SDK does not send a stream twice, so each attempt makes a new one. */
async function again<T>(send: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send()
    } catch (thrown) {
      if (attempt >= attempts || !mayRetry(thrown)) throw thrown
    }
  }
}
