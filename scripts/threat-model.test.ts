import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')

it('the threat model names files that exist, and each of its tables names what shows that a control holds', () => {
  const text = readFileSync(join(root, 'docs/threat-model.md'), 'utf8')
  const files = [...text.matchAll(/`((?:src|verifier|e2e|peers|scripts|docs)\/[^`\s]+\.(?:ts|md))`/g)].map(
    ([, file]) => file ?? '',
  )
  expect(new Set(files).size).toBeGreaterThan(40)
  expect([...new Set(files)].filter(file => !existsSync(join(root, file)))).toEqual([])
  const rows = text.split('\n').filter(line => /^\| [STRIDE](, [STRIDE])* \|/.test(line))
  expect(rows.length).toBeGreaterThan(20)
  expect(rows.filter(row => !/`[^`]+\.(ts|md)`[^|]*\|$/.test(row))).toEqual([])
})
