import fc from 'fast-check'
import decodeQR from 'qr/decode.js'
import { expect, test } from 'vitest'
import { makeTotpKey, totpAddress } from '../../../platform/sign-in/totp.ts'
import { drawQr } from './draw-qr.ts'

/** What a camera would see: each module some pixels wide. */
function photograph({ size, path }: { size: number; path: string }) {
  const scale = 4
  const side = size * scale
  const data = new Uint8Array(side * side * 3).fill(255)
  for (const [, x, y] of path.matchAll(/M(\d+) (\d+)h1v1h-1z/g))
    for (let row = 0; row < scale; row++) {
      const from = ((Number(y) * scale + row) * side + Number(x) * scale) * 3
      data.fill(0, from, from + scale * 3)
    }
  return { width: side, height: side, data }
}

test('a drawn QR code is read as what it was drawn from', () => {
  const account = fc.tuple(fc.stringMatching(/^[a-z]{1,30}$/), fc.stringMatching(/^[a-z]{1,30}$/))
  fc.assert(
    fc.property(account, ([name, host]) => {
      const address = totpAddress(makeTotpKey(), `${name}@${host}.example`)
      expect(decodeQR(photograph(drawQr(address)))).toBe(address)
    }),
    { numRuns: 20 },
  )
})
