import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type BenchResult, line, median } from '../result.ts'

const run = promisify(execFile)
const rounds = 3
const sizes = [50_000, 200_000] as const

/** The fields that a collection reads, for git's own printing of them. */
const format = '%H%x00%T%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%B%x00'

interface Timed {
  readonly seconds: number
  /** Of all processes that it took, their starts included. */
  readonly processorSeconds: number
}

interface Collected extends Timed {
  readonly peakMemory: number
}

/**
 * Collection of a repository, from git to stored snapshots, in a process that runs already as the server does, against `git log` printing the same fields, started
 * anew; medians of three rounds in turn. Besides, told apart because a busy machine does not change it: the processor time of all that each takes, in our case with
 * the start of Node, and of git counting once more what was walked. Memory is that of our process at its peak, at 50,000 commits and at 200,000.
 */
export async function benchGit(): Promise<BenchResult[]> {
  const dir = await mkdtemp(join(tmpdir(), 'vouch-bench-git-'))
  try {
    const small = await measure(dir, sizes[0], rounds)
    const large = await measure(dir, sizes[1], 1)
    return [
      ...small.lines,
      ...large.lines,
      line(
        'git: peak memory, 200,000 commits against 50,000',
        { ours: large.memory / 2 ** 20, baseline: small.memory / 2 ** 20 },
        { unit: 'MiB', note: 'resident, our process', aim: { of: 'ratio', atMost: 1.25 } },
      ),
    ]
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

async function measure(dir: string, commits: number, times: number) {
  const repository = join(dir, `${commits}.git`)
  await makeRepository(repository, commits)
  const ours: Collected[] = []
  const log: Timed[] = []
  for (let round = 0; round < times; round++) {
    log.push(await timeLog(repository))
    ours.push(await collect(repository, join(dir, `${commits}-${round}`), commits))
  }
  const figures = (of: keyof Timed) => ({
    ours: median(ours.map(one => one[of])),
    baseline: median(log.map(one => one[of])),
  })
  const name = `git: collection, ${commits.toLocaleString('en')} commits`
  return {
    memory: median(ours.map(one => one.peakMemory)),
    lines: [
      line(name, figures('seconds'), {
        unit: 's',
        note: 'five resources stored, against git log of the same fields',
        aim: { of: 'ratio', atMost: 3 },
      }),
      line(`${name}, processor time`, figures('processorSeconds'), {
        unit: 's',
        note: 'of all processes, with the start of Node',
      }),
    ],
  }
}

async function timeLog(repository: string): Promise<Timed> {
  const [started, used] = [performance.now(), childrenSeconds()]
  const args = [
    '-c',
    'core.commitGraph=false',
    '--git-dir',
    repository,
    'log',
    '--topo-order',
    `--format=${format}`,
    'main',
  ]
  const git = spawn('git', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  // Read as a program would that does something with it, and thrown away.
  git.stdout.resume()
  const [code] = await once(git, 'close')
  if (code !== 0) throw new Error(`git log ended with ${code}`)
  return { seconds: (performance.now() - started) / 1000, processorSeconds: childrenSeconds() - used }
}

/** The processor time of all processes that this one started and that ended, and of theirs (proc(5), `/proc/<pid>/stat`, fields 16 and 17). */
function childrenSeconds(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[13]) + Number(fields[14])) / 100
}

async function collect(repository: string, folder: string, commits: number): Promise<Collected> {
  await mkdir(folder)
  const script = join(import.meta.dirname, 'collect-child.ts')
  const used = childrenSeconds()
  const { stdout } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', script, repository, folder])
  const told = JSON.parse(stdout) as Omit<Collected, 'processorSeconds'> & { readonly commits: number }
  if (told.commits !== commits) throw new Error(`${told.commits} commits were collected, and there are ${commits}`)
  return { seconds: told.seconds, peakMemory: told.peakMemory, processorSeconds: childrenSeconds() - used }
}

/** A main line of merges of branches of four commits, by fifty people, with trailers, as a year's work looks. */
async function makeRepository(path: string, commits: number): Promise<void> {
  spawnSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', path], { stdio: 'inherit' })
  const git = spawn('git', ['--git-dir', path, 'fast-import', '--quiet'], { stdio: ['pipe', 'inherit', 'inherit'] })
  const start = 1_600_000_000
  let main = 0
  for (let mark = 1; mark <= commits; mark++) {
    const place = (mark - 1) % 5
    const merge = place === 4 && mark > 5
    const parents =
      mark === 1
        ? ''
        : place === 0
          ? `from :${main}\n`
          : merge
            ? `from :${main}\nmerge :${mark - 1}\n`
            : `from :${mark - 1}\n`
    const person = `Person ${mark % 50} <person${mark % 50}@example.com>`
    const message = merge
      ? `Merge pull request #${mark} from example/branch-${mark}\n\nWhat the branch is about\n`
      : `Change number ${mark}\n\nIt does what its title says, and a little more than that.\n\nReviewed-by: Person ${(mark + 1) % 50} <person${(mark + 1) % 50}@example.com>\n`
    const text = `commit refs/heads/${merge || mark <= 5 ? 'main' : 'branch'}\nmark :${mark}\nauthor ${person} ${start + mark} +0000\ncommitter ${person} ${start + mark} +0000\ndata ${message.length}\n${message}${parents}\n`
    if (!git.stdin.write(text)) await once(git.stdin, 'drain')
    if (merge || mark <= 5) main = mark
  }
  git.stdin.end()
  const [code] = await once(git, 'close')
  if (code !== 0) throw new Error(`git fast-import ended with ${code}`)
}
