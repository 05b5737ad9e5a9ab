/** One step of a verification, as it is shown. */
export interface Step {
  readonly title: string
  readonly state: 'holds' | 'fails' | 'open'
  /** What was compared, or why it cannot be. */
  readonly detail: string
  /** Values worth showing: hashes by name. */
  readonly values?: Readonly<Record<string, string>>
}

/** Whether every step holds. */
export function allHold(steps: readonly Step[]): boolean {
  return steps.every(step => step.state === 'holds')
}
