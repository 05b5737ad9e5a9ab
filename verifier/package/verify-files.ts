import type { Manifest } from './manifest.ts'
import type { OpenPackage } from './read-package.ts'
import type { Findings } from './report.ts'

const unlisted = new Set(['manifest.json', 'manifest.sig'])

/** Compares what the manifest lists with what is in the ZIP: missing, changed and additional files (format section 2). */
export function verifyFiles(files: OpenPackage, manifest: Manifest, canonical: boolean, findings: Findings): void {
  for (const difference of files.layout) findings.differ(difference)
  if (!canonical) {
    const message = 'manifest.json is not in its canonical form, or does not list its files in order.'
    findings.differ({ code: 'manifest.form', where: 'manifest.json', message })
  }
  const listed = new Set<string>()
  for (const { path, bytes, sha256 } of manifest.files) {
    const where = JSON.stringify(path).slice(1, -1)
    if (listed.has(path) || unlisted.has(path)) {
      findings.differ({
        code: 'manifest.form',
        where,
        message: `The manifest must not list ${where}, or lists it twice.`,
      })
    }
    listed.add(path)
    const file = files.files.get(path)
    if (!file) {
      findings.differ({
        code: 'file.missing',
        where,
        message: `The manifest lists ${where}, but it is not in the package.`,
      })
    } else if (file.sha256 !== sha256 || file.bytes !== bytes) {
      const message = `${where} is not the file that the manifest lists.`
      findings.differ({ code: 'file.changed', where, expected: sha256, found: file.sha256, message })
    }
  }
  for (const file of files.files.values()) {
    findings.counts.files++
    findings.counts.bytes += file.bytes
    if (!listed.has(file.path) && !unlisted.has(file.path)) {
      const message = `${file.path} is in the package, but the manifest does not list it.`
      findings.differ({ code: 'file.unexpected', where: file.path, message })
    }
  }
}

/** Names the listed files that nothing in the package asks for. `expected` are the paths that the log and the format ask for. */
export function verifyNothingElse(manifest: Manifest, expected: ReadonlySet<string>, findings: Findings): void {
  for (const { path } of manifest.files) {
    if (expected.has(path)) continue
    const message = `Nothing in the log or the format asks for ${JSON.stringify(path)}.`
    findings.differ({ code: 'file.unexpected', where: path, message })
  }
}
