import { createHmac, hkdfSync, randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { VouchError } from '../errors/errors.ts'
import { keyLength } from './envelope.ts'

export interface MasterKey {
  /** Names the key without telling it: the first 16 hexadecimal digits of an HMAC-SHA-256 under it. */
  readonly id: string
  readonly key: Buffer
}

export interface MasterKeyOptions {
  readonly dataDir: string
  /** VOUCH_MASTER_KEY and VOUCH_MASTER_KEY_PREVIOUS are read from it. */
  readonly env: Readonly<Record<string, string | undefined>>
}

const keyFile = (dataDir: string): string => join(dataDir, 'master.key')
const nextKeyFile = (dataDir: string): string => join(dataDir, 'master.key.next')

/** A master key from its 32 bytes (RangeError otherwise). */
export function masterKeyFrom(key: Uint8Array): MasterKey {
  if (key.length !== keyLength) throw new RangeError(`a master key has ${keyLength} bytes, not ${key.length}`)
  const id = createHmac('sha256', key).update('vouch master key id').digest('hex').slice(0, 16)
  return { id, key: Buffer.from(key) }
}

/** A secret of its own for `purpose`, in base64url: HKDF-SHA-256 (RFC 5869) of the master key. A rotation of the key makes another. */
export function deriveSecret({ key }: MasterKey, purpose: string): string {
  return Buffer.from(hkdfSync('sha256', key, '', `vouch ${purpose}`, keyLength)).toString('base64url')
}

/**
 * The master keys, the one to wrap with first. From VOUCH_MASTER_KEY (32 bytes in base64; VOUCH_MASTER_KEY_PREVIOUS beside it while a
 * rotation is under way), else from `<dataDir>/master.key`, made on the first start; a `master.key.next` beside it is a rotation that
 * was interrupted. Throws VouchError('not_ready') for a malformed key or a file that others may read.
 */
export function loadMasterKeys(options: MasterKeyOptions): readonly [MasterKey, ...MasterKey[]] {
  const { VOUCH_MASTER_KEY: current, VOUCH_MASTER_KEY_PREVIOUS: previous } = options.env
  if (current !== undefined && current !== '') {
    const keys = [parseKey(current, 'VOUCH_MASTER_KEY')] as const
    return previous === undefined || previous === '' ? keys : [...keys, parseKey(previous, 'VOUCH_MASTER_KEY_PREVIOUS')]
  }
  const keys = [readOrCreate(keyFile(options.dataDir))] as const
  const next = nextKeyFile(options.dataDir)
  return existsSync(next) ? [...keys, readKey(next)] : keys
}

/** Rotation of the key in the file, first step: the key that will follow, on disk before anything is wrapped with it. Repeatable. */
export function prepareNextMasterKey(dataDir: string): MasterKey {
  return readOrCreate(nextKeyFile(dataDir))
}

/** Rotation, last step, once every data key is wrapped with the next key: it takes the old one's place, which is gone then. */
export function adoptNextMasterKey(dataDir: string): void {
  renameSync(nextKeyFile(dataDir), keyFile(dataDir))
  syncFolder(dataDir)
}

function readOrCreate(file: string): MasterKey {
  if (!existsSync(file)) createKey(file)
  return readKey(file)
}

/** Written whole beside it and then linked, which fails when the name is taken: of two first starts at once, one key wins for both. */
function createKey(file: string): void {
  mkdirSync(dirname(file), { recursive: true })
  const unfinished = `${file}.${randomBytes(6).toString('hex')}`
  try {
    writeFileSync(unfinished, `${randomBytes(keyLength).toString('base64')}\n`, {
      mode: 0o600,
      flag: 'wx',
      flush: true,
    })
    linkSync(unfinished, file)
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) throw thrown
  } finally {
    rmSync(unfinished, { force: true })
  }
  syncFolder(dirname(file))
}

function readKey(file: string): MasterKey {
  const { mode } = statSync(file)
  if ((mode & 0o077) !== 0) {
    throw new VouchError(
      'not_ready',
      `${file} may be read by others (mode ${(mode & 0o777).toString(8)}). Run chmod 600 ${file}; if others can have read it, rotate it too: ./vouch vault rotate.`,
    )
  }
  return parseKey(readFileSync(file, 'utf8').trim(), file)
}

function parseKey(text: string, where: string): MasterKey {
  const key = Buffer.from(text, 'base64')
  if (key.length !== keyLength || key.toString('base64') !== text) {
    throw new VouchError(
      'not_ready',
      `${where} is not a master key, which is 32 bytes in base64 (44 characters). Restore the one that was used; a new installation can make one with: openssl rand -base64 32`,
    )
  }
  return masterKeyFrom(key)
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
