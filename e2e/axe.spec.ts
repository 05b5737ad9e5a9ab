import AxeBuilder from '@axe-core/playwright'
import { expect } from '@playwright/test'
import { open, test } from './fixtures.ts'
import { allPages, signedOutPages } from './pages.ts'

/** WCAG 2.0 to 2.2, levels A and AA, and axe's best practices. */
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

// A trace of axe's work on so many pages takes longer than the work.
test.use({ trace: 'off' })

for (const scheme of ['light', 'dark'] as const) {
  for (const [size, width] of [
    ['wide', 1440],
    ['narrow', 390],
  ] as const) {
    test(`axe finds nothing on any page, ${scheme}, ${size}`, async ({ page }) => {
      test.setTimeout(600_000)
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
      await page.setViewportSize({ width, height: 900 })
      const signedOut = await signedOutPages()
      for (const [name, path] of Object.entries({ ...(await allPages()), ...signedOut })) {
        if (name in signedOut) await page.context().clearCookies()
        await open(page, path)
        const { violations } = await new AxeBuilder({ page })
          .options({ resultTypes: ['violations'] })
          .withTags(rules)
          .analyze()
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.target.join(' ')).join(', ')}`)
        expect.soft(found, name).toEqual([])
      }
    })
  }
}
