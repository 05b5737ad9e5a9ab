import { readFile, writeFile } from 'node:fs/promises'
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript'
import { routes } from '../src/entry/features.ts'
import { describeEvents } from '../src/features/webhooks/describe-events.ts'
import { readConfig } from '../src/platform/config/config.ts'
import { type AppOptions, createApp } from '../src/platform/http/app.ts'
import { tidyDocument } from '../src/platform/http/openapi-document.ts'

/*
 * Writes what follows from the routes: docs/api/openapi.json and the types of the browser's client. `node scripts/generate-api.ts` after a
 * change of a contract; a test fails when it was forgotten.
 */

const root = new URL('../', import.meta.url)
const documentFile = new URL('docs/api/openapi.json', root)
const typesFile = new URL('src/web/api/schema.gen.ts', root)

export interface GeneratedFile {
  readonly path: URL
  readonly text: string
}

/** The generated files as they should be. Needs no database: the routes are registered and never called. */
export async function generateApi(): Promise<GeneratedFile[]> {
  const app = await createApp({
    services: inertServices(),
    routes,
    access: { authenticate: refuse, stillMay: refuse, organisationsOf: refuse },
    events: describeEvents(),
    version: await packageVersion(),
  })
  await app.ready()
  const document = tidyDocument(JSON.parse(JSON.stringify(app.swagger())))
  await app.close()
  const types = astToString(await openapiTS(document as unknown as OpenAPI3))
  return [
    { path: documentFile, text: `${JSON.stringify(document, null, 2)}\n` },
    { path: typesFile, text: `// Written by scripts/generate-api.ts: do not edit.\n\n${types}` },
  ]
}

async function packageVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as { version: string }
  return version
}

function refuse(): never {
  throw new Error('the routes are only described here, never called')
}

/** The configuration that nothing sets, and services that can be passed on and looked into at any depth, and do nothing. */
function inertServices(): AppOptions['services'] {
  const nothing: unknown = new Proxy(() => nothing, {
    get: (_target, name) => (typeof name === 'symbol' || name === 'then' ? undefined : nothing),
    apply: () => nothing,
  })
  const config = readConfig({})
  return new Proxy({}, { get: (_target, name) => (name === 'config' ? config : nothing) }) as AppOptions['services']
}

if (import.meta.main) {
  for (const { path, text } of await generateApi()) {
    await writeFile(path, text)
    console.log(path.pathname)
  }
}
