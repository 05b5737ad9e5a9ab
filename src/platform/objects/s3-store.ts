import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3'
import { VouchError } from '../errors/errors.ts'
import { compressions, idOf, nameOf, restore, spool } from './content.ts'
import type { Compression, ObjectEntry, ObjectStore, PutOptions, StoredObject } from './object-store.ts'
import { explainS3, isLocked, isMissing, stillLocked } from './s3-errors.ts'
import { type UploadLock, uploadOnce } from './s3-upload.ts'
import { sweepTemporaryFiles, temporaryFile } from './temporary-files.ts'

export interface S3StoreOptions {
  readonly bucket: string
  /** Before every key, such as `vouch/`; nothing by default. */
  readonly prefix?: string
  readonly region?: string
  /** For servers that are not Amazon's: https://host:port. */
  readonly endpoint?: string
  /** Bucket in the path instead of the host name, as most servers that are not Amazon's want it. */
  readonly forcePathStyle?: boolean
  /** By default the SDK looks for them where Amazon's tools do (environment, profile, instance role). */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** Object lock: nobody (`COMPLIANCE`), or nobody without a special right (`GOVERNANCE`), can delete an object for so many days. The bucket must have it enabled. */
  readonly lock?: { readonly mode: 'GOVERNANCE' | 'COMPLIANCE'; readonly days: number }
  /** Where content is spooled while it is hashed, as large as the largest object; by default a folder in the temporary folder. */
  readonly spoolFolder?: string
  /** Objects longer than this go up in parts of at least this size; bytes, at least 5 MiB, 64 MiB by default. */
  readonly partSize?: number
  readonly now?: () => Date
}

interface Found {
  readonly key: string
  readonly storedBytes: number
}

const ignore = (): void => undefined
const silent = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore }
const defaultPartSize = 64 * 1024 * 1024

/**
 * Objects in a bucket, `<prefix>ab/cd/<id>.zst`. Content is spooled to a file while it is hashed, then uploaded with its SHA-256 for
 * the server to check, and `If-None-Match: *` so that an object that is there is never written again.
 */
export class S3Store implements ObjectStore {
  readonly #client: S3Client
  readonly #options: S3StoreOptions
  readonly #spoolFolder: string

  private constructor(options: S3StoreOptions, spoolFolder: string) {
    this.#options = options
    this.#spoolFolder = spoolFolder
    this.#client = new S3Client({
      region: options.region ?? 'us-east-1',
      ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
      ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
      forcePathStyle: options.forcePathStyle ?? false,
      // By default the SDK writes a warning to the console for every upload that finds its object there already.
      logger: silent,
      // Our own SHA-256 goes with every upload, and every read is checked against the id.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    })
  }

  /** Opens the store and clears away spool files of killed processes. Asks the server nothing yet. */
  static async open(options: S3StoreOptions): Promise<S3Store> {
    const spoolFolder = options.spoolFolder ?? join(tmpdir(), `vouch-spool-${process.getuid?.() ?? 'user'}`)
    await sweepTemporaryFiles(spoolFolder)
    return new S3Store(options, spoolFolder)
  }

