import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { controlSchema, policyIds, uncoveredCriteria, unknownCriteria } from './control.ts'
import { comparable, frameworkSchema, socCategories } from './framework.ts'
import { loadControls, loadFramework } from './load.ts'

const contentDir = join(import.meta.dirname, '../../content')
const framework = await loadFramework(join(contentDir, 'frameworks/soc2-2017'))
const controls = await loadControls(join(contentDir, 'controls'))

/** How many points of focus each criterion has in the 2022 revision; the number of entries of a series is its number of criteria. */
const pointsOfFocus: Record<string, readonly number[]> = {
  CC1: [5, 4, 6, 7, 6],
  CC2: [9, 13, 12],
  CC3: [16, 9, 5, 6],
  CC4: [8, 3],
  CC5: [6, 4, 6],
  CC6: [13, 3, 4, 4, 1, 4, 4, 5],
  CC7: [5, 4, 7, 14, 6],
  CC8: [18],
  CC9: [2, 13],
  A1: [3, 11, 2],
  C1: [3, 2],
  PI1: [3, 3, 5, 4, 4],
  P1: [7],
  P2: [6],
  P3: [4, 2],
  P4: [1, 2, 3],
  P5: [5, 4],
  P6: [4, 1, 1, 3, 2, 2, 3],
  P7: [2],
  P8: [6],
}

describe('SOC 2 criteria', () => {
  test('there are 61, in the order and numbering of the publication', () => {
    const expected = Object.entries(pointsOfFocus).flatMap(([series, counts]) =>
      counts.map((_, i) => `${series}.${i + 1}`),
    )
    expect(framework.criteria.map(criterion => criterion.id)).toEqual(expected)
    expect(framework.criteria).toHaveLength(61)
    expect(framework.series.map(series => series.id)).toEqual(Object.keys(pointsOfFocus))
  })

  test('each category has its number of criteria', () => {
    const counts = Object.groupBy(framework.criteria, criterion => criterion.category)
    expect(Object.fromEntries(Object.entries(counts).map(([id, list]) => [id, list.length]))).toEqual({
      security: 33,
      availability: 3,
      confidentiality: 2,
      processing_integrity: 5,
      privacy: 18,
    })
    expect(framework.categories.map(category => category.id)).toEqual([...socCategories])
  })

  test('criteria CC1.1 to CC5.3 carry the 17 COSO principles, once each, and no other criterion has one', () => {
    const principles = framework.criteria.flatMap(criterion => criterion.cosoPrinciple ?? [])
    expect(principles.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 17 }, (_, i) => i + 1))
    for (const { id, series, cosoPrinciple } of framework.criteria)
      expect(cosoPrinciple !== undefined, id).toBe(/^CC[1-5]$/.test(series))
  })

  test('each criterion has its points of focus, 330 in all', () => {
    for (const [series, counts] of Object.entries(pointsOfFocus)) {
      const actual = framework.criteria.filter(criterion => criterion.series === series)
      expect(
        actual.map(criterion => criterion.pointsOfFocus.length),
        series,
      ).toEqual(counts)
    }
    expect(framework.criteria.flatMap(criterion => criterion.pointsOfFocus)).toHaveLength(330)
  })

  test('in the common criteria, points that apply only to some categories are marked', () => {
    const marked = framework.criteria
      .filter(criterion => criterion.category === 'security')
      .flatMap(criterion =>
        criterion.pointsOfFocus.flatMap(point =>
          (point.categories ?? []).map(category => `${category} ${criterion.id}`),
        ),
      )
    const tally = Object.fromEntries(
      Object.entries(Object.groupBy(marked, key => key)).map(([key, list]) => [key, list?.length]),
    )
    expect(tally).toEqual({
      'privacy CC1.3': 1,
      'privacy CC1.5': 1,
      'privacy CC2.2': 2,
      'privacy CC2.3': 2,
      'confidentiality CC2.3': 1,
      'privacy CC6.1': 1,
      'confidentiality CC6.1': 1,
      'privacy CC7.3': 2,
      'confidentiality CC7.3': 2,
      'privacy CC7.4': 3,
      'availability CC8.1': 1,
      'confidentiality CC8.1': 1,
      'privacy CC8.1': 2,
      'confidentiality CC9.2': 2,
      'privacy CC9.2': 2,
    })
  })

  test('ids, titles and statements are unique; point titles are unique within their criterion', () => {
    const { criteria } = framework
    expectUnique(criteria.map(criterion => criterion.id))
    expectUnique(criteria.map(criterion => comparable(criterion.title)))
    expectUnique(criteria.map(criterion => comparable(criterion.statement)))
    expectUnique(criteria.flatMap(criterion => criterion.pointsOfFocus.map(point => point.id)))
    for (const criterion of criteria) expectUnique(criterion.pointsOfFocus.map(point => comparable(point.title)))
  })

  test('statements are prose of one to three sentences, points are short titles', () => {
    for (const criterion of framework.criteria) {
      expect(sentences(criterion.statement), criterion.id).toBeLessThanOrEqual(3)
      expect(criterion.statement, criterion.id).toMatch(/^[A-Z].{40,}\.$/)
      for (const point of criterion.pointsOfFocus) expect(point.title, point.id).toMatch(/^[A-Z].{5,95}[^.]$/)
    }
  })

  test('the notice says who owns the original text', () => {
    expect(framework.copyright).toContain('AICPA')
    expect(framework.copyright).toContain('own wording')
  })
})

