/**
 * Compares two texts by their UTF-8 bytes, which is the order of their code points. JavaScript's own `<` compares UTF-16 code units and puts
 * U+E000 to U+FFFF behind the supplementary planes. Negative, zero or positive.
 */
export function compareUtf8(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length)
  for (let i = 0; i < shorter; i++) {
    const left = a.charCodeAt(i)
    const right = b.charCodeAt(i)
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}

/** Moves surrogates, which stand for code points above U+FFFF, behind every other code unit. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}
