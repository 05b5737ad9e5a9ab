/*
 * asn1js reads BER leniently: measured, it accepts a sequence whose stated length is shorter than its parts. What has been checked here
 * first leaves no room for two readings of the same bytes.
 */

const MAX_DEPTH = 40

/**
 * Whether the bytes are exactly one DER value (X.690 sections 8.1 and 10.1): definite lengths in their shortest form, each value
 * exactly filled by its parts, nothing after it. The reserved tag 0, and numbers above 30, which no format read here uses, are refused.
 */
export function isDer(bytes: Uint8Array): boolean {
  return valueEnd(bytes, 0, bytes.length, 0) === bytes.length
}

/** Where the value that begins at `start` ends; -1 when it is not DER or does not end by `limit`. */
function valueEnd(bytes: Uint8Array, start: number, limit: number, depth: number): number {
  const tag = bytes[start]
  const first = bytes[start + 1]
  if (tag === undefined || first === undefined || depth > MAX_DEPTH) return -1
  if (tag === 0 || (tag & 0x1f) === 0x1f) return -1
  let content = start + 2
  let length = first
  if (first >= 0x80) {
    const count = first & 0x7f
    if (count < 1 || count > 4) return -1
    length = 0
    for (const byte of bytes.subarray(content, content + count)) length = length * 256 + byte
    content += count
    const shortest = length < 0x80 ? 0 : Math.ceil(Math.log2(length + 1) / 8)
    if (shortest !== count) return -1
  }
  const end = content + length
  if (end > limit) return -1
  const isConstructed = (tag & 0x20) !== 0
  while (isConstructed && content < end) {
    content = valueEnd(bytes, content, end, depth + 1)
    if (content < 0) return -1
  }
  return end
}
