import { VouchError } from '../../../platform/errors/errors.ts'
import type { Connector } from '../connector.ts'
import { resources } from '../files/resources.ts'
import { declarationOf, type PushSettings, pushSettings } from './settings.ts'

/** A source that Vouch does not read: its records are sent here by a program that can (docs/push.md). */
export const pushConnector: Connector<PushSettings> = {
  kind: 'push',
  title: 'Pushed records',
  description:
    'Takes records that your own programs send: from a pipeline, a script or a system that Vouch cannot reach or does not know.',
  privileges:
    'None in the source. The program that sends needs a key of Vouch that may push records (`connections.push`), and nothing else.',
  pushed: true,
  settings: pushSettings,
  secrets: [],
  resources,

  resourcesOf(settings) {
    return [declarationOf(settings)]
  },

  async test(settings) {
    const { name } = declarationOf(settings)
    return { ok: true, message: `Nothing has to be reached: ${name} is waited for. Save it, and push to it.` }
  },

  // biome-ignore lint/correctness/useYield: nothing is ever read from here
  async *collect() {
    throw new VouchError('unprocessable', 'Records of this connection are pushed to it; there is nothing to collect.')
  },
}
