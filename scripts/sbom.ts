/** `npm run sbom [FILE]`: the bill of materials of what is installed where Vouch runs, as CycloneDX 1.5 JSON, to a file or to standard output. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { productionDependencies } from './dependencies.ts'

const root = join(import.meta.dirname, '..')
// What npm says beyond this stays as it is.
const billSchema = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.string(),
  metadata: z.looseObject({ component: z.looseObject({ 'bom-ref': z.string(), name: z.string(), type: z.string() }) }),
  components: z.array(
    z.looseObject({ 'bom-ref': z.string(), purl: z.string(), hashes: z.array(z.unknown()).default([]) }),
  ),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()) })),
})

export type BillOfMaterials = z.infer<typeof billSchema>

/**
 * Made by npm from the lockfile, for every platform, without what only development needs. npm's own way to leave that out (`--omit=dev`) also leaves out what both need:
 * 118 packages of 583, among them the database's driver.
 */
export function makeBillOfMaterials(): BillOfMaterials {
  const options = ['--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only']
  const text = execFileSync('npm', ['sbom', ...options], { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  const bill = billSchema.parse(JSON.parse(text))
  const { name, license } = z
    .object({ name: z.string(), license: z.string() })
    .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))
  const own = bill.metadata.component
  // Named as the package is, not as its folder.
  Object.assign(own, { name, licenses: [{ license: { id: license } }] })
  const installed = new Set(productionDependencies().map(dependency => `${dependency.name}@${dependency.version}`))
  bill.components = bill.components.filter(component => installed.has(component['bom-ref']))
  bill.dependencies = bill.dependencies
    .filter(({ ref }) => ref === own['bom-ref'] || installed.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(other => installed.has(other)) }))
  return bill
}

if (import.meta.main) {
  const [file] = process.argv.slice(2)
  const text = `${JSON.stringify(makeBillOfMaterials(), null, 2)}\n`
  if (file === undefined) process.stdout.write(text)
  else writeFileSync(file, text)
}
