import pg from 'pg'
import { startEmbeddedPostgres } from '../src/platform/postgres/embedded-postgres.ts'

/** As if the person had shown who they are so many minutes ago, in all of their sessions. */
export async function ageSessions(userId: string, minutes: number): Promise<void> {
  const dataDir = process.env.VOUCH_E2E_DATA
  if (!dataDir) throw new Error('Give VOUCH_E2E_DATA, the data folder of the running demo.')
  // It runs already: this is one more that uses it.
  const postgres = await startEmbeddedPostgres({ dataDir })
  const client = new pg.Client({ connectionString: postgres.connectionString })
  await client.connect()
  try {
    await client.query(
      "update auth_session set authenticated_at = now() - $2 * interval '1 minute' where user_id = $1",
      [userId, minutes],
    )
  } finally {
    await client.end()
    await postgres.stop()
  }
}
