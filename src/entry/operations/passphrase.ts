import { readFileSync } from 'node:fs'
import { messageOf, VouchError } from '../../platform/errors/errors.ts'

const shortest = 12

/**
 * A backup's passphrase, from the first line of `file`, else from VOUCH_BACKUP_PASSPHRASE; never from an argument, which every user of the machine can
 * see. Throws VouchError('invalid_input') when there is none, or it is shorter than 12 characters.
 */
export function readPassphrase(environment: NodeJS.ProcessEnv, file?: string): string {
  const passphrase = file === undefined ? environment.VOUCH_BACKUP_PASSPHRASE : firstLine(file)
  if (!passphrase)
    throw new VouchError(
      'invalid_input',
      'A backup has a passphrase: set VOUCH_BACKUP_PASSPHRASE, or put it into a file and give --passphrase-file. Keep it apart from the backups; without it they are lost.',
    )
  if ([...passphrase].length < shortest)
    throw new VouchError(
      'invalid_input',
      `A backup holds every secret and key, so its passphrase has ${shortest} characters at least. Make one with: openssl rand -base64 24`,
    )
  return passphrase
}

function firstLine(file: string): string {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/, 1)[0] ?? ''
  } catch (cause) {
    throw new VouchError('invalid_input', `The passphrase file cannot be read: ${messageOf(cause)}.`, { cause })
  }
}
