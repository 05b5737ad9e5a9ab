/**
 * A process of its own that uses a data folder's database until its standard input ends: prints one line of JSON when it has it, and
 * stops using it at the end. With `kill` as second argument it kills itself instead, as hard as can be.
 */
import { startEmbeddedPostgres } from './embedded-postgres.ts'

const [dataDir = '', manner] = process.argv.slice(2)
const { adopted, connectionString, stop } = await startEmbeddedPostgres({ dataDir })
console.log(JSON.stringify({ adopted, connectionString }))
if (manner === 'kill') process.kill(process.pid, 'SIGKILL')
process.stdin.resume().on('end', () => stop())
