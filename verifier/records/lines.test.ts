import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readLines } from './lines.ts'

async function linesOf(bytes: Uint8Array, chunkSize: number): Promise<string[]> {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunkSize) yield bytes.subarray(at, at + chunkSize)
  }
  const lines: string[] = []
  for await (const line of readLines(chunks())) lines.push(line)
  return lines
}

test('gives back any lines, however the bytes are cut', async () => {
  const line = fc.string({
    unit: fc.constantFrom('a', '\r', '\u2028', '\u2029', '\u0085', '\v', 'é', '\u{1f600}', '\ufeff'),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 9 }), async (lines, chunkSize) => {
      const bytes = Buffer.from(lines.map(text => `${text}\n`).join(''))
      expect(await linesOf(bytes, chunkSize)).toEqual(lines)
      expect(await linesOf(Buffer.concat([bytes, Buffer.from('x')]), chunkSize)).toEqual([...lines, 'x'])
    }),
  )
})

test('refuses what is no UTF-8', async () => {
  await expect(linesOf(Buffer.from([0x61, 0xff]), 1)).rejects.toThrow(TypeError)
  await expect(linesOf(Buffer.from([0x61, 0xe2, 0x80]), 2)).rejects.toThrow(TypeError)
})
