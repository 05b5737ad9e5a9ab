import { Readable } from 'node:stream'
import ExcelJS from 'exceljs'
import yauzl from 'yauzl'
import { VouchError } from '../../../platform/errors/errors.ts'
import type { Cell } from './cells.ts'
import type { Row, Table, TableOptions } from './table.ts'

const megabyte = 1024 * 1024
const limits = {
  entries: 10_000,
  /** Parts that are kept in memory: workbook, relations, styles. */
  part: 32 * megabyte,
  /** Texts that cells share, kept in memory too. */
  sharedStrings: 256 * megabyte,
  /** A sheet is streamed; a million rows of twenty columns are about 1 GB of XML. */
  sheet: 4096 * megabyte,
  /** XML without a row in it: Excel's own limit is 32,767 characters a cell and 16,384 columns. */
  betweenRows: 32 * megabyte,
  /** Sheets of real tables compress 5 to 50 times. */
  ratio: 250,
} as const

/** The parts of exceljs 4.4.0's streaming reader that are used: its readers of single XML parts. */
interface PartReaders {
  model?: { sheets?: readonly { name: string; rId: string; state?: string }[] }
  workbookRels?: readonly { Id: string; Target: string }[]
  _parseRels(part: Readable): Promise<void>
  _parseWorkbook(part: Readable): Promise<void>
  _parseStyles(part: Readable): Promise<void>
  _parseSharedStrings(part: Readable): AsyncIterable<unknown>
  _parseWorksheet(part: AsyncIterable<string>, number: string): Iterable<{ value: AsyncIterable<ExcelJS.Row> }>
}

/**
 * Opens one sheet of an XLSX workbook and streams its rows. The ZIP's directory alone decides which parts exist (yauzl), each part is
 * counted while it is unpacked, and only the parts that a table needs are read. Throws VouchError `unprocessable` for a file that is
 * no workbook or that lacks the sheet, `too_large` for one that unpacks to absurd sizes.
 */
export async function openXlsx(path: string, options: TableOptions): Promise<Table> {
  const zip = await openZip(path)
  try {
    const reader = new ExcelJS.stream.xlsx.WorkbookReader(path, {
      worksheets: 'emit',
      sharedStrings: 'cache',
      hyperlinks: 'ignore',
      styles: 'cache',
      entries: 'ignore',
    }) as unknown as PartReaders
    const part = async (name: string, limit: number) => {
      const entry = zip.entries.get(name)
      return entry && Readable.from(textOfEntry(zip.file, entry, limit, options.signal))
    }
    const relations = await part('xl/_rels/workbook.xml.rels', limits.part)
    const workbook = await part('xl/workbook.xml', limits.part)
    if (!relations || !workbook) throw new VouchError('unprocessable', 'it is not an XLSX workbook.')
    await reader._parseRels(relations)
    await reader._parseWorkbook(workbook)
    const styles = await part('xl/styles.xml', limits.part)
    if (styles) await reader._parseStyles(styles)
    const strings = await part('xl/sharedStrings.xml', limits.sharedStrings)
    if (strings) for await (const _ of reader._parseSharedStrings(strings));
    const entry = zip.entries.get(sheetPart(reader, options.sheet))
    if (!entry) throw new VouchError('unprocessable', 'its sheet is missing from the workbook.')
    return await tableOf(zip, entry, reader, options)
  } catch (thrown) {
    zip.file.close()
    throw readable(thrown)
  }
}

function readable(thrown: unknown): unknown {
  if (thrown instanceof VouchError || !(thrown instanceof Error)) return thrown
  return new VouchError('unprocessable', `it cannot be read as an XLSX workbook: ${thrown.message.slice(0, 200)}`, {
    cause: thrown,
  })
}

async function tableOf(zip: Zip, entry: yauzl.Entry, reader: PartReaders, options: TableOptions): Promise<Table> {
  const rows = rowsOf(zip, entry, reader, options)
  for (;;) {
    const next = await rows.next()
    if (next.done) throw new VouchError('unprocessable', 'the sheet is empty: not even headings were found.')
    const { line, cells } = next.value
    if (line < (options.headerLine ?? 1) || cells.every(cell => cell === null)) continue
    const headers = cells.map(cell => (cell instanceof Date ? cell.toISOString() : String(cell ?? '')).trim())
    while (headers.at(-1) === '') headers.pop()
    return {
      headers,
      sheets: reader.model?.sheets?.map(sheet => sheet.name) ?? [],
      rows: within(rows, headers.length),
      close: async () => {
        await rows.return(undefined)
      },
    }
  }
}

