import { randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { messageOf, VouchError } from '../../platform/errors/errors.ts'
import { type Sending, type Sent, send } from './send.ts'

interface Common {
  readonly idempotencyKey?: string
  readonly retries: number
  readonly json?: boolean
}

type Target = Pick<Sending, 'url' | 'headers' | 'before' | 'after'>

/** `vouch push`: sends evidence and records to a server. It needs the server's address and a key, and no data folder. */
export function pushCommand(cli: Command): void {
  const push = cli
    .command('push')
    .description(
      'Send evidence or records to a Vouch server. VOUCH_URL is its address, VOUCH_KEY a key that may do so (docs/push.md).',
    )
  const common = (command: Command) =>
    command
      .option('--idempotency-key <key>', 'the same for the same push, so that it is done once; a new one by default')
      .option('--retries <times>', 'when the server is not reached', wholeNumber, 5)
      .option('--json', 'print the answer as JSON')
  common(
    push
      .command('evidence <file>')
      .description('File a document as evidence for a control.')
      .requiredOption('--control <id>', 'the control that it supports')
      .requiredOption('--title <title>', 'what it is')
      .option('--from <date>', 'first day that it covers; today by default')
      .option('--to <date>', 'last day that it covers; today by default')
      .option('--fresh-for <days>', 'how long it counts', wholeNumber, 365)
      .option('--source <url>', 'where it comes from, such as the address of the pipeline’s run')
      .option('--type <type>', 'its media type', 'application/octet-stream'),
  ).action((file: string, options: Common & EvidenceOptions) =>
    pushFile(file, options, server => evidenceTarget(server, file, options), evidenceWords),
  )
  common(
    push
      .command('records <file>')
      .description('Publish records, as JSON Lines, as one run of a connection that takes them.')
      .requiredOption('--connection <id>', 'the connection, by the id in the address of its page')
      .requiredOption('--resource <name>', 'what the records are, such as hr.employee')
      .option('--total <count>', 'how many the source counts itself', wholeNumber)
      .option('--incomplete <reason>', 'why these are not all records of the source')
      .option('--source-clock <time>', 'the source’s own clock when it was read, as 2026-01-31T12:00:00Z'),
  ).action((file: string, options: Common & RecordsOptions) =>
    pushFile(file, options, server => recordsTarget(server, options), recordsWords),
  )
}

interface EvidenceOptions {
  readonly control: string
  readonly title: string
  readonly from?: string
  readonly to?: string
  readonly freshFor: number
  readonly source?: string
  readonly type: string
}

interface RecordsOptions {
  readonly connection: string
  readonly resource: string
  readonly total?: number
  readonly incomplete?: string
  readonly sourceClock?: string
}

function evidenceTarget(server: URL, file: string, options: EvidenceOptions): Target {
  const today = new Date().toISOString().slice(0, 10)
  const fields = {
    control_id: options.control,
    title: options.title,
    covers_from: options.from ?? options.to ?? today,
    covers_to: options.to ?? today,
    fresh_for_days: String(options.freshFor),
    source_url: options.source ?? '',
  }
  const boundary = `vouch-${randomUUID()}`
  const part = (name: string) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"`
  // A quoted string: what would end the name is escaped, what would end the line is not sent.
  const name = basename(file)
    .replaceAll(/\p{Cc}/gu, '_')
    .replaceAll(/["\\]/g, '\\$&')
  return {
    url: new URL('api/v1/evidence', server),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    before: [
      ...Object.entries(fields).map(([field, value]) => `${part(field)}\r\n\r\n${value}\r\n`),
      `${part('file')}; filename="${name}"\r\ncontent-type: ${options.type}\r\n\r\n`,
    ].join(''),
    after: `\r\n--${boundary}--\r\n`,
  }
}

function recordsTarget(server: URL, options: RecordsOptions): Target {
  const url = new URL(`api/v1/connections/${encodeURIComponent(options.connection)}/snapshots`, server)
  const query = {
    resource: options.resource,
    total: options.total,
    complete: options.incomplete === undefined ? undefined : 'false',
    reason: options.incomplete,
    source_clock: options.sourceClock,
  }
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value))
  return { url, headers: { 'content-type': 'application/x-ndjson' }, before: '', after: '' }
}

async function pushFile(
  file: string,
  options: Common,
  targetOf: (server: URL) => Target,
  wordsOf: (answer: unknown) => string,
): Promise<void> {
  const { server, key } = serverOf(process.env)
  const fileBytes = await sizeOf(file)
  const { url, headers, before, after } = targetOf(server)
  const progress = new Progress(fileBytes)
  const { exitCode, answer, message }: Sent = await send({
    url,
    headers: { ...headers, authorization: `Bearer ${key}` },
    before,
    after,
    file,
    fileBytes,
    idempotencyKey: options.idempotencyKey ?? randomUUID(),
    retries: options.retries,
    firstWaitMs: 1000,
    onProgress: bytes => progress.show(bytes),
    onRetry: (why, waitMs) => {
      progress.end()
      process.stderr.write(`${why} Trying again in ${Math.ceil(waitMs / 1000)} s.\n`)
    },
  })
  progress.end()
  process.exitCode = exitCode
  if (exitCode !== 0) process.stderr.write(`${message}\n`)
  else process.stdout.write(`${options.json ? JSON.stringify(answer) : wordsOf(answer)}\n`)
}

/** Address and key from the environment: what is in a command line is seen by everybody on the machine. Throws VouchError `invalid_input`. */
export function serverOf(environment: NodeJS.ProcessEnv): { server: URL; key: string } {
  const { VOUCH_URL: address = '', VOUCH_KEY: key = '' } = environment
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
    throw new VouchError(
      'invalid_input',
      'Set VOUCH_URL to the address of Vouch, such as https://vouch.company.example.',
    )
  if (!/^vouch_[0-9a-f]{32}_[\w-]+$/.test(key))
    throw new VouchError(
      'invalid_input',
      'Set VOUCH_KEY to a key that was made on the page Keys; it begins with vouch_.',
    )
  const server = new URL(address)
  const isOwn = ['localhost', '127.0.0.1', '[::1]'].includes(server.hostname)
  if (server.protocol === 'http:' && !isOwn && environment.VOUCH_ALLOW_HTTP !== '1')
    throw new VouchError(
      'invalid_input',
      'VOUCH_URL begins with http: everybody on the way could read the key. Use https, or set VOUCH_ALLOW_HTTP=1 within a network that you trust.',
    )
  if (!server.pathname.endsWith('/')) server.pathname += '/'
  return { server, key }
}

async function sizeOf(file: string): Promise<number> {
  try {
    const found = await stat(file)
    if (!found.isFile()) throw new Error('it is not a file')
    return found.size
  } catch (cause) {
    throw new VouchError('invalid_input', `${file} cannot be sent: ${messageOf(cause)}.`, { cause })
  }
}

function wholeNumber(text: string): number {
  if (!/^\d{1,12}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

const document = z.object({ id: z.string(), title: z.string(), content: z.string(), ledger_entry_id: z.number() })
const run = z.object({ id: z.string(), records: z.number(), snapshots: z.array(z.object({ id: z.string() })) })

function evidenceWords(answer: unknown): string {
  const { title, content, ledger_entry_id } = document.parse(answer)
  return `“${title}” is filed: SHA-256 ${content}, entry ${ledger_entry_id} of the ledger.`
}

function recordsWords(answer: unknown): string {
  const { id, records, snapshots } = run.parse(answer)
  return `${records} records are published: run ${id}, snapshot ${snapshots[0]?.id}.`
}

/** How far it is, on one line of a terminal; nothing elsewhere. */
class Progress {
  readonly #total: number
  readonly #started = performance.now()
  #shown = 0

  constructor(total: number) {
    this.#total = total
  }

  show(bytes: number): void {
    const now = performance.now()
    if (!process.stderr.isTTY || now - this.#shown < 200) return
    this.#shown = now
    const mebibytes = (count: number) => (count / 2 ** 20).toFixed(1)
    const rate = mebibytes((bytes * 1000) / (now - this.#started))
    process.stderr.write(`\r${mebibytes(bytes)} of ${mebibytes(this.#total)} MiB, ${rate} MiB/s   `)
  }

  end(): void {
    if (this.#shown > 0) process.stderr.write('\n')
    this.#shown = 0
  }
}
