import {
  IconBan,
  IconCircleCheck,
  IconCircleX,
  IconClock,
  IconEye,
  IconLoader2,
  IconPlayerStop,
} from '@tabler/icons-react'
import type { StatusWords } from '../../../web/components/status-words.ts'
import type { Message } from './queries.ts'

export const stateWords: Readonly<Record<Message['state'], StatusWords>> = {
  waiting: { label: 'Waiting', tone: 'idle', icon: IconClock, means: 'It is sent when its turn comes.' },
  sending: { label: 'Sending', tone: 'info', icon: IconLoader2, means: 'It is being handed over now.' },
  sent: { label: 'Sent', tone: 'good', icon: IconCircleCheck, means: 'The mail server took it.' },
  preview: { label: 'Not mailed', tone: 'warn', icon: IconEye, means: 'Nothing is mailed by this installation.' },
  refused: { label: 'Refused', tone: 'bad', icon: IconBan, means: 'The mail server refuses it for good.' },
  given_up: { label: 'Given up', tone: 'bad', icon: IconCircleX, means: 'No server took it in time.' },
  cancelled: { label: 'Called off', tone: 'none', icon: IconPlayerStop, means: 'It is not sent any more.' },
}

export const templateWords: Readonly<Record<Message['template'], string>> = {
  invitation: 'Invitation',
  sign_in_link: 'Sign-in link',
  password_reset: 'New password',
  security_notice: 'Security notice',
  test: 'Test',
}

/** Who caused it: a name where there is one. */
export function causeWords({ created_by, created_by_name }: Pick<Message, 'created_by' | 'created_by_name'>): string {
  if (created_by_name !== null) return created_by_name
  if (created_by === 'operator') return 'Whoever has the machine'
  if (created_by === 'system') return 'Vouch'
  return created_by === 'anonymous' ? 'Somebody not signed in' : 'Somebody unknown'
}
