import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Rolldown } from 'vite'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The project's own modules that may run in a browser: pages, their kit, and the half of the verifier that imports nothing from node. */
const forBrowsers = [
  /^index\.html$/,
  /^src\/entry\/browser\.tsx$/,
  /^src\/web\//,
  /^src\/features\/[a-z-]+\/web\//,
  /^verifier\/rules\/describe-gap\.ts$/,
  /^verifier\/records\/(alias-tokens|csv)\.ts$/,
  /^verifier\/log\/(browser|bytes|checkpoint-text|log-error|note-text|proof-steps|tlog-proof-text)\.ts$/,
]

/** Which of a bundle's modules have no business in a browser. Node's own modules come as a stub that Vite calls browser-external. */
function strangersIn(modules: readonly string[]): string[] {
  return modules.filter(id => {
    if (/(^|:)node:|browser-external/.test(id)) return true
    const path = relative(root, id.replace(/^\0/, '').replace(/\?.*$/, ''))
    if (id.startsWith('\0') || path.startsWith('node_modules/')) return false
    return !forBrowsers.some(pattern => pattern.test(path))
  })
}

async function bundleOf(entry?: string): Promise<Rolldown.OutputChunk[]> {
  const result = await build({
    root,
    configFile: `${root}vite.config.ts`,
    logLevel: 'silent',
    build: { write: false, minify: false, ...(entry ? { rolldownOptions: { input: entry } } : {}) },
  })
  const outputs = (Array.isArray(result) ? result : [result]) as Rolldown.RolldownOutput[]
  return outputs.flatMap(output => output.output).filter(part => part.type === 'chunk')
}

describe('the browser’s bundle', () => {
  test('holds no module of the server', { timeout: 120_000 }, async () => {
    const modules = (await bundleOf()).flatMap(chunk => Object.keys(chunk.modules))
    expect(modules.some(id => id.endsWith('verifier/log/browser.ts'))).toBe(true)
    expect(strangersIn(modules)).toEqual([])
  })

  test('would not hide one that leaked', { timeout: 120_000 }, async () => {
    const modules = (await bundleOf('verifier/records/canonical.ts')).flatMap(chunk => Object.keys(chunk.modules))
    expect(strangersIn(modules).some(id => id.endsWith('verifier/records/canonical.ts'))).toBe(true)
    expect(
      strangersIn([`${root}src/platform/http/paging.ts`, `${root}src/features/ledger/store.ts`, 'node:crypto']),
    ).toHaveLength(3)
    expect(strangersIn([`${root}node_modules/react/index.js`, `${root}src/features/ledger/web/queries.ts`])).toEqual([])
  })
})
