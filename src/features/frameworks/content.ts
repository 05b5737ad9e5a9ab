import type { Framework } from '../../../verifier/content/framework.ts'
import { loadFramework } from '../../../verifier/content/load.ts'
import { canonicalJson, type Json, sha256 } from '../../../verifier/records/canonical.ts'

/** The framework that every organisation is measured against today. */
export const soc2Id = 'soc2-2017'

const contentDir = new URL('../../../content/frameworks/', import.meta.url).pathname
let loaded: Promise<Framework> | undefined

/** SOC 2's criteria as this version of Vouch ships them; read once. */
export function soc2(): Promise<Framework> {
  loaded ??= loadFramework(`${contentDir}${soc2Id}`)
  return loaded
}

/** SHA-256 of a framework's canonical JSON: what the ledger's `framework.adopted` fact names. */
export function frameworkHash(framework: Framework): string {
  return sha256(canonicalJson(framework as unknown as Json))
}
