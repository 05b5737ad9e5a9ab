/** `npm run dev`: the server, started again when its code changes, and Vite's live pages in front of it. Ctrl+C stops both. */
import { spawn } from 'node:child_process'

const quiet = '--disable-warning=ExperimentalWarning'
const children = [
  spawn(
    process.execPath,
    [
      quiet,
      '--watch-path=src',
      '--watch-path=verifier',
      '--watch-path=content',
      'src/entry/cli.ts',
      'start',
      '--show-mail',
    ],
    { stdio: 'inherit' },
  ),
  spawn('npx', ['vite'], { stdio: 'inherit' }),
]
const stop = () => {
  for (const child of children) child.kill('SIGTERM')
}
process.on('SIGINT', stop)
process.on('SIGTERM', stop)
for (const child of children) child.on('exit', stop)
