import { z } from 'zod'
import { canonicalJson, sha256 } from '../records/canonical.ts'
import { compareUtf8 } from '../records/order.ts'
import { UnusablePackage } from './package-error.ts'

export const packageFormat = 'vouch-package/2'

const hash = z.string().regex(/^[0-9a-f]{64}$/)

const manifestSchema = z.strictObject({
  format: z.literal(packageFormat),
  organisation: z.strictObject({ id: z.uuid(), name: z.string(), slug: z.string(), sample: z.boolean() }),
  period: z.strictObject({ from: z.iso.datetime(), to: z.iso.datetime() }),
  created_at: z.iso.datetime(),
  checkpoint: z.strictObject({ origin: z.string().min(1), size: z.int().min(1), root: hash }),
  files: z.array(z.strictObject({ path: z.string(), bytes: z.int().min(0), sha256: hash })),
})

/** `manifest.json`: docs/package-format.md section 2. */
export type Manifest = z.infer<typeof manifestSchema>

/** The bytes of `manifest.json`: canonical JSON, its files in order of path. */
export function formatManifest(manifest: Manifest): string {
  return canonicalJson({ ...manifest, files: manifest.files.toSorted((a, b) => compareUtf8(a.path, b.path)) })
}

/** Reads `manifest.json`. Throws UnusablePackage when it is not one of this format; whether it is canonical is told in `canonical`. */
export function parseManifest(text: string): { manifest: Manifest; canonical: boolean } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new UnusablePackage('manifest.json is not JSON.', { cause })
  }
  const format = z.object({ format: z.string() }).safeParse(value)
  if (format.success && format.data.format !== packageFormat) {
    throw new UnusablePackage(
      `The package is of the format ${JSON.stringify(format.data.format.slice(0, 50))}; this verifier knows ${packageFormat}. Use one that knows it.`,
    )
  }
  const parsed = manifestSchema.safeParse(value)
  if (!parsed.success) throw new UnusablePackage(`manifest.json is not as it must be: ${z.prettifyError(parsed.error)}`)
  return { manifest: parsed.data, canonical: text === formatManifest(parsed.data) }
}

/** The text of the note in `manifest.sig`. */
export function manifestNoteText(origin: string, manifestText: string): string {
  return `${packageFormat}\n${origin}\n${sha256(manifestText)}\n`
}
