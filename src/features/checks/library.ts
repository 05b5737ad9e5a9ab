import { type LoadedCheck, loadChecks } from '../../../verifier/checks/load.ts'

const contentDir = new URL('../../../content/checks', import.meta.url).pathname
let loaded: Promise<readonly LoadedCheck[]> | undefined

/** The checks that this version of Vouch ships; read once. */
export function checkLibrary(): Promise<readonly LoadedCheck[]> {
  loaded ??= loadChecks(contentDir)
  return loaded
}
