import { declareResource, type ResourceDeclaration } from '../../../../verifier/records/resource.ts'

const commit = declareResource({
  name: 'git.commit',
  title: 'Commit',
  description: 'Every commit that the head of the main line reaches.',
  key: ['sha'],
  columns: {
    sha: { type: 'text', description: 'Object id of the commit' },
    tree: { type: 'text', description: 'Object id of its tree: the content that it states' },
    parents: { type: 'json', description: 'Object ids of its parents, first parent first' },
    author_name: { type: 'text', description: 'Who wrote it, as stated', personal: 'name' },
    author_email: { type: 'text', description: 'Address of the author, as stated', personal: 'email' },
    authored_at: { type: 'timestamp', description: 'When it was written, as stated by the author' },
    committer_name: { type: 'text', description: 'Who put it into the history, as stated', personal: 'name' },
    committer_email: { type: 'text', description: 'Address of the committer, as stated', personal: 'email' },
    committed_at: { type: 'timestamp', description: 'When it was put into the history, as stated by the committer' },
    subject: { type: 'text', description: 'First paragraph of the message on one line, at most 1,000 characters' },
    pull_request: { type: 'integer', description: 'Number of the pull or merge request that the message names' },
    signature: { type: 'text', description: 'none or present; present says attached, not that it is valid' },
    signature_type: { type: 'text', description: 'ssh, gpg or x509; null when unsigned or of another kind' },
    trailers: {
      type: 'json',
      description: 'Reviewed-by, Acked-by, Approved-by, Co-authored-by and Signed-off-by lines: key, name, email',
      personal: 'name',
    },
    on_main_line: { type: 'boolean', description: 'Whether it is one of the steps of the main line (first parents)' },
    undecodable: { type: 'boolean', description: 'Its text is not valid in its stated encoding; bytes were replaced' },
  },
})

const change = declareResource({
  name: 'git.change',
  title: 'Change',
  description:
    'Each step by which the main line moved (first parents): a merge, a squashed pull request or a direct push.',
  key: ['sha'],
  columns: {
    sha: { type: 'text', description: 'Object id of the commit on the main line' },
    kind: {
      type: 'text',
      description: 'merge (several parents), squash (made by a forge or named after a pull request) or direct',
    },
    pull_request: { type: 'integer', description: 'Number of the pull or merge request, when the message names it' },
    subject: { type: 'text', description: 'First paragraph of the message on one line' },
    author_name: {
      type: 'text',
      description: 'Author of the commit on the main line; of a merge, who merged',
      personal: 'name',
    },
    author_email: { type: 'text', description: 'Address of that author', personal: 'email' },
    authored_at: { type: 'timestamp', description: 'When it was written, as stated' },
    committer_name: { type: 'text', description: 'Who put it on the main line', personal: 'name' },
    committer_email: { type: 'text', description: 'Address of the committer', personal: 'email' },
    merged_at: { type: 'timestamp', description: 'When it reached the main line, as the committer states' },
    authors: {
      type: 'json',
      description: 'Those who wrote what it brought: name, email of the merged commits’ authors and co-authors',
      personal: 'name',
    },
    reviewers: {
      type: 'json',
      description: 'Those whom its own message names as reviewers: key, name, email. Empty: it names nobody',
      personal: 'name',
    },
    commit_count: { type: 'integer', description: 'Commits that it brought, itself included' },
    unreviewed_commits: {
      type: 'integer',
      description: 'Of these, commits (merges aside) whose message names no reviewer but their own author',
    },
    first: { type: 'boolean', description: 'It has no parent: the beginning of a history' },
    signature: { type: 'text', description: 'none or present' },
    signature_type: { type: 'text', description: 'ssh, gpg or x509; null when unsigned or of another kind' },
  },
})

const tag = declareResource({
  name: 'git.tag',
  title: 'Tag',
  description: 'Every tag of the repository.',
  key: ['name'],
  columns: {
    name: { type: 'text', description: 'Name without refs/tags/' },
    annotated: {
      type: 'boolean',
      description: 'Has a tag object with tagger, date and message; otherwise a mere name',
    },
    object: { type: 'text', description: 'Object id that the name points to' },
    target: { type: 'text', description: 'Object id of what is tagged, at the end of the chain' },
    target_type: { type: 'text', description: 'commit, as a rule' },
    target_committed_at: { type: 'timestamp', description: 'When the tagged commit was put into the history' },
    tagger_name: { type: 'text', description: 'Who tagged; null for a mere name', personal: 'name' },
    tagger_email: { type: 'text', description: 'Address of the tagger', personal: 'email' },
    tagged_at: { type: 'timestamp', description: 'When it was tagged, as stated; null for a mere name' },
    subject: { type: 'text', description: 'First paragraph of the message on one line' },
    signature: { type: 'text', description: 'none or present; present says attached, not that it is valid' },
    signature_type: { type: 'text', description: 'ssh, gpg or x509; null when unsigned or of another kind' },
    on_main_history: { type: 'boolean', description: 'The head of the main line reaches the tagged commit' },
  },
})

const contributor = declareResource({
  name: 'git.contributor',
  title: 'Contributor',
  description: 'Each address that commits are authored or committed under.',
  key: ['identity'],
  columns: {
    identity: {
      type: 'text',
      description: 'The address in lower case; without one, "no address: " and the name',
      personal: 'email',
    },
    email: { type: 'text', description: 'The address in lower case', personal: 'email' },
    names: { type: 'json', description: 'Names used with it, first seen first, at most 20', personal: 'name' },
    first_commit_at: { type: 'timestamp', description: 'Earliest commit (committer date)' },
    last_commit_at: { type: 'timestamp', description: 'Latest commit (committer date)' },
    authored_count: { type: 'integer', description: 'Commits written' },
    committed_count: { type: 'integer', description: 'Commits put into the history' },
  },
})

const repository = declareResource({
  name: 'git.repository',
  title: 'Repository',
  description: 'The repository itself, and what its newest main-line tree holds.',
  key: ['name'],
  columns: {
    name: { type: 'text', description: 'Name from the settings, or of its folder' },
    main_branch: { type: 'text', description: 'Branch that is the main line' },
    main_ref: { type: 'text', description: 'Its full ref name' },
    head: { type: 'text', description: 'Newest commit of the main line; null without commits' },
    head_committed_at: { type: 'timestamp', description: 'When that commit was put into the history' },
    commit_total: { type: 'integer', description: 'Commits that the head reaches, as git counts them' },
    change_total: { type: 'integer', description: 'Steps of the main line, as git counts them' },
    bare: { type: 'boolean', description: 'Has no work tree' },
    shallow: { type: 'boolean', description: 'A clone without its older history' },
    has_codeowners: { type: 'boolean', description: 'A CODEOWNERS file at a usual place' },
    has_security_policy: { type: 'boolean', description: 'A SECURITY file at a usual place' },
    has_licence: { type: 'boolean', description: 'A LICENSE or COPYING file' },
    ci_systems: { type: 'json', description: 'Continuous integration systems configured in the tree' },
  },
})

/** What the git connector yields. */
export const resources: readonly ResourceDeclaration[] = [commit, change, tag, contributor, repository]