describe('controls', () => {
  test('their number, ids, codes and titles', () => {
    expect(controls).toHaveLength(61)
    expectUnique(controls.map(control => control.id))
    expectUnique(controls.map(control => control.code))
    expectUnique(controls.map(control => comparable(control.title)))
    expectUnique(controls.map(control => comparable(control.description)))
  })

  test('codes of a domain are numbered from 01 without gaps', () => {
    for (const [domain, list] of Object.entries(Object.groupBy(controls, control => control.domain)))
      expect(
        list?.map(control => Number(control.code.slice(4))),
        domain,
      ).toEqual(list?.map((_, i) => i + 1))
  })

  test('every criterion that a control names exists', () => {
    expect(unknownCriteria(framework, controls)).toEqual([])
  })

  test('every one of the 61 criteria is supported by at least one control', () => {
    expect(uncoveredCriteria(framework, controls)).toEqual([])
    for (const { id } of framework.criteria)
      expect(controls.filter(control => control.criteria.includes(id)).length, id).toBeGreaterThanOrEqual(1)
  })

  test('each of the nine common series is supported by at least two controls', () => {
    for (let number = 1; number <= 9; number += 1) {
      const supporting = controls.filter(control => control.criteria.some(id => id.startsWith(`CC${number}.`)))
      expect(supporting.length, `CC${number}`).toBeGreaterThanOrEqual(2)
    }
  })

  test('every policy of the vocabulary supports a control', () => {
    const used = new Set(controls.flatMap(control => control.policies))
    expect(policyIds.filter(id => !used.has(id))).toEqual([])
  })

  test('descriptions are one to three plain sentences', () => {
    for (const control of controls) {
      expect(sentences(control.description), control.id).toBeLessThanOrEqual(3)
      expect(control.description, control.id).toMatch(/^[A-Z].{40,320}\.$/)
    }
  })

  test('evidence stays fresh at least as long as the interval at which the control operates', () => {
    const days = { continuous: 1, daily: 1, weekly: 7, monthly: 31, quarterly: 92, annual: 365, per_event: 1 }
    for (const control of controls)
      for (const item of control.evidence.filter(({ kind }) => kind === 'task'))
        expect(item.freshnessDays, `${control.id}/${item.id}`).toBeGreaterThanOrEqual(days[control.frequency])
  })
})

describe('loading', () => {
  test('gives the same, frozen through and through, each time', async () => {
    expect(await loadControls(join(contentDir, 'controls'))).toEqual(controls)
    for (const value of [framework, controls]) expectFrozen(value)
  })

  test('gives what the schemas of whole frameworks and controls accept, through JSON and back', () => {
    expect(frameworkSchema.parse(JSON.parse(JSON.stringify(framework)))).toEqual(framework)
    expect(controls.map(control => controlSchema.parse(JSON.parse(JSON.stringify(control))))).toEqual([...controls])
  })

  test('every YAML file of the content is in lower-case kebab form and ends with a line feed', async () => {
    for (const folder of ['frameworks/soc2-2017', 'controls'])
      for (const name of (await readdir(join(contentDir, folder))).filter(file => file.endsWith('.yaml'))) {
        expect(name).toMatch(/^[a-z0-9-]+\.yaml$/)
        expect((await readFile(join(contentDir, folder, name), 'utf8')).endsWith('\n'), name).toBe(true)
      }
  })
})

function expectUnique(values: readonly string[]): void {
  expect(values.filter((value, index) => values.indexOf(value) !== index)).toEqual([])
}

function expectFrozen(value: unknown): void {
  expect(Object.isFrozen(value)).toBe(true)
  if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) expectFrozen(part)
}

function sentences(text: string): number {
  return text.split(/[.?!](?= |$)/).filter(part => part.trim() !== '').length
}
