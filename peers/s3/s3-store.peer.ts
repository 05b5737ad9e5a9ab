import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import {
  CreateBucketCommand,
  GetObjectCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeOf, idOfContent, objectStoreConformance } from '../../src/platform/objects/object-store.conformance.ts'
import { S3Store, type S3StoreOptions } from '../../src/platform/objects/s3-store.ts'

/** A real S3 server by other authors (Apache-2.0), built from its published source. */
const server = 'github.com/versity/versitygw/cmd/versitygw@v1.8.0'

const credentials = { accessKeyId: 'synthetic-key', secretAccessKey: 'synthetic-secret' }
let folder: string
let endpoint: string
let process_: ChildProcess
let client: S3Client
let buckets = 0

beforeAll(async () => {
  const bin = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'vouch-peers', 'versitygw-1.8.0')
  if (!existsSync(join(bin, 'versitygw'))) {
    mkdirSync(bin, { recursive: true })
    execFileSync('go', ['install', server], { env: { ...process.env, GOBIN: bin }, stdio: 'inherit' })
  }
  folder = mkdtempSync(join(tmpdir(), 'vouch-s3-'))
  for (const name of ['data', 'versions', 'spool']) mkdirSync(join(folder, name))
  const port = await freePort()
  endpoint = `http://127.0.0.1:${port}`
  const args = [
    '--access',
    credentials.accessKeyId,
    '--secret',
    credentials.secretAccessKey,
    '--port',
    `127.0.0.1:${port}`,
  ]
  const posix = ['posix', '--versioning-dir', join(folder, 'versions'), join(folder, 'data')]
  process_ = spawn(join(bin, 'versitygw'), [...args, ...posix], { stdio: 'ignore' })
  client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials, maxAttempts: 20 })
})
afterAll(async () => {
  client.destroy()
  process_.kill()
  await once(process_, 'exit')
  rmSync(folder, { recursive: true, force: true })
})

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function newBucket(locked = false): Promise<string> {
  const bucket = `bucket-${++buckets}`
  await client.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: locked }))
  return bucket
}

const open = (bucket: string, options: Partial<S3StoreOptions> = {}): Promise<S3Store> =>
  S3Store.open({ bucket, endpoint, forcePathStyle: true, credentials, spoolFolder: join(folder, 'spool'), ...options })

const keyOf = (id: string, suffix = 'zst'): string => `${id.slice(0, 2)}/${id.slice(2, 4)}/${id}.${suffix}`

describe.each([
  ['without versions, under a prefix', false, 'kept here/'],
  ['with object lock', true, ''],
])('objects in a bucket %s', (_, locked, prefix) => {
  objectStoreConformance(async () => {
    const bucket = await newBucket(locked)
    const stores = [await open(bucket, { prefix }), await open(bucket, { prefix })] as const
    return {
      store: stores[0],
      second: stores[1],
      damage: async (id, change) => {
        for (const suffix of ['zst', 'raw']) {
          const target = { Bucket: bucket, Key: `${prefix}${keyOf(id, suffix)}` }
          const there = await client.send(new GetObjectCommand(target)).catch(() => undefined)
          const stored = await there?.Body?.transformToByteArray()
          if (stored === undefined) continue
          await client.send(new PutObjectCommand({ ...target, Body: change(Buffer.from(stored)) }))
        }
      },
      close: async () => {
        for (const store of stores) store.close()
        expect(readdirSync(join(folder, 'spool'))).toEqual([])
      },
    }
  }, 25)
})

describe('the S3 store', () => {
  it('uploads large content in parts, once, and leaves no unfinished upload', async () => {
    const bucket = await newBucket()
    const store = await open(bucket, { partSize: 5 * 1024 * 1024 })
    const content = randomBytes(17 * 1024 * 1024 + 3)
    const puts = await Promise.all([store.put(content), store.put(content)])
    expect(puts.filter(put => put.created)).toHaveLength(1)
    const id = idOfContent(content)
    expect(Buffer.compare(await buffer(await store.get(id)), content)).toBe(0)
    const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: keyOf(id), PartNumber: 1 }))
    expect(head.ETag).toMatch(/-4"$/)
    const uploads = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
    expect(uploads.Uploads ?? []).toEqual([])
    store.close()
  })

  it('locks objects, which then cannot be erased or changed', async () => {
    const bucket = await newBucket(true)
    const now = new Date()
    const store = await open(bucket, { lock: { mode: 'COMPLIANCE', days: 3 }, now: () => now })
    const { id } = await store.put(randomBytes(1000))
    const { Retention } = await client.send(new GetObjectRetentionCommand({ Bucket: bucket, Key: keyOf(id) }))
    expect(Retention?.Mode).toBe('COMPLIANCE')
    expect(Math.abs((Retention?.RetainUntilDate?.getTime() ?? 0) - now.getTime() - 3 * 86_400_000)).toBeLessThan(2000)
    expect(await codeOf(store.erase(id))).toBe('conflict')
    expect(await buffer(await store.get(id))).toHaveLength(1000)
    store.close()
  })

  it('says what is wrong with the bucket, the credentials, the lock or the endpoint', async () => {
    const bucket = await newBucket()
    const messageOf = async (name: string, options: Partial<S3StoreOptions>): Promise<string> => {
      const store = await open(name, options)
      const thrown: unknown = await store.put(Buffer.from('x')).catch((error: unknown) => error)
      store.close()
      return String(thrown)
    }
    expect(await messageOf('no-such-bucket', {})).toMatch(/bucket does not exist/)
    const wrong = { accessKeyId: 'synthetic-key', secretAccessKey: 'wrong' }
    expect(await messageOf(bucket, { credentials: wrong })).toMatch(/credentials are missing, wrong/)
    expect(await messageOf(bucket, { lock: { mode: 'GOVERNANCE', days: 1 } })).toMatch(/object lock must be enabled/)
    expect(await messageOf(bucket, { endpoint: 'http://127.0.0.1:1' })).toMatch(/endpoint is right and reachable/)
    expect(readdirSync(join(folder, 'spool'))).toEqual([])
  })
})
