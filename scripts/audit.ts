/**
 * `npm run audit`: whether the registry knows vulnerabilities of what is installed where Vouch runs. Exit code 1 for high or critical ones, 75 ("try again later", as in
 * sysexits.h) when the registry cannot be asked, as in a closed network.
 */
import { spawnSync } from 'node:child_process'
import { readAudit } from './read-audit.ts'

const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
})
const { outcome, said } = readAudit(stdout)
process.stdout.write(`${outcome === 'skipped' ? 'SKIPPED: ' : ''}${said}\n`)
process.exitCode = { passed: 0, failed: 1, skipped: 75 }[outcome]
