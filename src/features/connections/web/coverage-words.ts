import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleMinus,
  IconCircleX,
  IconClock,
  IconClockOff,
  IconClockPause,
} from '@tabler/icons-react'
import type { CoverageState } from '../../../../verifier/rules/coverage.ts'
import { coverageWords } from '../../../../verifier/rules/describe-gap.ts'
import type { StatusWords } from '../../../web/components/status-words.ts'

/** How well a source was watched: never shown by colour alone. Best first. */
export const coverageStatusWords: Readonly<Record<CoverageState, StatusWords>> = {
  covered: {
    label: coverageWords.covered,
    tone: 'good',
    icon: IconCircleCheck,
    means: 'All of it was read, no longer ago than its schedule says.',
  },
  waiting: {
    label: coverageWords.waiting,
    tone: 'idle',
    icon: IconCircleDashed,
    means: 'It was just added or changed, and its first collection is not overdue.',
  },
  late: {
    label: coverageWords.late,
    tone: 'warn',
    icon: IconClock,
    means: 'A collection was overdue, by less than one more interval.',
  },
  incomplete: {
    label: coverageWords.incomplete,
    tone: 'doubt',
    icon: IconAlertTriangle,
    means: 'It was collected, but a part could not be read.',
  },
  missing: {
    label: coverageWords.missing,
    tone: 'bad',
    icon: IconClockOff,
    means: 'No collection was attempted for longer than its schedule allows.',
  },
  failed: {
    label: coverageWords.failed,
    tone: 'bad',
    icon: IconCircleX,
    means: 'Collections were attempted and failed.',
  },
  unscheduled: {
    label: coverageWords.unscheduled,
    tone: 'none',
    icon: IconClockPause,
    means: 'It is collected on demand only, or its schedule was not logged yet: nothing was promised.',
  },
  absent: {
    label: coverageWords.absent,
    tone: 'none',
    icon: IconCircleMinus,
    means: 'It was not connected.',
  },
}

export const coverageOrder = Object.keys(coverageStatusWords) as CoverageState[]
