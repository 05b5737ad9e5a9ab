import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isDer } from './der.ts'

const hex = (text: string) => Buffer.from(text, 'hex')

test.each([
  ['3000', true],
  ['3003020101', true],
  ['0400', true],
  [`308180${'00'.repeat(128)}`, false],
  [`048180${'00'.repeat(128)}`, true],
  [`04817f${'00'.repeat(127)}`, false],
  [`04820080${'00'.repeat(128)}`, false],
  ['', false],
  ['30', false],
  ['30800201010000', false],
  ['300302010100', false],
  ['3002020101', false],
  ['3004020101', false],
  ['300402010105', false],
  ['30050202010100', false],
  ['1f810100', false],
  ['0485000000000100', false],
])('%s is DER: %s', (bytes, expected) => {
  expect(isDer(hex(bytes))).toBe(expected)
})

test('nesting without end is refused, not followed', () => {
  let value = Buffer.alloc(0)
  for (let i = 0; i < 60; i++) value = Buffer.concat([Buffer.from([0x30, value.length]), value])
  expect(isDer(value)).toBe(false)
})

test('whatever is DER is not when cut or followed by more', () => {
  const value = fc.letrec<{ node: Buffer }>(tie => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.uint8Array({ maxLength: 300 }).map(content => tagged(0x04, content)),
      fc.array(tie('node'), { maxLength: 4 }).map(parts => tagged(0x30, Buffer.concat(parts))),
    ),
  })).node
  fc.assert(
    fc.property(value, fc.nat(), (bytes, cut) => {
      expect(isDer(bytes)).toBe(true)
      expect(isDer(bytes.subarray(0, cut % bytes.length))).toBe(false)
      expect(isDer(Buffer.concat([bytes, Buffer.from([0])]))).toBe(false)
    }),
  )
})

function tagged(tag: number, content: Uint8Array): Buffer {
  const length = content.length
  const header =
    length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from(header), content])
}
