import { pipeline, type Readable } from 'node:stream'
import { constants, createZstdDecompress } from 'node:zlib'
import type { OpenPackage } from './read-package.ts'

/** Content that cannot be read as what it should be. `message` finishes the sentence "it …". */
export class UnreadableContent extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'UnreadableContent'
  }
}

/** The largest window that a frame may ask for: 2^27 bytes, the decoder's own default (RFC 8878 section 3.1.1.1.2). */
const windowLog = 27

/**
 * The uncompressed bytes of a zstd file of the package. Ends with UnreadableContent when it is no zstd, or as soon as it gives more than
 * `limit` bytes: a small file that unpacks without end costs no more than that.
 */
export async function* decompress(files: OpenPackage, path: string, limit: number): AsyncGenerator<Buffer> {
  const decoder = createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: windowLog } })
  const source: Readable = files.stream(path)
  pipeline(source, decoder, () => undefined)
  let total = 0
  try {
    for await (const chunk of decoder as AsyncIterable<Buffer>) {
      total += chunk.length
      if (total > limit) throw new UnreadableContent(`unpacks to more than the ${limit} bytes it may have`)
      yield chunk
    }
  } catch (cause) {
    if (cause instanceof UnreadableContent) throw cause
    throw new UnreadableContent('is not zstd that can be unpacked', { cause })
  } finally {
    source.destroy()
    decoder.destroy()
  }
}

const newline = 0x0a

/**
 * Divides bytes into lines, each ended by a newline, and gives them in lists as they come. Throws UnreadableContent for a line longer
 * than `maxBytes`, a last line without its newline, and bytes that are not UTF-8.
 */
export async function* linesOf(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let rest: Buffer[] = []
  let held = 0
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(newline)
    if (end < 0) {
      rest.push(chunk)
      held += chunk.length
      if (held > maxBytes) throw new UnreadableContent(`has a line of more than ${maxBytes} bytes`)
      continue
    }
    const whole = Buffer.concat([...rest, chunk.subarray(0, end)])
    rest = [chunk.subarray(end + 1)]
    held = chunk.length - end - 1
    let text: string
    try {
      text = decoder.decode(whole)
    } catch (cause) {
      throw new UnreadableContent('is not UTF-8', { cause })
    }
    const lines = text.split('\n')
    if (lines.some(line => line.length > maxBytes))
      throw new UnreadableContent(`has a line of more than ${maxBytes} bytes`)
    yield lines
  }
  if (held > 0) throw new UnreadableContent('ends without a newline')
}
