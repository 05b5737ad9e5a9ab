/**
 * The lines of a stream of UTF-8 (JSON Lines): divided at line feeds and nowhere else. Node's own `readline` also divides at U+2028 and U+2029, which canonical
 * JSON does not escape (RFC 8785 section 3.2.2.2). A line feed at the very end begins no line. Throws TypeError for bytes that are not UTF-8.
 */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let rest = ''
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true })
    // A line of many chunks is not searched again from its beginning with each of them.
    if (!text.includes('\n')) {
      rest += text
      continue
    }
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  rest += decoder.decode()
  if (rest !== '') yield rest
}
