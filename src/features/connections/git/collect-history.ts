import { VouchError } from '../../../platform/errors/errors.ts'
import type { CollectedRecord, CollectionRun } from '../connector.ts'
import { Contributors } from './contributors.ts'
import { type Change, MainLine } from './main-line.ts'
import { isReview, type ParsedCommit, parseCommit } from './parse-object.ts'
import type { History, Repository } from './repository.ts'
import { streamRecords } from './stream-records.ts'

// Children before parents for `MainLine`; the commit's own bytes, neither recoded nor with tabs expanded.
const walk = ['rev-list', '--topo-order', '--header', '--encoding=none', '--no-expand-tabs']

/** Yields `git.commit`, `git.change` and `git.contributor` in one pass over the history, newest first, as many at a time as git gave at once. */
export async function* collectHistory(
  repository: Repository,
  history: History,
  run: CollectionRun,
): AsyncGenerator<readonly CollectedRecord[]> {
  const head = history.head
  for (const resource of ['git.commit', 'git.change', 'git.contributor']) {
    run.asked({
      resource,
      request: 'git rev-list --topo-order --header',
      parameters: {
        repository: repository.name,
        ref: repository.mainRef,
        head: head ?? null,
        until: history.until ?? null,
      },
    })
  }
  if (!head) return
  const line = new MainLine()
  const people = new Contributors()
  const within = (commit: ParsedCommit) => history.until === undefined || secondsOf(commit) <= history.until
  let done = 0
  let found: CollectedRecord[] = []
  for await (const records of streamRecords(repository.where, [...walk, head], run.signal)) {
    for (const record of records) {
      const commit = parseCommit(record)
      if (!commit) {
        const id = record.head.toString('latin1', 0, 64).split('\n')[0]
        throw new VouchError(
          'source_failed',
          `The header of commit ${id} is longer than a megabyte. Run git fsck there.`,
        )
      }
      const counted = within(commit)
      const { onMainLine, complete } = line.visit(commit, counted)
      if (counted) {
        people.add(commit)
        done += 1
        found.push({ resource: 'git.commit', record: commitRecord(commit, onMainLine) })
      }
      for (const change of complete) {
        if (within(change.commit)) found.push({ resource: 'git.change', record: changeRecord(change) })
      }
    }
    yield found
    found = []
    run.progress('Reading commits', done)
  }
  for (const change of line.end()) {
    if (within(change.commit)) found.push({ resource: 'git.change', record: changeRecord(change) })
  }
  for (const record of people.records()) found.push({ resource: 'git.contributor', record })
  yield found
}

function secondsOf(commit: ParsedCommit): number {
  // git itself takes an unreadable date as 1970.
  return commit.committer.date === null ? 0 : Date.parse(commit.committer.date) / 1000
}

function commitRecord(commit: ParsedCommit, onMainLine: boolean): CollectedRecord['record'] {
  return {
    sha: commit.sha,
    tree: commit.tree,
    parents: commit.parents,
    author_name: commit.author.name,
    author_email: commit.author.email,
    authored_at: commit.author.date,
    committer_name: commit.committer.name,
    committer_email: commit.committer.email,
    committed_at: commit.committer.date,
    subject: commit.subject,
    pull_request: commit.pullRequest,
    signature: commit.signature.state,
    signature_type: commit.signature.type,
    trailers: commit.trailers.map(({ key, name, email }) => ({ key, name, email })),
    on_main_line: onMainLine,
    undecodable: commit.undecodable,
  }
}

function changeRecord(change: Change): CollectedRecord['record'] {
  const { commit } = change
  return {
    sha: commit.sha,
    kind: change.kind,
    pull_request: commit.pullRequest,
    subject: commit.subject,
    author_name: commit.author.name,
    author_email: commit.author.email,
    authored_at: commit.author.date,
    committer_name: commit.committer.name,
    committer_email: commit.committer.email,
    merged_at: commit.committer.date,
    authors: change.authors.map(({ name, email }) => ({ name, email })),
    reviewers: commit.trailers.filter(isReview).map(({ key, name, email }) => ({ key, name, email })),
    commit_count: change.commitCount,
    unreviewed_commits: change.unreviewedCommits,
    first: commit.parents.length === 0,
    signature: commit.signature.state,
    signature_type: commit.signature.type,
  }
}