  async put(source: AsyncIterable<Uint8Array> | Uint8Array, options: PutOptions = {}): Promise<StoredObject> {
    const path = temporaryFile(this.#spoolFolder)
    const { id, bytes, storedBytes, storedHash } = await spool(path, source, options)
    try {
      const there = await this.#find(id)
      if (there !== undefined) return { id, bytes, storedBytes: there.storedBytes, created: false }
      const created = await uploadOnce(this.#client, {
        bucket: this.#options.bucket,
        key: this.#key(id, options.compression ?? 'zstd'),
        path,
        length: storedBytes,
        hash: storedHash,
        partSize: this.#options.partSize ?? defaultPartSize,
        lock: this.#lock(),
      })
      return { id, bytes, storedBytes, created }
    } catch (thrown) {
      throw explainS3(thrown, this.#options.bucket)
    } finally {
      await rm(path, { force: true })
    }
  }

  async get(id: string): Promise<Readable> {
    for (const compression of compressions) {
      const Key = this.#key(id, compression)
      try {
        const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#options.bucket, Key }))
        if (Body instanceof Readable) return restore(id, compression, Body)
      } catch (thrown) {
        if (!isMissing(thrown)) throw explainS3(thrown, this.#options.bucket)
      }
    }
    throw new VouchError('not_found', `There is no object ${id} in the bucket ${this.#options.bucket}.`)
  }

  async has(id: string): Promise<boolean> {
    return (await this.#find(id)) !== undefined
  }

  async *list(): AsyncIterable<ObjectEntry> {
    const pages = paginateListObjectsV2(
      { client: this.#client },
      { Bucket: this.#options.bucket, Prefix: this.#options.prefix ?? '' },
    )
    try {
      for await (const { Contents } of pages) {
        for (const { Key, Size } of Contents ?? []) {
          const id = idOf(Key ?? '')
          if (id !== undefined) yield { id, storedBytes: Size ?? 0 }
        }
      }
    } catch (thrown) {
      throw explainS3(thrown, this.#options.bucket)
    }
  }

  async erase(id: string): Promise<boolean> {
    let erased = false
    try {
      // Again until nothing is found: two processes may have put it at the same time, one compressed and one not.
      for (let found = await this.#find(id); found !== undefined; found = await this.#find(id)) {
        await this.#deleteVersions(found.key)
        erased = true
      }
    } catch (thrown) {
      throw isLocked(thrown) ? stillLocked(id, this.#options.bucket, thrown) : explainS3(thrown, this.#options.bucket)
    }
    return erased
  }

  /** Ends idle connections. */
  close(): void {
    this.#client.destroy()
  }

  async #find(id: string): Promise<Found | undefined> {
    for (const compression of compressions) {
      const key = this.#key(id, compression)
      try {
        const head = await this.#client.send(new HeadObjectCommand({ Bucket: this.#options.bucket, Key: key }))
        return { key, storedBytes: head.ContentLength ?? 0 }
      } catch (thrown) {
        if (!isMissing(thrown)) throw explainS3(thrown, this.#options.bucket)
      }
    }
    return undefined
  }

  /** In a bucket with versions (object lock needs them) a plain deletion only hides an object: every version is deleted. */
  async #deleteVersions(key: string): Promise<void> {
    for (const VersionId of await this.#versions(key)) {
      await this.#client.send(new DeleteObjectCommand({ Bucket: this.#options.bucket, Key: key, VersionId }))
    }
  }

  /** The ids of all versions of a key; [undefined], which names the only one, in a bucket without versions. */
  async #versions(key: string): Promise<(string | undefined)[]> {
    const ids: string[] = []
    let at: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {}
    while (at !== undefined) {
      const page: ListObjectVersionsCommandOutput = await this.#client.send(
        new ListObjectVersionsCommand({ Bucket: this.#options.bucket, Prefix: key, ...at }),
      )
      for (const { Key, VersionId } of page.Versions ?? []) {
        if (Key === key && VersionId !== undefined && VersionId !== 'null') ids.push(VersionId)
      }
      const { NextKeyMarker, NextVersionIdMarker } = page
      at = page.IsTruncated === true ? { KeyMarker: NextKeyMarker, VersionIdMarker: NextVersionIdMarker } : undefined
    }
    return ids.length === 0 ? [undefined] : ids
  }

  #key(id: string, compression: Compression): string {
    return `${this.#options.prefix ?? ''}${nameOf(id, compression)}`
  }

  #lock(): UploadLock | undefined {
    const { lock, now = () => new Date() } = this.#options
    return lock && { mode: lock.mode, until: new Date(now().getTime() + lock.days * 86_400_000) }
  }
}
