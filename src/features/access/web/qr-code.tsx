import type { ReactNode } from 'react'
import { useMemo } from 'react'
import { drawQr } from './draw-qr.ts'
import classes from './factors.module.css'

/** A QR code, drawn here: what it says leaves this page by the camera that looks at it, and no other way. */
export function QrCode({ text, label }: { text: string; label: string }): ReactNode {
  const { size, path } = useMemo(() => drawQr(text), [text])
  return (
    <svg
      className={classes.qr}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <path d={path} />
    </svg>
  )
}
