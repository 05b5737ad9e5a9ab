import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ContentError } from './content-error.ts'
import { uncoveredCriteria, unknownCriteria } from './control.ts'
import { loadControls, loadFramework } from './load.ts'

const header = `id: sample
version: '1'
title: Sample framework
publisher: Sample publisher
copyright: Our own words.
categories:
  - { id: security, title: Security, description: Kept safe. }
series: [S1, S2]
`

const s1 = `series: S1
category: security
title: First series
criteria:
  - id: S1.1
    title: First
    statement: The first is done.
    pointsOfFocus:
      - { id: S1.1-1, title: One }
      - { id: S1.1-2, title: Two }
  - id: S1.2
    title: Second
    statement: The second is done.
    pointsOfFocus:
      - { id: S1.2-1, title: One }
`

const s2 = s1
  .replaceAll('S1', 'S2')
  .replace('title: First\n', 'title: Third\n')
  .replace('title: Second\n', 'title: Fourth\n')
  .replace('The first', 'The third')
  .replace('The second', 'The fourth')

const access = `domain: access
title: Access
prefix: ACC
controls:
  - id: first-control
    code: ACC-01
    title: First control
    description: It holds.
    how: Do it.
    kind: preventive
    nature: manual
    frequency: daily
    ownerRole: Owner
    evidence:
      - { id: record, kind: document, title: A record, freshnessDays: 30 }
    testProcedures: [Inspect it.]
    criteria: [S1.1]
`

const change = access
  .replace('domain: access', 'domain: change')
  .replaceAll('ACC', 'CHG')
  .replaceAll('First', 'Second')
  .replaceAll('first', 'second')

let dir = ''

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vouch-content-'))
})

afterEach(async () => {
  await rm(dir, { recursive: true, force: true })
})

