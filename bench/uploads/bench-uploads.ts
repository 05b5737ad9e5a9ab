import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type BenchResult, line, median } from '../result.ts'

const mebibyte = 2 ** 20
const size = 1024 * mebibyte
const rounds = 3
/** As long as those of browsers and curl. */
const boundary = '------------------------d74496d66958873e'

/**
 * A document of 1 GiB that does not compress, filed over HTTP into the folder store of a server in its own process, against reading the same file, hashing it and writing it again, to disk both;
 * medians of three rounds in turn. Memory is what the server has at most during an upload above what it had before the first.
 */
export async function benchUploads(): Promise<BenchResult[]> {
  const dir = await mkdtemp(join(tmpdir(), 'vouch-bench-uploads-'))
  const server = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'serve-child.ts')],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  try {
    const { url, key } = await started(server)
    const path = join(dir, 'document.bin')
    await makeFile(path)
    const small = join(dir, 'small.bin')
    writeFileSync(small, randomBytes(1000))
    await upload(url, key, small, 1000, 'Small')
    const idle = memoryOf(server, 'VmRSS')
    const ours: Timed[] = []
    const direct: Timed[] = []
    const peaks: number[] = []
    for (let round = 0; round < rounds; round++) {
      direct.push(await timed(process.pid, () => copy(path, join(dir, 'copy.bin'))))
      // Forgets the peak until now: proc(5), clear_refs.
      writeFileSync(`/proc/${server.pid}/clear_refs`, '5')
      ours.push(await timed(server.pid, () => upload(url, key, path, size, `Round ${round}`)))
      peaks.push(memoryOf(server, 'VmHWM'))
    }
    const rate = (all: readonly Timed[]) => size / mebibyte / median(all.map(({ seconds }) => seconds))
    const processor = (all: readonly Timed[]) => median(all.map(({ processorSeconds }) => processorSeconds))
    return [
      line(
        'uploads: 1 GiB of evidence, throughput',
        { ours: rate(ours), baseline: rate(direct) },
        { unit: 'MiB/s', note: 'against writing and hashing the same file', aim: { of: 'ratio', atLeast: 0.5 } },
      ),
      line(
        'uploads: 1 GiB of evidence, processor time',
        { ours: processor(ours), baseline: processor(direct) },
        { unit: 's', note: 'of the server alone, against the same; a busy machine changes it less' },
      ),
      line(
        'uploads: 1 GiB of evidence, memory above idle',
        { ours: (Math.max(...peaks) - idle) / mebibyte, baseline: idle / mebibyte },
        { unit: 'MiB', note: 'the most of three, resident; baseline: idle', aim: { of: 'ours', atMost: 150 } },
      ),
    ]
  } finally {
    server.stdin?.end()
    await once(server, 'exit')
    await rm(dir, { recursive: true, force: true })
  }
}

async function started(server: ChildProcess): Promise<{ url: string; key: string }> {
  if (!server.stdout) throw new Error('the server has no output')
  for await (const text of createInterface({ input: server.stdout })) return JSON.parse(text)
  throw new Error('the server did not start')
}

async function makeFile(path: string): Promise<void> {
  const file = await open(path, 'w')
  for (let written = 0; written < size; written += 16 * mebibyte) await file.write(randomBytes(16 * mebibyte))
  await file.sync()
  await file.close()
}

async function copy(from: string, to: string): Promise<void> {
  const hash = createHash('sha256')
  const hashed = new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk)
      done(null, chunk)
    },
  })
  await pipeline(createReadStream(from), hashed, createWriteStream(to, { flush: true }))
  hash.digest()
  await rm(to)
}

async function upload(url: string, key: string, path: string, bytes: number, title: string): Promise<void> {
  const day = new Date().toISOString().slice(0, 10)
  const fields = { control_id: 'disk-encryption', title, covers_from: day, covers_to: day, fresh_for_days: '30' }
  const part = (about: string) => `--${boundary}\r\ncontent-disposition: form-data; ${about}`
  const head = [
    ...Object.entries(fields).map(([name, value]) => `${part(`name="${name}"`)}\r\n\r\n${value}\r\n`),
    `${part('name="file"; filename="document.bin"')}\r\ncontent-type: application/octet-stream\r\n\r\n`,
  ].join('')
  const tail = `\r\n--${boundary}--\r\n`
  const sending = request(`${url}/api/v1/evidence`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': head.length + bytes + tail.length,
    },
  })
  const answered = once(sending, 'response')
  sending.write(head)
  await pipeline(createReadStream(path), sending, { end: false })
  sending.end(tail)
  const [response] = await answered
  response.resume()
  if (response.statusCode !== 201) throw new Error(`the upload was answered with ${response.statusCode}`)
  await once(response, 'end')
}

interface Timed {
  readonly seconds: number
  /** Of one process, all its threads. */
  readonly processorSeconds: number
}

async function timed(pid: number | undefined, work: () => Promise<void>): Promise<Timed> {
  const [start, used] = [performance.now(), processorSecondsOf(pid)]
  await work()
  return { seconds: (performance.now() - start) / 1000, processorSeconds: processorSecondsOf(pid) - used }
}

/** proc(5), `/proc/<pid>/stat`, fields 14 and 15. */
function processorSecondsOf(pid: number | undefined): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

function memoryOf({ pid }: ChildProcess, what: 'VmRSS' | 'VmHWM'): number {
  const kilobytes = new RegExp(`${what}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) * 1024
}
