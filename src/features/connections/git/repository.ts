import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { VouchError } from '../../../platform/errors/errors.ts'
import { gitAnswer, gitOutput, printable } from './run-git.ts'

/** A repository that was found, and its main line. */
export interface Repository {
  readonly name: string
  readonly gitDir: string
  /** The arguments that name it to git. */
  readonly where: readonly string[]
  readonly bare: boolean
  readonly shallow: boolean
  /** The full name of the ref that is the main line: `refs/heads/main`, or `HEAD`. */
  readonly mainRef: string
  readonly mainBranch: string
  /** The newest commit of the main line; undefined in a repository without commits. */
  readonly head: string | undefined
}

/** The main line as of the run: its head, and the latest second that a commit may be dated at (undefined: any). */
export interface History {
  readonly head: string | undefined
  readonly until: number | undefined
  /** `--min-age` for rev-list, which takes only commits dated until then. */
  readonly limit: readonly string[]
}

export interface RepositorySettings {
  readonly path: string
  readonly mainBranch?: string | undefined
  readonly name?: string | undefined
}

/**
 * Finds the repository at `path` (a work tree's top folder, or a bare repository) and its main line.
 * Throws VouchError `not_found` when there is no such folder or it is no repository, `invalid_input` when the path lies inside one or
 * the main branch does not exist, `not_ready` when git is not installed.
 */
export async function openRepository(settings: RepositorySettings, signal: AbortSignal): Promise<Repository> {
  const path = await existingFolder(settings.path)
  const answer = await gitAnswer(
    ['-C', path],
    ['rev-parse', '--absolute-git-dir', '--is-bare-repository', '--is-shallow-repository'],
    signal,
  )
  const [gitDir, bare, shallow] = answer?.split('\n') ?? []
  if (!gitDir) {
    throw new VouchError(
      'not_found',
      `${path} is not a git repository. Give the folder that holds .git, or a bare repository.`,
    )
  }
  if (bare !== 'true') {
    const top = await gitAnswer(['-C', path], ['rev-parse', '--show-toplevel'], signal)
    if (top !== undefined && top !== path && gitDir !== path) {
      throw new VouchError('invalid_input', `${path} is a folder inside the repository ${top}. Give ${top} instead.`)
    }
  }
  const where = ['--git-dir', gitDir]
  const main = await findMain(where, settings.mainBranch, signal)
  return {
    name: settings.name ?? nameOf(gitDir),
    gitDir,
    where,
    bare: bare === 'true',
    shallow: shallow === 'true',
    ...main,
  }
}

async function existingFolder(path: string): Promise<string> {
  const full = resolve(path)
  try {
    if (!(await stat(full)).isDirectory()) {
      throw new VouchError('not_found', `${full} is not a folder. Give the folder that holds the repository.`)
    }
    return await realpath(full)
  } catch (thrown) {
    if (thrown instanceof VouchError) throw thrown
    const code = (thrown as NodeJS.ErrnoException).code
    const why = code === 'EACCES' ? 'may not be read by the user that Vouch runs as' : 'does not exist on this machine'
    throw new VouchError('not_found', `The folder ${full} ${why}.`, { cause: thrown })
  }
}

/** `/srv/app.git` and `/srv/app/.git` are both `app`. */
function nameOf(gitDir: string): string {
  const folder = basename(gitDir) === '.git' ? dirname(gitDir) : gitDir
  return basename(folder).replace(/\.git$/, '') || 'repository'
}

async function findMain(
  where: readonly string[],
  wanted: string | undefined,
  signal: AbortSignal,
): Promise<{ mainRef: string; mainBranch: string; head: string | undefined }> {
  const commitOf = (ref: string) => gitAnswer(where, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], signal)
  const candidates = wanted === undefined ? await usualRefs(where, signal) : refsOf(wanted)
  for (const mainRef of candidates) {
    const head = await commitOf(mainRef)
    if (head) return { mainRef, mainBranch: branchOf(mainRef), head }
  }
  const all = await gitAnswer(where, ['for-each-ref', '--count=20', '--format=%(refname:short)', 'refs/heads'], signal)
  const branches = (all ?? '').split('\n').filter(Boolean)
  if (wanted !== undefined) {
    const known = branches.length > 0 ? `Branches there: ${printable(branches.join(', '))}.` : 'It has no branches yet.'
    throw new VouchError('invalid_input', `The repository has no branch "${wanted}". ${known}`)
  }
  if (branches.length > 0) {
    throw new VouchError(
      'invalid_input',
      `The main branch could not be found out; name it in the settings. Branches there: ${printable(branches.join(', '))}.`,
    )
  }
  const symbolic = await gitAnswer(where, ['symbolic-ref', '--quiet', 'HEAD'], signal)
  const mainRef = symbolic || 'HEAD'
  return { mainRef, mainBranch: branchOf(mainRef), head: undefined }
}

