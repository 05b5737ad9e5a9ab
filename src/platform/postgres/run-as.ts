import { execFile } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { VouchError } from '../errors/errors.ts'

/** The user that the database's programs run as; undefined: the one who runs Vouch. PostgreSQL refuses to run as root. */
export interface RunAs {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/** In order of preference: an administrator may make a user for Vouch alone; `nobody` exists everywhere. */
const candidates = ['vouch', 'nobody']

/**
 * Who runs the database whose files are (or will be) in `home`: the user we are, or, for root, the owner of the existing files, else
 * the first of `vouch` and `nobody` in /etc/passwd. Throws VouchError('not_ready') when root finds none, or when the files belong to
 * another user than we are.
 */
export function chooseUser(home: string, passwd = '/etc/passwd'): RunAs | undefined {
  const uid = process.getuid?.()
  const owner = existsSync(home) ? statSync(home) : undefined
  if (uid !== 0) {
    if (owner !== undefined && uid !== undefined && owner.uid !== uid) {
      throw new VouchError(
        'not_ready',
        `The database in ${home} belongs to the user with id ${owner.uid} and you are ${uid}. Run Vouch as that user (or as root, if root made it), or choose another data folder with VOUCH_DATA.`,
      )
    }
    return undefined
  }
  if (owner !== undefined && owner.uid !== 0) return { name: `uid ${owner.uid}`, uid: owner.uid, gid: owner.gid }
  const users = readUsers(passwd)
  for (const name of candidates) {
    const user = users.get(name)
    if (user !== undefined) return user
  }
  throw new VouchError(
    'not_ready',
    'PostgreSQL refuses to run as root and this machine has no user named vouch or nobody to run it as. Make one (useradd --system vouch), run Vouch as an ordinary user, or set DATABASE_URL to a PostgreSQL server.',
  )
}

function readUsers(passwd: string): Map<string, RunAs> {
  const users = new Map<string, RunAs>()
  if (!existsSync(passwd)) return users
  for (const line of readFileSync(passwd, 'utf8').split('\n')) {
    const [name, , uid, gid] = line.split(':')
    if (name === undefined || uid === undefined || gid === undefined) continue
    if (Number(uid) > 0 && Number(gid) > 0) users.set(name, { name, uid: Number(uid), gid: Number(gid) })
  }
  return users
}

/** What a program left behind. `code` is null when it could not be started or was killed; `output` is both streams together. */
export interface Outcome {
  readonly code: number | null
  readonly output: string
}

/**
 * Runs a program to its end as `user`. Never throws. The environment is empty but for what is needed: PGPORT, PGDATA and their like
 * would change what PostgreSQL's programs do. The folder is `/`, since the caller's own may be closed to `user`.
 */
export function run(user: RunAs | undefined, command: string, args: readonly string[]): Promise<Outcome> {
  const options = {
    cwd: '/',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    maxBuffer: 16 * 1024 * 1024,
    ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
  }
  return new Promise(resolve => {
    execFile(command, args, options, (error, stdout, stderr) => {
      const failure = error !== null && typeof error.code !== 'number' ? `${error.message}\n` : ''
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null
      resolve({ code, output: `${failure}${stdout}${stderr}`.trim() })
    })
  })
}

/** Whether `user` can enter `folder`: asked of the system itself, so that access lists, mounts and containers count too. */
export async function canEnter(user: RunAs | undefined, folder: string): Promise<boolean> {
  const { code } = await run(user, '/bin/sh', ['-c', 'cd -- "$0"', folder])
  return code === 0
}
