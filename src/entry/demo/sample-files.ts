import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SampleFile } from './sample-company.ts'

/**
 * Writes the sample company's files as CSV, as its HR and identity systems would export them on that day. A file that has no rows yet has its headings all the same: those
 * that it has in `last`, the files at the end.
 */
export function writeSampleFiles(folder: string, files: readonly SampleFile[], last: readonly SampleFile[]): void {
  mkdirSync(folder, { recursive: true })
  for (const { file, rows } of files) {
    const headings = Object.keys(last.find(candidate => candidate.file === file)?.rows[0] ?? {})
    const lines = [headings, ...rows.map(row => headings.map(heading => row[heading] ?? ''))]
    const text = lines.map(cells => cells.map(quote).join(',')).join('\n')
    const path = join(folder, file)
    writeFileSync(`${path}.new`, `${text}\n`)
    renameSync(`${path}.new`, path)
  }
}

function quote(cell: string): string {
  return /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

/** The settings of a files connection that reads them: every column has its own name as heading. */
export function sampleFileSettings(folder: string, files: readonly SampleFile[]) {
  return {
    folder,
    files: files.map(({ file, resource, rows }) => ({
      file,
      resource,
      mapping: Object.fromEntries(Object.keys(rows[0] ?? {}).map(heading => [heading, heading])),
    })),
  }
}
