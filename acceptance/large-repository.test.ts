import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createZstdDecompress } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fastImport, git } from '../src/features/connections/git/builders.ts'
import { objectPath } from '../verifier/package/contents.ts'
import { openingsPath } from '../verifier/package/read-facts.ts'
import { type OpenPackage, openPackage } from '../verifier/package/read-package.ts'
import { collectionCompleted } from '../verifier/records/facts.ts'
import { largeHistory } from './large-history.ts'

/*
 * The demo of a repository of more than 50,000 commits, and what is in its package compared with what git itself counts and lists. `VOUCH_LARGE_REPO` names another repository
 * than the one that is made here.
 */
const vouch = new URL('../vouch', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'vouch-large-'))
const repository = process.env.VOUCH_LARGE_REPO ?? join(folder, 'repository.git')
const file = join(folder, 'out', 'package.zip')
let opened: OpenPackage | undefined

const run = (...args: string[]): string =>
  execFileSync(vouch, args, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit'] })
const count = (...args: string[]): number => Number(git(repository, ['rev-list', '--count', ...args]))

function makeRepository(): void {
  // At least an hour old: a commit of this very moment could be dated after the demo's today.
  const until = Math.floor(Date.now() / 86_400_000) * 86_400 - 3_600
  const { commits, releases } = largeHistory(60_000, until)
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', repository])
  fastImport(repository, commits)
  const line = git(repository, ['log', '--format=%ct %H', '--first-parent', 'main']).trim().split('\n')
  const byTime = new Map(line.map(text => [text.slice(0, 10), text.slice(11)]))
  for (const [n, mark] of releases.entries()) {
    const time = String(commits[mark - 1]?.at)
    const kind = n % 3 === 0 ? [] : ['-a', '-m', `Release ${n}`]
    git(repository, ['tag', ...kind, `v${n}`, byTime.get(time) ?? ''], { env: { GIT_COMMITTER_DATE: `${time} +0000` } })
  }
}

beforeAll(async () => {
  if (process.env.VOUCH_LARGE_REPO === undefined) makeRepository()
  run('demo', '--once', '--repo', repository, '--out', join(folder, 'out'))
  opened = await openPackage(file)
}, 840_000)
afterAll(async () => {
  await opened?.close()
  rmSync(folder, { recursive: true, force: true })
})

async function* linesOf(path: string): AsyncGenerator<unknown> {
  if (!opened) throw new Error('no package was opened')
  const input = opened.stream(path).pipe(createZstdDecompress())
  for await (const line of createInterface({ input })) yield JSON.parse(line)
}

/** The collections of the repository that the package's ledger tells of, oldest first: when, and what each resource's snapshot is. */
async function collections() {
  const found: { seconds: number; of(resource: string): { content: string; records: number; complete: boolean } }[] = []
  for await (const line of linesOf(openingsPath)) {
    const { content } = line as { content: string }
    const fact = collectionCompleted.safeParse(JSON.parse(content))
    if (!fact.success || fact.data.connection_kind !== 'git') continue
    const { started_at, snapshots } = fact.data
    const of = (resource: string) => {
      const snapshot = snapshots.find(one => one.resource === resource)
      if (!snapshot) throw new Error(`the package has no snapshot of ${resource}`)
      return snapshot
    }
    found.push({ seconds: Math.floor(Date.parse(started_at) / 1_000), of })
  }
  return found
}

async function idsIn(content: string, field: string): Promise<string[]> {
  const ids: string[] = []
  for await (const record of linesOf(objectPath(content))) ids.push(String((record as Record<string, unknown>)[field]))
  return ids.sort()
}

test('the package holds every commit and every change of the main line, as git counts and lists them', async () => {
  expect(count('HEAD')).toBeGreaterThan(50_000)
  const newest = (await collections()).at(-1)
  if (!newest) throw new Error('the package tells of no collection')
  const listed = (...args: string[]) =>
    git(repository, ['rev-list', ...args, 'HEAD'])
      .trim()
      .split('\n')
      .sort()
  const commits = await idsIn(newest.of('git.commit').content, 'sha')
  expect(commits.length).toBe(count('HEAD'))
  expect(commits).toEqual(listed())
  const changes = await idsIn(newest.of('git.change').content, 'sha')
  expect(changes.length).toBe(count('--first-parent', 'HEAD'))
  expect(changes).toEqual(listed('--first-parent'))
  const tags = await idsIn(newest.of('git.tag').content, 'name')
  expect(tags).toEqual(git(repository, ['tag']).trim().split('\n').sort())
})

test('each collection of the simulated past holds what was there at its time', async () => {
  const told = await collections()
  expect(told.length).toBeGreaterThan(5)
  const asGitSays = told.map(({ seconds }) => {
    const head = git(repository, ['rev-list', '--max-count=1', '--first-parent', `--min-age=${seconds}`, 'HEAD']).trim()
    return {
      commits: count(`--min-age=${seconds}`, head),
      changes: count('--first-parent', `--min-age=${seconds}`, head),
    }
  })
  const asPackageSays = told.map(({ of }) => ({ commits: of('git.commit').records, changes: of('git.change').records }))
  expect(asPackageSays).toEqual(asGitSays)
  expect(told.flatMap(({ of }) => ['git.commit', 'git.change'].map(name => of(name).complete))).not.toContain(false)
})

test('the demo’s summary says the same, and the package verifies with the log’s key', () => {
  const summary = JSON.parse(readFileSync(join(folder, 'out', 'summary.json'), 'utf8'))
  expect(summary.repository).toMatchObject({ commits: count('HEAD'), changes: count('--first-parent', 'HEAD') })
  const report = JSON.parse(run('verify', file, '--key', summary.key, '--json'))
  expect(report).toMatchObject({ ok: true, keyTrusted: true, differences: [] })
  expect(report.counts.records).toBeGreaterThan(summary.repository.commits)
})
