import encodeQR from 'qr'

const quiet = 2

/** A QR code as the size of its side, in modules, and its dark modules as one path of unit squares; within its quiet zone. */
export function drawQr(text: string): { size: number; path: string } {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: quiet })
  const path = rows.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  return { size: rows.length, path }
}
