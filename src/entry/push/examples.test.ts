import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { pushCommand } from './command.ts'

const docs = join(import.meta.dirname, '../../../docs')
const read = (...path: string[]) => readFileSync(join(docs, ...path), 'utf8')
const { paths } = JSON.parse(read('api', 'openapi.json')) as { paths: Record<string, Record<string, unknown>> }

/** Every script in a text of YAML: the values of `run`, and the items of `script`. */
function scriptsOf(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([name, value]) => {
    if (name === 'run' && typeof value === 'string') return [value]
    if (name === 'script' && Array.isArray(value)) return value.map(String)
    return scriptsOf(value)
  })
}

const examples = readdirSync(join(docs, 'examples')).map(name => {
  const document = parseDocument(read('examples', name), { uniqueKeys: true })
  return { name, problems: [...document.errors, ...document.warnings], scripts: scriptsOf(document.toJS()) }
})
const blocks = [...read('push.md').matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(match => match[1] ?? '')
const all = [...examples, { name: 'push.md', problems: [], scripts: blocks }]

/** The commands of a script, each on one line. */
const commandsOf = (script: string) => script.replaceAll('\\\n', ' ').split('\n')
const wordsOf = (command: string) =>
  [...command.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')

describe.each(all)('the commands of $name', ({ problems, scripts }) => {
  it('are readable YAML and shell', () => {
    expect(problems).toEqual([])
    expect(scripts.length).toBeGreaterThan(0)
    for (const script of scripts) expect(spawnSync('sh', ['-n', '-c', script]).stderr.toString()).toBe('')
  })

  it('exist: each option of vouch push, each operation that curl asks, with its permission’s method', async () => {
    let tried = 0
    for (const command of scripts.flatMap(commandsOf)) {
      const pushed = /vouch"? push (.*)$/.exec(command)?.[1]
      if (pushed) {
        tried += 1
        const cli = new Command('vouch').exitOverride().configureOutput({ writeErr: () => {} })
        pushCommand(cli)
        // What the shell would put in the place of a variable. Without an address nothing is sent, once everything is understood.
        const words = wordsOf(pushed.replaceAll(/\$\([^)]*\)/g, '7').replaceAll(/\s#.*$/g, ''))
        await expect(cli.parseAsync(['push', ...words], { from: 'user' }), command).rejects.toThrow(/^Set VOUCH_URL/)
      }
      const asked = /\$VOUCH_URL(\/api\/v1\/[^"?]*)/.exec(command)?.[1]
      if (asked) {
        tried += 1
        expect(paths[asked.replaceAll(/\$\w+/g, '{id}')], command).toHaveProperty('post')
      }
    }
    expect(tried).toBeGreaterThan(1)
  })
})