async function* within(rows: AsyncGenerator<Row>, width: number): AsyncGenerator<Row> {
  for await (const { line, cells } of rows) {
    if (cells.every(cell => cell === null)) continue
    if (cells.slice(width).some(cell => cell !== null)) {
      yield { line, cells, problem: `has ${cells.length} cells where the headings have ${width}` }
    } else yield { line, cells }
  }
}

async function* rowsOf(zip: Zip, entry: yauzl.Entry, reader: PartReaders, options: TableOptions): AsyncGenerator<Row> {
  let sinceRow = 0
  async function* counted(): AsyncGenerator<string> {
    for await (const text of textOfEntry(zip.file, entry, limits.sheet, options.signal)) {
      sinceRow += text.length
      if (sinceRow > limits.betweenRows) throw new VouchError('too_large', 'a row of the sheet is absurdly long.')
      yield text
    }
  }
  try {
    for (const { value } of reader._parseWorksheet(counted(), '1')) {
      for await (const row of value) {
        sinceRow = 0
        const cells: Cell[] = []
        for (let column = 1; column <= row.cellCount; column += 1) cells.push(cellValue(row.findCell(column)?.value))
        yield { line: row.number, cells }
      }
    }
  } catch (thrown) {
    throw readable(thrown)
  } finally {
    zip.file.close()
  }
}

function cellValue(value: ExcelJS.CellValue | undefined): Cell {
  if (value === undefined || value === null) return null
  if (typeof value !== 'object' || value instanceof Date) return value
  if ('richText' in value) return value.richText.map(run => run.text).join('')
  if ('error' in value) return value.error
  if ('text' in value) return String(value.text)
  if ('result' in value) return cellValue(value.result)
  return null
}

function sheetPart(reader: PartReaders, wanted: string | undefined): string {
  const sheets = reader.model?.sheets ?? []
  const sheet =
    wanted === undefined
      ? (sheets.find(one => one.state !== 'hidden') ?? sheets[0])
      : sheets.find(one => one.name === wanted)
  if (!sheet) {
    const names = sheets.map(one => `"${one.name}"`).join(', ')
    throw new VouchError('unprocessable', `it has no sheet "${wanted ?? ''}"; its sheets are ${names || 'none'}.`)
  }
  const target = reader.workbookRels?.find(one => one.Id === sheet.rId)?.Target ?? ''
  return target.startsWith('/') ? target.slice(1) : `xl/${target}`
}

interface Zip {
  readonly file: yauzl.ZipFile
  readonly entries: ReadonlyMap<string, yauzl.Entry>
}

function openZip(path: string): Promise<Zip> {
  return new Promise((resolve, reject) => {
    yauzl.open(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true }, (error, file) => {
      if (error) {
        reject(
          new VouchError('unprocessable', 'it is not an XLSX workbook (old .xls files must be saved as .xlsx).', {
            cause: error,
          }),
        )
        return
      }
      const entries = new Map<string, yauzl.Entry>()
      const fail = (thrown: unknown) => {
        file.close()
        reject(readable(thrown))
      }
      file.on('error', fail)
      file.on('end', () => resolve({ file, entries }))
      file.on('entry', (entry: yauzl.Entry) => {
        const absurd =
          entries.size >= limits.entries ||
          (entry.uncompressedSize > 16 * megabyte && entry.uncompressedSize > entry.compressedSize * limits.ratio)
        if (absurd)
          return fail(new VouchError('too_large', 'it unpacks to many times its size, as no real table does.'))
        entries.set(entry.fileName, entry)
        file.readEntry()
      })
      file.readEntry()
    })
  })
}

/** An entry's text, decoded across chunk borders (exceljs decodes each chunk alone and would break characters at the borders). */
async function* textOfEntry(
  file: yauzl.ZipFile,
  entry: yauzl.Entry,
  limit: number,
  signal: AbortSignal,
): AsyncGenerator<string> {
  if (entry.uncompressedSize > limit) {
    throw new VouchError(
      'too_large',
      `its part ${JSON.stringify(entry.fileName)} unpacks to more than ${limit / megabyte} MB.`,
    )
  }
  const stream = await new Promise<Readable>((resolve, reject) => {
    file.openReadStream(entry, (error, opened) => (error ? reject(error) : resolve(opened)))
  })
  const decoder = new TextDecoder('utf-8')
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      signal.throwIfAborted()
      yield decoder.decode(chunk, { stream: true })
    }
    yield decoder.decode()
  } finally {
    stream.destroy()
  }
}
