import { notifications } from '@mantine/notifications'
import { describeError } from '../api/problem.ts'

/** Says that something was done. */
export function toast(message: string): void {
  notifications.show({ message, color: 'teal', withBorder: true })
}

/** Says that something could not be done, and why. */
export function toastProblem(error: unknown): void {
  const { title, detail } = describeError(error)
  notifications.show({ title, message: detail, color: 'red', withBorder: true, autoClose: 10_000 })
}
