import type { ReactNode } from 'react'

/** A text of the content library; what stands between backticks is shown as code. */
export function Prose({ text }: { text: string }): ReactNode {
  return text.split('`').map((part, position) =>
    position % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text keep their order
      <code key={position} className="v-mono v-wrap">
        {part}
      </code>
    ) : (
      part
    ),
  )
}
