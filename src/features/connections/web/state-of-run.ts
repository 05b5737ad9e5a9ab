import type { CollectionRun } from './queries.ts'

/** The state to show for a run: one that succeeded, but not with everything, is incomplete. */
export function stateOfRun(run: CollectionRun | null): string {
  if (run === null) return 'never_run'
  return run.state === 'succeeded' && run.snapshots.some(snapshot => !snapshot.complete) ? 'incomplete' : run.state
}
