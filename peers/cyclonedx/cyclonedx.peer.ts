import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { makeBillOfMaterials } from '../../scripts/sbom.ts'
import { pythonWith } from '../python/venv.ts'

/** CycloneDX's own library for Python (Apache-2.0), with the schemas of the standard. */
const version = '11.12.0'
const judge = `
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
problem = JsonStrictValidator(SchemaVersion.V1_5).validate_str(open(sys.argv[1]).read())
print('valid' if problem is None else problem)
`

it('the bill of materials is CycloneDX 1.5, and the judge sees when one is not', () => {
  const bin = pythonWith('cyclonedx', [`cyclonedx-python-lib[json-validation]==${version}`])
  const folder = mkdtempSync(join(tmpdir(), 'vouch-cyclonedx-'))
  const verdict = (bill: object) => {
    const file = join(folder, 'bill.json')
    writeFileSync(file, JSON.stringify(bill))
    return execFileSync(join(bin, 'python'), ['-c', judge, file], { encoding: 'utf8' }).trim()
  }
  const bill = makeBillOfMaterials()
  expect(verdict(bill)).toBe('valid')
  expect(verdict({ ...bill, components: [{ name: 'no type' }] })).not.toBe('valid')
  rmSync(folder, { recursive: true, force: true })
}, 400_000)
