/**
 * `npm run scan -- ADDRESS SIGN-IN-LINK FOLDER`: Wapiti and sqlmap (Debian's packages) against a running server on loopback, signed in as the link's owner, over every
 * reading that the API describes and some of its changes. What they say goes into FOLDER; docs/security-tests.md says what it means. It changes the server's data: use a demo.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const [address = '', link = '', folder = ''] = process.argv.slice(2)
if (!/^http:\/\/(localhost|127\.0\.0\.1):\d+$/.test(address) || !link.includes('#') || folder === '')
  throw new Error('Usage: npm run scan -- http://localhost:PORT SIGN-IN-LINK FOLDER')

const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({ parameters: z.array(z.object({ name: z.string(), in: z.string(), schema: z.json() })).default([]) }),
    ),
  ),
})
const problemSchema = z.object({ fields: z.array(z.object({ path: z.string() })) })
const listSchema = z.object({ items: z.array(z.looseObject({ id: z.union([z.string(), z.number()]) })).min(1) })

/** What a parameter of a query is given, by name; by default a word. */
const values: Readonly<Record<string, string>> = {
  limit: '5',
  offset: '0',
  index: '0',
  size: '5',
  from: '2',
  to: '5',
  after: '0',
  wait: '0',
}
/** Bodies that are understood, so that what is in them reaches the database. */
const changes: readonly (readonly [method: string, path: string, body: object])[] = [
  ['POST', '/session', { email: 'somebody@example.test', password: 'wrong password' }],
  ['POST', '/session/link', { token: 'x' }],
  ['POST', '/join/look', { token: `${'0'.repeat(32)}x` }],
  ['PATCH', '/controls/disk-encryption', { owner: 'A. Person' }],
  ['POST', '/invitations', { email: 'somebody@example.test', role: 'viewer' }],
  ['POST', '/roles', { title: 'Scanned', reason: 'x', may: ['scope.read'] }],
  ['POST', '/keys', { name: 'Scanned', may: ['scope.read'], days: 1 }],
]

const signedIn = await fetch(`${address}/api/v1/session/link`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ token: link.split('#')[1] }),
})
const [cookie = ''] = signedIn.headers.getSetCookie().map(line => line.split(';')[0] ?? '')
if (!signedIn.ok || cookie === '') throw new Error(`The link answered ${signedIn.status}: give a fresh one.`)
const get = async (path: string): Promise<unknown> => (await fetch(`${address}${path}`, { headers: { cookie } })).json()

/** Every GET of the description with all its parameters, `{id}` replaced by one that is there; what waits or streams is left out. */
async function readings(): Promise<string[]> {
  const urls: string[] = []
  const { paths } = documentSchema.parse(await get('/api/v1/openapi.json'))
  for (const [path, methods] of Object.entries(paths)) {
    const operation = methods.get
    if (!operation || path.includes('/tile/') || path.endsWith('/activity/stream')) continue
    const list = listSchema.safeParse(path.includes('{') ? await get(path.slice(0, path.indexOf('/{'))) : undefined)
    if (path.includes('{') && !list.success) continue
    const url = new URL(path.replace(/\{[^}]+\}/, String(list.data?.items[0]?.id ?? '')), address)
    for (const { name, in: place, schema } of operation.parameters) {
      if (place !== 'query') continue
      const choices = z.object({ enum: z.array(z.string()).min(1) }).safeParse(schema).data?.enum
      url.searchParams.set(name, choices?.[0] ?? values[name] ?? 'word')
    }
    url.searchParams.delete('cursor')
    // A value that is not understood would keep the others from being tried.
    const problem = problemSchema.safeParse(await get(`${url.pathname}${url.search}`).catch(() => undefined))
    for (const { path: name } of problem.data?.fields ?? []) url.searchParams.delete(name)
    urls.push(url.href)
    // An id that is a text and not a UUID goes into the query as it is.
    if (/\/(checks|controls)\/\{id\}$/.test(path)) urls.push(`${url.href}*`)
  }
  return urls
}

function run(name: string, command: string, args: readonly string[]): Promise<void> {
  return new Promise(resolve => {
    const chunks: Buffer[] = []
    const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('close', code => {
      writeFileSync(join(folder, `${name}.txt`), Buffer.concat(chunks))
      console.log(`${name}: exit code ${code}`)
      resolve()
    })
  })
}

mkdirSync(folder, { recursive: true })
const urls = await readings()
writeFileSync(join(folder, 'urls.txt'), `${urls.join('\n')}\n`)
console.log(`${urls.length} readings and ${changes.length} changes`)
await run('wapiti', 'wapiti', [
  ...['-u', `${address}/`, '--scope', 'domain', '-H', `Cookie: ${cookie}`, '--flush-session', '--no-bugreport'],
  ...urls.flatMap(url => ['-s', url]),
  ...['--max-scan-time', '300', '--max-attack-time', '60', '-m', 'all'],
  ...['-f', 'json', '-o', join(folder, 'wapiti.json')],
])
const common = [
  '--batch',
  '--flush-session',
  ...['--dbms', 'PostgreSQL', '--ignore-code', '401'],
  '--cookie',
  cookie,
  '--threads',
  '4',
  '--timeout',
  '20',
  '--output-dir',
  join(folder, 'sqlmap'),
]
await run('sqlmap-readings', 'sqlmap', ['-m', join(folder, 'urls.txt'), ...common])
for (const [index, [method, path, body]] of changes.entries())
  await run(`sqlmap-change-${index + 1}`, 'sqlmap', [
    ...['-u', `${address}/api/v1${path}`, '--method', method, '--data', JSON.stringify(body)],
    ...['-H', 'Content-Type: application/json', '--skip', 'password', ...common],
  ])
