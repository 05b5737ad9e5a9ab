import { notifications } from '@mantine/notifications'
import { describeError } from '../api/problem.ts'

const look = { withBorder: true, closeButtonProps: { 'aria-label': 'Dismiss' } } as const

/** Says that something was done. */
export function toast(message: string): void {
  notifications.show({ message, color: 'teal', ...look })
}

/** Says that something could not be done, and why. */
export function toastProblem(error: unknown): void {
  const { title, detail } = describeError(error)
  notifications.show({ title, message: detail, color: 'red', ...look, autoClose: 10_000 })
}
