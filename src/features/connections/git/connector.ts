import { z } from 'zod'
import { messageOf } from '../../../platform/errors/errors.ts'
import type { CollectedRecord, CollectionRun, Connector } from '../connector.ts'
import { collectHistory } from './collect-history.ts'
import { collectTags } from './collect-tags.ts'
import { isoSeconds } from './parse-object.ts'
import { type History, lookForFiles, openRepository, type Repository } from './repository.ts'
import { resources } from './resources.ts'
import { gitAnswer, gitOutput } from './run-git.ts'

export const gitSettings = z.strictObject({
  path: z
    .string()
    .min(1)
    .meta({ title: 'Repository' })
    .describe('Folder of the repository on this machine: a work tree or a bare repository.'),
  mainBranch: z
    .string()
    .min(1)
    .max(200)
    .regex(/^(?!-)[^\s~^:?*[\\\p{Cc}]+$/u, 'not the name of a branch')
    .optional()
    .meta({ title: 'Main branch' })
    .describe('Leave empty to find it out: the branch that origin names, else main, master, or what is checked out.'),
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .optional()
    .meta({ title: 'Name' })
    .describe('How the repository is called in results; its folder’s name when empty.'),
})

export type GitSettings = z.infer<typeof gitSettings>

/**
 * Reads any git repository by its path with the git command, without network, hooks or locks.
 *
 * Under a simulated clock it sees the main line as it stood: the head is the newest first-parent commit dated by then, and commits
 * dated later are left out. Under the real clock everything that the head reaches exists now, whatever its date says.
 */
export const gitConnector: Connector<GitSettings> = {
  kind: 'git',
  title: 'Git repository',
  description:
    'Reads the history of a repository on this machine: commits, the changes that reached the main line, tags and contributors.',
  privileges:
    'Reading the repository’s folder, nothing else: no account of a forge, no network, no lock or file is written there.',
  settings: gitSettings,
  secrets: [],
  resources,

  async test(settings, signal) {
    try {
      const repository = await openRepository(settings, signal)
      const { head, mainBranch, name, shallow } = repository
      if (!head) return { ok: true, message: `Found the repository "${name}"; it has no commits yet.` }
      const count = await gitAnswer(repository.where, ['rev-list', '--first-parent', '--count', head], signal)
      const note = shallow ? ' It is a shallow clone: fetch its whole history first (git fetch --unshallow).' : ''
      return { ok: true, message: `Found "${name}": main line ${mainBranch}, ${count ?? 'some'} changes.${note}` }
    } catch (thrown) {
      return { ok: false, message: messageOf(thrown) }
    }
  },

  async *collect(settings, run) {
    const repository = await openRepository(settings, run.signal)
    const history = await historyAsOf(repository, run)
    if (repository.shallow) {
      const reason = 'The repository is a shallow clone without its older history; run git fetch --unshallow in it.'
      for (const resource of ['git.commit', 'git.change', 'git.contributor']) run.incomplete(resource, reason)
    }
    const stop = new AbortController()
    // git counts on its own, beside the walk: the two must agree.
    const totals = countTotals(repository, history, AbortSignal.any([run.signal, stop.signal]))
    totals.catch(() => undefined)
    try {
      for await (const records of collectHistory(repository, history, run)) for (const record of records) yield record
      yield* collectTags(repository, history, run)
      yield await describeRepository(repository, history, await totals, run)
    } finally {
      stop.abort()
    }
  },
}

async function historyAsOf(repository: Repository, run: CollectionRun): Promise<History> {
  if (!run.clock.simulated) return { head: repository.head, until: undefined, limit: [] }
  const until = Math.floor(run.clock.now().getTime() / 1000)
  const limit = [`--min-age=${until}`]
  if (!repository.head) return { head: undefined, until, limit }
  const line = ['rev-list', '--first-parent', '--max-count=1', ...limit, repository.head]
  return { head: (await gitAnswer(repository.where, line, run.signal)) || undefined, until, limit }
}

interface Totals {
  readonly commits: number
  readonly changes: number
}

async function countTotals(repository: Repository, history: History, signal: AbortSignal): Promise<Totals> {
  const { head } = history
  if (!head) return { commits: 0, changes: 0 }
  const count = async (...options: string[]) =>
    Number(await gitOutput(repository.where, ['rev-list', '--count', ...options, ...history.limit, head], signal))
  return { commits: await count(), changes: await count('--first-parent') }
}

async function describeRepository(
  repository: Repository,
  history: History,
  totals: Totals,
  run: CollectionRun,
): Promise<CollectedRecord> {
  const { head } = history
  run.asked({
    resource: 'git.repository',
    request: 'git rev-list --count; git rev-list --count --first-parent; git ls-tree --name-only',
    parameters: { head: head ?? null },
  })
  const files = head ? await lookForFiles(repository, head, run.signal) : undefined
  const headDate = head
    ? await gitAnswer(repository.where, ['rev-list', '--max-count=1', '--timestamp', head], run.signal)
    : undefined
  const seconds = headDate ? Number(headDate.split(' ')[0]) : Number.NaN
  run.total('git.commit', totals.commits)
  run.total('git.change', totals.changes)
  run.total('git.repository', 1)
  return {
    resource: 'git.repository',
    record: {
      name: repository.name,
      main_branch: repository.mainBranch,
      main_ref: repository.mainRef,
      head: head ?? null,
      head_committed_at: isoSeconds(seconds),
      commit_total: totals.commits,
      change_total: totals.changes,
      bare: repository.bare,
      shallow: repository.shallow,
      has_codeowners: files?.codeOwners ?? null,
      has_security_policy: files?.securityPolicy ?? null,
      has_licence: files?.licence ?? null,
      ci_systems: files?.ci ?? null,
    },
  }
}
