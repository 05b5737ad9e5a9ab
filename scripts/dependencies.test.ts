import { describe, expect, it } from 'vitest'
import { isAllowed, productionDependencies } from './dependencies.ts'
import { readAudit } from './read-audit.ts'
import { makeBillOfMaterials } from './sbom.ts'

/** Packages whose metadata does not say in SPDX what their licence is; read in their sources. */
const read: Readonly<Record<string, string>> = {
  // "MIT/X11" in package.json: the MIT licence.
  'chainsaw@0.1.0': 'MIT',
  // No field; README and the author's other packages: MIT. It comes with exceljs, by unzipper.
  'buffers@0.1.1': 'MIT',
}

describe('what is installed where Vouch runs', () => {
  it('has licences that let everybody run and pass on Vouch', () => {
    const others = productionDependencies()
      .map(({ name, version, license }) => ({ id: `${name}@${version}`, license }))
      .filter(({ id, license }) => !isAllowed(read[id] ?? license ?? 'unknown'))
    expect(others).toEqual([])
    const ids = new Set(productionDependencies().map(({ name, version }) => `${name}@${version}`))
    expect(Object.keys(read).filter(id => !ids.has(id))).toEqual([])
  })

  it('is hashed in the lockfile, every package', () => {
    expect(productionDependencies().filter(({ integrity }) => !integrity?.startsWith('sha512-'))).toEqual([])
    expect(productionDependencies().length).toBeGreaterThan(100)
  })

  it('is told by expressions as they are meant', () => {
    expect(['MIT', '(MIT OR GPL-3.0-or-later)', 'MIT AND ISC', '(MIT AND Zlib)'].map(isAllowed)).toEqual(
      Array(4).fill(true),
    )
    expect(
      ['GPL-3.0-only', 'MIT AND GPL-2.0', '', 'SEE LICENSE IN LICENSE', 'AGPL-3.0 OR SSPL-1.0'].map(isAllowed),
    ).toEqual(Array(5).fill(false))
  })

  it('is in the bill of materials: each package once, with its version, hash and licence', () => {
    const bill = makeBillOfMaterials()
    expect(bill).toMatchObject({
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      metadata: { component: { name: 'vouch', type: 'application' } },
    })
    const ids = productionDependencies().map(({ name, version }) => `${name}@${version}`)
    expect(bill.components.map(component => component['bom-ref']).toSorted()).toEqual(ids.toSorted())
    expect(ids).toEqual(expect.arrayContaining([expect.stringMatching(/^pg@/), expect.stringMatching(/^zod@/)]))
    expect(bill.components.filter(({ hashes, purl }) => hashes.length === 0 || !purl.startsWith('pkg:npm/'))).toEqual(
      [],
    )
  }, 60_000)
})

describe('an audit', () => {
  const answer = (vulnerabilities: object) => JSON.stringify({ vulnerabilities: {}, metadata: { vulnerabilities } })
  const none = { info: 0, low: 0, moderate: 0, high: 0, critical: 0, total: 0 }

  it('fails for what is high or critical, and tells of the rest', () => {
    expect(readAudit(answer(none))).toEqual({
      outcome: 'passed',
      said: 'No known vulnerability in what is installed where Vouch runs.',
    })
    expect(readAudit(answer({ ...none, moderate: 2, total: 2 })).outcome).toBe('passed')
    expect(readAudit(answer({ ...none, moderate: 2, total: 2 })).said).toContain('2 moderate')
    expect(readAudit(answer({ ...none, high: 1, total: 1 }))).toMatchObject({ outcome: 'failed' })
    expect(readAudit(answer({ ...none, critical: 1, total: 1 }))).toMatchObject({ outcome: 'failed' })
  })

  it('is skipped, and never passed, when the registry does not answer as it should', () => {
    const refused = JSON.stringify({ message: '405 Method Not Allowed', error: { summary: 'refused', detail: '' } })
    for (const text of [refused, '', 'not JSON', '{}', '{"metadata":{}}', answer({ total: 0 })])
      expect(readAudit(text).outcome, text).toBe('skipped')
    expect(readAudit(refused).said).toContain('405 Method Not Allowed')
  })
})
