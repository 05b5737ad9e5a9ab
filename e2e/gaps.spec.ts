import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { expect } from '@playwright/test'
import { openPackage } from '../verifier/package/read-package.ts'
import { ask, asOwner, open, test } from './fixtures.ts'

interface Coverage {
  readonly connection_id: string
  readonly name: string
  readonly gaps: readonly { readonly since: string; readonly to: string; readonly explanations: readonly unknown[] }[]
}

async function sourceWithGap(): Promise<Coverage> {
  const { connections } = await ask<{ connections: Coverage[] }>('/monitoring?days=182')
  const found = connections.find(coverage => coverage.gaps.length > 0)
  if (!found) throw new Error('the demo has a gap')
  return found
}

/** The days that a gap touches: how many depends on the hour at which the demo was made. */
function daysOf(gap: Coverage['gaps'][number] | undefined): number {
  if (!gap) throw new Error('the demo has a gap')
  const dayOf = (time: string) => Math.floor(Date.parse(time) / 86_400_000)
  return dayOf(gap.to) - dayOf(gap.since) + 1
}

test('the overview says how much was covered and leads to the calendar and the gaps', async ({ page }) => {
  await open(page, '/')
  const section = page.getByRole('region', { name: 'Monitoring' })
  await expect(section).toContainText(
    /\d+\.\d % of what was scheduled in the last 90 days was covered\. 1 gap; explained\./,
  )
  await section.getByRole('link', { name: 'Calendar and gaps' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Monitoring' })).toBeVisible()
  await expect(page.getByRole('table', { name: 'Gaps in monitoring' })).toContainText('People and vendors')
})

test('a connection shows its days, each in words, and the keys go from day to day', async ({ page }) => {
  const { connection_id, name, gaps } = await sourceWithGap()
  await open(page, `/connections/${connection_id}`)
  const grid = page.getByRole('grid', { name: `Days of ${name}` })
  const failed = grid.getByRole('gridcell', { name: /: Failed, without fresh records for / })
  const [gap] = gaps
  await expect(failed).toHaveCount(daysOf(gap))
  await expect(grid.getByRole('gridcell', { name: /: Covered$/ })).not.toHaveCount(0)
  const day = (gap?.since ?? '').slice(0, 10)
  const cell = grid.locator(`[data-day="${day}"]`)
  await cell.focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowUp')
  await expect(cell).toBeFocused()
  await page.keyboard.press('ArrowLeft')
  await expect(cell).not.toBeFocused()
  await page.keyboard.press('ArrowRight')
  await expect(cell).toBeFocused()
  await expect(grid.locator('[tabindex="0"]')).toHaveCount(1)
  await page.keyboard.press('End')
  await page.keyboard.press('ArrowDown')
  await expect(grid.locator('[data-day]').and(page.locator(':focus'))).toHaveAttribute('aria-label', /2\d{3}: Covered/)
})

test('a gap is explained, by whom and why; it stays, and the ledger says so', async ({ page }) => {
  const before = await sourceWithGap()
  await open(page, `/connections/${before.connection_id}`)
  await page.getByRole('button', { name: /^Explain the gap of / }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Record it' }).click()
  await expect(dialog.getByText('Say why, in a sentence.')).toBeVisible()
  await expect(dialog.getByText('Say who says so.')).toBeVisible()
  await dialog.getByLabel('Why it came about').fill('The move is on the calendar of changes now.')
  await dialog.getByLabel('Who says so').fill('Head of IT operations')
  await dialog.getByRole('button', { name: 'Record it' }).click()
  const table = page.getByRole('table', { name: 'Gaps in monitoring' })
  await expect(table).toContainText('The move is on the calendar of changes now.')
  await expect(table).toContainText('Head of IT operations')
  const after = await sourceWithGap()
  expect(after.gaps.map(({ since }) => since)).toEqual(before.gaps.map(({ since }) => since))
  expect(after.gaps[0]?.explanations).toHaveLength((before.gaps[0]?.explanations.length ?? 0) + 1)
  const { items } = await ask<{ items: { subject: string }[] }>('/ledger/entries?kind=gap.explained&sort=-id&limit=1')
  expect(items[0]?.subject).toBe(before.connection_id)
})

test('a package made now prints the calendar, the gap and what was said, needs no script, and verifies', async ({
  page,
}) => {
  test.setTimeout(240_000)
  const dir = mkdtempSync(join(tmpdir(), 'vouch-gaps-'))
  try {
    const owner = await asOwner()
    const made = await owner.post('/api/v1/packages', { data: {} })
    const { job_id } = (await made.json()) as { job_id: string }
    await expect
      .poll(async () => (await ask<{ state: string }>(`/jobs/${job_id}`)).state, { timeout: 120_000 })
      .toBe('succeeded')
    const { items } = await ask<{ items: { id: string }[] }>('/packages?limit=1')
    const file = join(dir, 'package.zip')
    const download = await owner.get(`/api/v1/packages/${items[0]?.id}/download`)
    writeFileSync(file, await download.body())
    const said = execFileSync('./vouch', ['verify', file], { encoding: 'utf8' })
    expect(said).toContain('1 gaps in monitoring (derived again')
    const opened = await openPackage(file)
    writeFileSync(join(dir, 'index.html'), (await opened.read('index.html', 2 ** 26)) ?? '')
    await opened.close()
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 })
      await page.goto(`file://${join(dir, 'index.html')}`)
      const calendar = page.getByRole('table', { name: 'Days of People and vendors' })
      await expect(calendar.getByTitle('Failed')).toHaveCount(daysOf((await sourceWithGap()).gaps[0]))
      await expect(page.getByText('3 collections failed.')).toBeVisible()
      await expect(page.getByText('Ada Abara')).toBeVisible()
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      expect(beyond).toBeLessThanOrEqual(0)
      const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag22aa']).analyze()
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.target.join(' ')).join(', ')}`),
      ).toEqual([])
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})
