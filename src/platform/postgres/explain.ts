import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { messageOf, VouchError } from '../errors/errors.ts'

const advice: readonly { readonly sign: RegExp; readonly code: 'storage_full' | 'not_ready'; readonly what: string }[] =
  [
    {
      sign: /No space left on device|ENOSPC|Disk quota exceeded|EDQUOT/,
      code: 'storage_full',
      what: 'the disk is full. Free some space there and start again; nothing that was stored is lost',
    },
    {
      sign: /Permission denied|EACCES|EPERM|Operation not permitted|EROFS|Read-only file system|unable to open database file/,
      code: 'not_ready',
      what: 'files cannot be read or written. Give the user that runs Vouch the data folder (chown -R), make the file system writable, or choose another folder with VOUCH_DATA',
    },
    {
      sign: /could not create shared memory segment|could not resize shared memory|Cannot allocate memory/,
      code: 'not_ready',
      what: 'there is too little memory, or too little shared memory (a container needs at least --shm-size=256m). Give it more, or set DATABASE_URL to another PostgreSQL server',
    },
  ]

/**
 * Turns what PostgreSQL's programs, its log or the file system said into an error that says what to do. `doing` completes
 * "PostgreSQL could not ...".
 */
export function explain(doing: string, folder: string, said: string, cause?: unknown): VouchError {
  const known = advice.find(({ sign }) => sign.test(said))
  const lastWords = said.split('\n').slice(-12).join('\n')
  return new VouchError(
    known?.code ?? 'not_ready',
    known === undefined
      ? `PostgreSQL could not ${doing} in ${folder}. What it said:\n${lastWords}`
      : `PostgreSQL could not ${doing} in ${folder}: ${known.what}. What it said:\n${lastWords}`,
    { cause },
  )
}

/** What was thrown, as a VouchError: as it is when it is one, explained when it is not. */
export function explainThrown(doing: string, folder: string, thrown: unknown): VouchError {
  return thrown instanceof VouchError ? thrown : explain(doing, folder, messageOf(thrown), thrown)
}

/** The last 4 KB of a log; empty when there is none. */
export function tailOf(file: string): string {
  try {
    const descriptor = openSync(file, 'r')
    try {
      const { size } = fstatSync(descriptor)
      const tail = Buffer.alloc(Math.min(size, 4096))
      readSync(descriptor, tail, 0, tail.length, size - tail.length)
      return tail.toString('utf8')
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return ''
  }
}