describe('a framework', () => {
  test('is read in the order its header gives, whatever the file names', async () => {
    await write({ 'framework.yaml': header.replace('[S1, S2]', '[S2, S1]'), 'a.yaml': s1, 'z.yaml': s2 })
    const framework = await loadFramework(dir)
    expect(framework.series.map(series => series.id)).toEqual(['S2', 'S1'])
    expect(framework.criteria.map(criterion => criterion.id)).toEqual(['S2.1', 'S2.2', 'S1.1', 'S1.2'])
    expect(framework.criteria[0]).toMatchObject({ series: 'S2', category: 'security', title: 'Third' })
  })

  test.each([
    ['a missing header', { 'framework.yaml': undefined }, /framework\.yaml:1: cannot read this file/],
    ['a missing series', { 's2.yaml': undefined }, /framework\.yaml:8: series\[1\]: add a file with series: S2/],
    [
      'an unlisted series',
      { 'framework.yaml': header.replace(', S2', '') },
      /s2\.yaml:1: series: add S2 to series in .*framework\.yaml/,
    ],
    ['a series in two files', { 's3.yaml': s1 }, /s3\.yaml:1: series: S1 is already in .*s1\.yaml: merge/],
    [
      'a gap in the numbering',
      { 's1.yaml': s1.replace('id: S1.2\n', 'id: S1.3\n') },
      /s1\.yaml:11: criteria\[1\]\.id: this is S1\.3, but S1\.2 comes next/,
    ],
    [
      'a repeated criterion',
      { 's1.yaml': s1.replace('id: S1.2\n', 'id: S1.1\n') },
      /s1\.yaml:11: criteria\[1\]\.id: this is S1\.1/,
    ],
    [
      'a point with a wrong id',
      { 's1.yaml': s1.replace('S1.1-2', 'S1.1-3') },
      /s1\.yaml:10: .*pointsOfFocus\[1\]\.id: this is S1\.1-3, but S1\.1-2/,
    ],
    [
      'a repeated point title',
      { 's1.yaml': s1.replace('Two', 'one!') },
      /s1\.yaml:10: .*title: the same title as S1\.1-1/,
    ],
    [
      'a repeated title in another file',
      { 's2.yaml': s2.replace('title: Third', 'title: FIRST') },
      /s2\.yaml:6: criteria\[0\]\.title: the same title as S1\.1 in .*s1\.yaml/,
    ],
    [
      'a repeated statement',
      { 's2.yaml': s2.replace('The third', 'The first') },
      /s2\.yaml:7: criteria\[0\]\.statement: the same statement as S1\.1/,
    ],
    [
      'a category that is not one',
      { 's1.yaml': s1.replace('category: security', 'category: safety') },
      /s1\.yaml:2: category: use one of: security, availability/,
    ],
    [
      'a category the framework lacks',
      { 's1.yaml': s1.replace('category: security', 'category: privacy') },
      /s1\.yaml:2: category: add privacy to categories/,
    ],
    [
      'a point for a category the framework lacks',
      { 's1.yaml': s1.replace('title: Two', 'title: Two, categories: [privacy]') },
      /s1\.yaml:10: .*categories\[0\]: the framework has no category privacy/,
    ],
    [
      'an empty statement',
      { 's1.yaml': s1.replace('The first is done.', "''") },
      /s1\.yaml:7: criteria\[0\]\.statement: write something here/,
    ],
    [
      'a missing statement',
      { 's1.yaml': s1.replace('    statement: The first is done.\n', '') },
      /s1\.yaml:5: criteria\[0\]\.statement: add this field/,
    ],
    [
      'an unknown field',
      { 's1.yaml': s1.replace('    statement:', '    wording: x\n    statement:') },
      /s1\.yaml:5: criteria\[0\]: remove or correct the unknown field: wording/,
    ],
    [
      'a COSO principle past the last',
      { 's1.yaml': s1.replace('    statement:', '    cosoPrinciple: 18\n    statement:') },
      /s1\.yaml:7: criteria\[0\]\.cosoPrinciple: COSO has 17/,
    ],
    [
      'text with a line break',
      { 's1.yaml': s1.replace('The first is done.', '"a\\nb"') },
      /s1\.yaml:7: .*put the text on one line/,
    ],
    ['a repeated key', { 's1.yaml': `${s1}series: S1\n` }, /s1\.yaml:16: not valid YAML: Map keys must be unique/],
    ['broken YAML', { 's1.yaml': 'series: [S1\n' }, /s1\.yaml:\d: not valid YAML/],
    [
      'an alias',
      { 's1.yaml': s1.replace('title: First series', 'title: &t First series').replace('title: Second', 'title: *t') },
      /s1\.yaml:1: aliases/,
    ],
    ['two documents', { 's1.yaml': `${s1}---\n${s1}` }, /s1\.yaml:16: not valid YAML/],
    ['an empty file', { 's1.yaml': '' }, /s1\.yaml:1: /],
  ])('with %s is refused', async (_, changes: Record<string, string | undefined>, message) => {
    await write({ 'framework.yaml': header, 's1.yaml': s1, 's2.yaml': s2, ...changes })
    await expect(loadFramework(dir)).rejects.toThrow(ContentError)
    await expect(loadFramework(dir)).rejects.toThrow(message)
  })

  test('with several mistakes names them all', async () => {
    await write({
      'framework.yaml': header,
      's1.yaml': s1.replace('title: First\n', "title: ''\n").replace('Two', 'One'),
      's2.yaml': s2,
    })
    const error = await loadFramework(dir).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ContentError)
    if (error instanceof ContentError) expect(error.problems.map(problem => problem.line)).toEqual([6, 10])
  })
})