function refsOf(branch: string): string[] {
  return branch.startsWith('refs/') ? [branch] : [`refs/heads/${branch}`, `refs/remotes/origin/${branch}`]
}

async function usualRefs(where: readonly string[], signal: AbortSignal): Promise<string[]> {
  const origin = await gitAnswer(where, ['symbolic-ref', '--quiet', 'refs/remotes/origin/HEAD'], signal)
  const head = await gitAnswer(where, ['symbolic-ref', '--quiet', 'HEAD'], signal)
  return [...(origin ? [origin] : []), ...refsOf('main'), ...refsOf('master'), ...(head ? [head] : ['HEAD'])]
}

function branchOf(ref: string): string {
  return ref.replace(/^refs\/(?:heads|remotes\/origin)\//, '')
}

/** What the newest tree holds at the usual places. Null: the tree could not be read (a partial clone). */
export interface RepositoryFiles {
  readonly codeOwners: boolean | null
  readonly securityPolicy: boolean | null
  readonly licence: boolean | null
  readonly ci: readonly string[] | null
}

const ciFolders: readonly [folder: string, system: string][] = [
  ['.github/workflows/', 'GitHub Actions'],
  ['.forgejo/workflows/', 'Forgejo Actions'],
  ['.gitea/workflows/', 'Gitea Actions'],
  ['.circleci/', 'CircleCI'],
  ['.buildkite/', 'Buildkite'],
  ['.woodpecker/', 'Woodpecker'],
]
const ciFiles: ReadonlyMap<string, string> = new Map([
  ['.gitlab-ci.yml', 'GitLab CI'],
  ['Jenkinsfile', 'Jenkins'],
  ['azure-pipelines.yml', 'Azure Pipelines'],
  ['bitbucket-pipelines.yml', 'Bitbucket Pipelines'],
  ['.travis.yml', 'Travis CI'],
  ['.drone.yml', 'Drone'],
  ['.woodpecker.yml', 'Woodpecker'],
  ['.cirrus.yml', 'Cirrus CI'],
  ['.build.yml', 'SourceHut builds'],
])
const policyFolders = ['.github/', '.gitlab/', '.gitea/', '.forgejo/', 'docs/']

/** Looks for code owners, security policy, licence and continuous integration in the tree of `commit`. */
export async function lookForFiles(
  repository: Repository,
  commit: string,
  signal: AbortSignal,
): Promise<RepositoryFiles> {
  const list = async (...paths: string[]) =>
    (await gitOutput(repository.where, ['ls-tree', '-z', '--name-only', '--full-tree', commit, ...paths], signal))
      .toString('utf8')
      .split('\0')
      .filter(Boolean)
  try {
    const names = await list()
    names.push(...(await list(...policyFolders, ...ciFolders.map(([folder]) => folder))))
    const has = (pattern: RegExp) => names.some(name => pattern.test(name))
    const systems = new Set<string>()
    for (const name of names) {
      const system = ciFiles.get(name)
      if (system) systems.add(system)
      for (const [folder, folderSystem] of ciFolders) {
        if (name.startsWith(folder) && /\.ya?ml$/.test(name)) systems.add(folderSystem)
      }
    }
    return {
      codeOwners: has(/^(?:(?:\.github|\.gitlab|\.gitea|\.forgejo|docs)\/)?CODEOWNERS$/),
      securityPolicy: has(/^(?:(?:\.github|\.gitlab|\.gitea|\.forgejo|docs)\/)?SECURITY(?:\.(?:md|txt|rst|adoc))?$/i),
      licence: has(/^(?:LICEN[CS]E|COPYING)(?:[.-][\w.-]+)?$/i),
      ci: [...systems].sort(),
    }
  } catch (thrown) {
    if (thrown instanceof VouchError && thrown.code === 'source_failed') {
      return { codeOwners: null, securityPolicy: null, licence: null, ci: null }
    }
    throw thrown
  }
}
