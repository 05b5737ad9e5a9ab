import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UnusablePackage } from '../package-error.ts'
import type { Difference, VerifyReport } from '../report.ts'
import { type VerifyOptions, verifyPackage } from '../verify-package.ts'

/** What the verifier says of a package: as `vouch verify` would exit, and why. */
export interface Judgement {
  readonly exit: 0 | 1 | 2
  readonly differences: readonly Difference[]
  /** The codes in the order of the report. */
  readonly codes: readonly string[]
  readonly message: string
  readonly report: VerifyReport | undefined
}

/** Verifies packages that are in memory; counts them. */
export class Judge {
  readonly #dir = mkdtempSync(join(tmpdir(), 'vouch-judge-'))
  judged = 0

  /** `performChecks` is `unless-different` unless said otherwise, which is what makes hundreds of cases quick. */
  async of(zip: Uint8Array, options: VerifyOptions = {}): Promise<Judgement> {
    const path = join(this.#dir, `${this.judged++}.zip`)
    writeFileSync(path, zip)
    try {
      const report = await verifyPackage(path, { performChecks: 'unless-different', ...options })
      const { differences } = report
      return { exit: report.ok ? 0 : 1, differences, codes: differences.map(item => item.code), message: '', report }
    } catch (error) {
      if (!(error instanceof UnusablePackage)) throw error
      return { exit: 2, differences: [], codes: [], message: error.message, report: undefined }
    } finally {
      rmSync(path)
    }
  }

  close(): void {
    rmSync(this.#dir, { recursive: true, force: true })
  }
}
