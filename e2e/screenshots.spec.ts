import { open, test } from './fixtures.ts'
import { allPages, signedOutPages } from './pages.ts'

const sizes = [
  ['wide', { width: 1280, height: 800 }],
  ['narrow', { width: 390, height: 844 }],
] as const

/** Pictures for the documentation, of what is seen without scrolling. */
for (const [size, viewport] of sizes) {
  for (const scheme of ['light', 'dark'] as const) {
    test(`screenshots, ${size}, ${scheme}`, async ({ page }) => {
      test.setTimeout(300_000)
      await page.setViewportSize(viewport)
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
      const signedOut = await signedOutPages()
      for (const [name, path] of Object.entries({ ...(await allPages()), ...signedOut })) {
        if (name in signedOut) await page.context().clearCookies()
        await open(page, path)
        await page.screenshot({
          path: `docs/screenshots/${name}-${size}-${scheme}.png`,
          animations: 'disabled',
          caret: 'hide',
        })
      }
    })
  }
}
