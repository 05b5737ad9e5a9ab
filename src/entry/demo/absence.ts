import { rename } from 'node:fs/promises'
import { explainGap } from '../../features/connections/explain-gap.ts'
import { readCoverage } from '../../features/connections/read-monitoring.ts'
import { operatorActor } from '../../features/ledger/append-fact.ts'
import type { SimulatedClock } from '../../platform/clock/clock.ts'
import type { Services } from '../../platform/services.ts'

/*
 * For a few days the folder of the sample's exports is away: moved, so that its collections really fail. What the pages and the package say of it is what they would say of any other gap.
 */

const daysAway = 3
const day = 86_400_000

const elsewhere = (folder: string) => `${folder}-moved`

export async function takeAway(folder: string): Promise<void> {
  await rename(folder, elsewhere(folder))
}

/** Lives on, a day at a time, until the folder is back and its connection was collected again. */
export async function waitUntilBack(
  services: Services,
  orgId: string,
  { clock, folder, connectionId }: { clock: SimulatedClock; folder: string; connectionId: string },
  liveOneDay: () => Promise<void>,
): Promise<void> {
  for (let days = 1; days <= daysAway; days++) {
    clock.moveTo(new Date(clock.now().getTime() + day))
    if (days === daysAway) await rename(elsewhere(folder), folder)
    await liveOneDay()
  }
  await explainAbsence(services, orgId, connectionId)
}

/** Somebody says why, as soon as it is over. */
async function explainAbsence(services: Services, orgId: string, connectionId: string): Promise<void> {
  await services.database.tenant(orgId, services.clock, async tx => {
    const { gaps } = await readCoverage(tx, connectionId, 2 * daysAway)
    for (const { since } of gaps) {
      await explainGap(
        tx,
        connectionId,
        {
          since,
          text: 'The exports were moved to another server, and nobody told the connection. It was set right when the failed collections were noticed; the nightly exports themselves went on.',
          by: 'Ada Abara',
        },
        operatorActor,
      )
    }
  })
}
