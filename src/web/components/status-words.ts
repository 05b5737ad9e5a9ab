import {
  type Icon,
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleMinus,
  IconCircleX,
  IconClock,
  IconEdit,
  IconFileAlert,
  IconHelpCircle,
  IconLoader2,
  IconPlayerStop,
  IconShieldCheck,
} from '@tabler/icons-react'
import type { ResultStatus, severities } from '../../../verifier/checks/check.ts'
import type { ControlStatus } from '../../../verifier/rules/status.ts'

/** What a colour means; theme.css has three shades of each. */
export type Tone = 'good' | 'bad' | 'warn' | 'doubt' | 'idle' | 'none' | 'info'

/** How a status is shown: never by its colour alone. */
export interface StatusWords {
  readonly label: string
  readonly tone: Tone
  readonly icon: Icon
  readonly means: string
}

/** In the order of legends and charts: best first. */
export const controlStatusWords: Readonly<Record<ControlStatus, StatusWords>> = {
  effective: {
    label: 'Effective',
    tone: 'good',
    icon: IconCircleCheck,
    means: 'Its checks pass and its evidence is fresh.',
  },
  needs_evidence: {
    label: 'Needs evidence',
    tone: 'warn',
    icon: IconFileAlert,
    means: 'Nothing fresh has been filed for it.',
  },
  unknown: {
    label: 'Unknown',
    tone: 'doubt',
    icon: IconHelpCircle,
    means: 'It could not be determined, or the result is too old to count.',
  },
  failing: { label: 'Failing', tone: 'bad', icon: IconCircleX, means: 'At least one of its checks fails.' },
  not_implemented: {
    label: 'Not in place',
    tone: 'idle',
    icon: IconCircleDashed,
    means: 'No check has run, nothing was filed, nobody says that it operates.',
  },
  not_applicable: {
    label: 'Not applicable',
    tone: 'none',
    icon: IconCircleMinus,
    means: 'Out of scope, or excluded with a reason.',
  },
}

export const controlStatusOrder = Object.keys(controlStatusWords) as ControlStatus[]

export const outcomeWords: Readonly<Record<ResultStatus, StatusWords>> = {
  pass: { label: 'Pass', tone: 'good', icon: IconCircleCheck, means: 'The rule is met.' },
  fail: { label: 'Fail', tone: 'bad', icon: IconCircleX, means: 'The rule is not met.' },
  unknown: {
    label: 'Unknown',
    tone: 'doubt',
    icon: IconHelpCircle,
    means: 'It could not be determined; never counted as a pass.',
  },
  not_applicable: { label: 'Not applicable', tone: 'none', icon: IconCircleMinus, means: 'The rule does not apply.' },
}

export const outcomeOrder = Object.keys(outcomeWords) as ResultStatus[]

export type Severity = (typeof severities)[number]

export const severityWords: Readonly<Record<Severity, StatusWords>> = {
  critical: { label: 'Critical', tone: 'bad', icon: IconAlertTriangle, means: 'Deal with it at once.' },
  high: { label: 'High', tone: 'warn', icon: IconAlertTriangle, means: 'Deal with it this week.' },
  medium: { label: 'Medium', tone: 'info', icon: IconAlertTriangle, means: 'Plan it.' },
  low: { label: 'Low', tone: 'idle', icon: IconAlertTriangle, means: 'When there is time.' },
}

/** From the worst: for sorting. */
export const severityRank: Readonly<Record<Severity, number>> = { critical: 0, high: 1, medium: 2, low: 3 }

export const stateWords: Readonly<Record<string, StatusWords>> = {
  queued: { label: 'Waiting', tone: 'idle', icon: IconClock, means: 'It starts as soon as a worker is free.' },
  running: { label: 'Running', tone: 'info', icon: IconLoader2, means: 'It is being done now.' },
  succeeded: { label: 'Succeeded', tone: 'good', icon: IconCircleCheck, means: 'All of it was done.' },
  incomplete: {
    label: 'Incomplete',
    tone: 'warn',
    icon: IconAlertTriangle,
    means: 'A part could not be read; checks of it say unknown.',
  },
  failed: { label: 'Failed', tone: 'bad', icon: IconCircleX, means: 'Nothing was published.' },
  cancelled: {
    label: 'Cancelled',
    tone: 'idle',
    icon: IconPlayerStop,
    means: 'Somebody stopped it; nothing was published.',
  },
  never_run: { label: 'Never ran', tone: 'idle', icon: IconCircleDashed, means: 'Nothing was collected yet.' },
  open: { label: 'Open', tone: 'bad', icon: IconCircleX, means: 'It still fails.' },
  excepted: { label: 'Excepted', tone: 'info', icon: IconShieldCheck, means: 'Somebody accepted it until a date.' },
  resolved: { label: 'Resolved', tone: 'good', icon: IconCircleCheck, means: 'It no longer fails.' },
  complete: { label: 'Complete', tone: 'good', icon: IconCircleCheck, means: 'All that the source has was read.' },
  fresh: { label: 'Fresh', tone: 'good', icon: IconCircleCheck, means: 'It still counts.' },
  out_of_date: { label: 'Out of date', tone: 'warn', icon: IconClock, means: 'It is too old to count.' },
  disabled: { label: 'Off', tone: 'none', icon: IconPlayerStop, means: 'It does not run.' },
  verified_here: {
    label: 'Verified in your browser',
    tone: 'info',
    icon: IconShieldCheck,
    means: 'With WebCrypto, from the bytes that the server sent.',
  },
  not_verified: {
    label: 'Not verified',
    tone: 'bad',
    icon: IconAlertTriangle,
    means: 'Look at the step that does not hold.',
  },
  in_the_log: { label: 'In the log', tone: 'good', icon: IconShieldCheck, means: 'It has its place in the tree.' },
  this_session: { label: 'This one', tone: 'good', icon: IconCircleCheck, means: 'You are looking at it.' },
  own: { label: 'Your own', tone: 'info', icon: IconEdit, means: 'Your organisation wrote it.' },
  expired: { label: 'Expired', tone: 'warn', icon: IconClock, means: 'Its time is over; it no longer works.' },
  in_use: { label: 'In use', tone: 'good', icon: IconCircleCheck, means: 'It works until it expires or is revoked.' },
  revoked: { label: 'Revoked', tone: 'idle', icon: IconPlayerStop, means: 'Somebody ended it.' },
  on: { label: 'On', tone: 'good', icon: IconCircleCheck, means: 'It works.' },
  off: { label: 'Off', tone: 'none', icon: IconPlayerStop, means: 'Somebody switched it off.' },
  failing: { label: 'Failing', tone: 'warn', icon: IconAlertTriangle, means: 'It does not work at the moment.' },
  gone: { label: 'Gone', tone: 'bad', icon: IconCircleX, means: 'It said that it is no longer there.' },
  given_up: { label: 'Given up', tone: 'bad', icon: IconCircleX, means: 'It failed for too long.' },
  waiting: { label: 'Waiting', tone: 'idle', icon: IconClock, means: 'It is on the way.' },
  delivered: { label: 'Delivered', tone: 'good', icon: IconCircleCheck, means: 'It has arrived.' },
  dead: { label: 'Given up', tone: 'bad', icon: IconCircleX, means: 'It was tried for three days.' },
  edited: { label: 'Edited', tone: 'info', icon: IconEdit, means: 'It differs from the one that came with Vouch.' },
}

/** The words of a state; one that is not known here is shown by its name. */
export function wordsOfState(state: string): StatusWords {
  return stateWords[state] ?? { label: state.replaceAll('_', ' '), tone: 'idle', icon: IconCircleDashed, means: '' }
}