describe('controls', () => {
  test('are sorted by code, whatever the file names', async () => {
    await write({ 'a.yaml': change, 'z.yaml': access, 'README.md': 'not content' })
    expect((await loadControls(dir)).map(control => [control.code, control.domain])).toEqual([
      ['ACC-01', 'access'],
      ['CHG-01', 'change'],
    ])
  })

  test.each([
    [
      'the same id',
      { 'change.yaml': change.replace('second-control', 'first-control') },
      /change\.yaml:5: controls\[0\]\.id: the same id as first-control in .*access\.yaml/,
    ],
    [
      'the same title',
      { 'change.yaml': change.replace('Second control', 'First control.') },
      /change\.yaml:7: controls\[0\]\.title: the same title as first-control/,
    ],
    [
      'the same code',
      { 'access.yaml': access + second(), 'change.yaml': change },
      /access\.yaml:\d+: controls\[1\]\.code: the same code as first-control/,
    ],
    [
      'the same domain',
      { 'change.yaml': change.replace('domain: change', 'domain: access') },
      /change\.yaml:1: domain: access is already used/,
    ],
    [
      'the same prefix',
      { 'change.yaml': change.replaceAll('CHG', 'ACC').replace('ACC-01', 'ACC-02') },
      /change\.yaml:3: prefix: ACC is already used/,
    ],
    [
      'a foreign code',
      { 'change.yaml': change.replace('CHG-01', 'ACC-09') },
      /change\.yaml:6: controls\[0\]\.code: begin the code with this file's prefix/,
    ],
    [
      'an odd slug',
      { 'change.yaml': change.replace('second-control', 'Second_Control') },
      /change\.yaml:5: controls\[0\]\.id: use lower-case letters/,
    ],
    [
      'an unknown frequency',
      { 'change.yaml': change.replace('daily', 'often') },
      /change\.yaml:12: controls\[0\]\.frequency: use one of: continuous, daily/,
    ],
    [
      'an unknown evidence kind',
      { 'change.yaml': change.replace('kind: document', 'kind: hearsay') },
      /change\.yaml:15: .*evidence\[0\]\.kind: use one of: check/,
    ],
    [
      'no freshness',
      { 'change.yaml': change.replace('freshnessDays: 30', 'freshnessDays: 0') },
      /change\.yaml:15: .*freshnessDays: evidence stays fresh for at least a day/,
    ],
    [
      'no criterion',
      { 'change.yaml': change.replace('[S1.1]', '[]') },
      /change\.yaml:17: controls\[0\]\.criteria: name at least one/,
    ],
    [
      'a criterion twice',
      { 'change.yaml': change.replace('[S1.1]', '[S1.1, S1.1]') },
      /change\.yaml:17: controls\[0\]\.criteria\[1\]: S1\.1 is listed twice/,
    ],
    [
      'an unplanned policy',
      { 'change.yaml': `${change}    policies: [astrology]\n` },
      /change\.yaml:18: controls\[0\]\.policies\[0\]: use one of: acceptable-use/,
    ],
    [
      'automation without a check',
      { 'change.yaml': change.replace('nature: manual', 'nature: automated') },
      /change\.yaml:14: controls\[0\]\.evidence: an automated control is shown by a check/,
    ],
  ])('with %s are refused', async (_, changes: Record<string, string | undefined>, message) => {
    await write({ 'access.yaml': access, 'change.yaml': change, ...changes })
    await expect(loadControls(dir)).rejects.toThrow(ContentError)
    await expect(loadControls(dir)).rejects.toThrow(message)
  })

  test('are looked for in a folder that exists and holds some', async () => {
    await expect(loadControls(join(dir, 'absent'))).rejects.toThrow(/absent:1: cannot list this folder/)
    await mkdir(join(dir, 'empty'))
    await expect(loadControls(join(dir, 'empty'))).rejects.toThrow(/empty:1: no \.yaml file here/)
  })
})

test('coverage: a criterion is covered, or a gap, never both; a mapping to nothing is reported', async () => {
  await write({ 'framework.yaml': header, 's1.yaml': s1, 's2.yaml': s2 })
  const framework = await loadFramework(dir)
  await rm(dir, { recursive: true })
  await mkdir(dir)
  await write({ 'access.yaml': access })
  const [control] = await loadControls(dir)
  if (control === undefined) throw new Error('no control was loaded')
  const ids = framework.criteria.map(criterion => criterion.id)
  fc.assert(
    fc.property(fc.subarray(ids), fc.array(fc.constantFrom('S1.9', 'X1.1')), (named, foreign) => {
      const mapped = [{ ...control, criteria: [...named, ...foreign] }]
      expect(uncoveredCriteria(framework, mapped)).toEqual(ids.filter(id => !named.includes(id)))
      expect(unknownCriteria(framework, mapped).map(({ criterionId, index }) => [criterionId, index])).toEqual(
        foreign.map((id, i) => [id, named.length + i]),
      )
    }),
  )
})

function second(): string {
  return access
    .slice(access.indexOf('  - id:'))
    .replace('first-control', 'third-control')
    .replace('First control', 'Third control')
}

async function write(files: Record<string, string | undefined>): Promise<void> {
  for (const [name, text] of Object.entries(files)) if (text !== undefined) await writeFile(join(dir, name), text)
}
