/** A worker whose only job says that it runs, and then never ends. Arguments: connection string. */
import { pino } from 'pino'
import { z } from 'zod'
import { systemClock } from '../clock/clock.ts'
import { Database } from '../db/database.ts'
import { ChangeListener } from '../events/events.ts'
import { startWorker } from './worker.ts'

const database = new Database(process.argv[2] ?? '')
await startWorker({
  database,
  changes: await ChangeListener.start(database),
  clock: systemClock,
  log: pino({ level: 'silent' }),
  ticks: [],
  concurrency: 1,
  jobs: [
    {
      kind: 'test',
      input: z.object({}),
      run: async ({ jobId }) => {
        process.stdout.write(`${jobId}\n`)
        return new Promise(() => {})
      },
    },
  ],
})
