import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import { ContentError, type ContentProblem } from './content-error.ts'
import { type Control, controlFileSchema, titleKey } from './control.ts'
import { comparable, type Framework, frameworkHeaderSchema, type SocCategory, seriesFileSchema } from './framework.ts'
import { findRepeats } from './text.ts'
import { parseYamlFile, type YamlFile } from './yaml-file.ts'

const headerName = 'framework.yaml'

/** An item and where it was read, so that a clash between files can be shown at the second of the two. */
interface Located<T> {
  readonly item: T
  readonly problem: (field: string, message: string) => ContentProblem
  readonly file: string
}

/**
 * Reads a framework: `framework.yaml` and one YAML file for each series that it lists. Series and criteria come in the listed order,
 * whatever the file system's order is. The result is frozen through and through.
 *
 * @param dir the framework's folder, e.g. `content/frameworks/soc2-2017`; its name is the framework's id
 * @throws ContentError naming file, line and what to do when a file is missing, malformed, unlisted or clashes with another
 */
export async function loadFramework(dir: string): Promise<Framework> {
  const headerPath = join(dir, headerName)
  const header = await readYaml(headerPath, frameworkHeaderSchema)
  const { series: order, ...about } = header.value
  const names = (await yamlNames(dir)).filter(name => name !== headerName)
  const files = await Promise.all(names.map(name => readYaml(join(dir, name), seriesFileSchema)))

  const bySeries = new Map<string, (typeof files)[number]>()
  const problems: ContentProblem[] = []
  for (const file of files) {
    const { series, category } = file.value
    const earlier = bySeries.get(series)
    if (earlier !== undefined)
      problems.push(file.problem(['series'], `${series} is already in ${earlier.file}: merge the two files`))
    else if (!order.includes(series))
      problems.push(file.problem(['series'], `add ${series} to series in ${headerPath}, or remove this file`))
    else bySeries.set(series, file)
    if (!about.categories.some(({ id }) => id === category))
      problems.push(file.problem(['category'], `add ${category} to categories in ${headerPath}, or correct it`))
    problems.push(...undeclaredPointCategories(file, about.categories))
  }
  order.forEach((id, index) => {
    if (!bySeries.has(id))
      problems.push(header.problem(['series', index], `add a file with series: ${id}, or remove it from the list`))
  })
  const ordered = order.flatMap(id => bySeries.get(id) ?? [])
  problems.push(...criterionClashes(ordered))
  if (problems.length > 0) throw new ContentError(problems)

  return deepFreeze({
    ...about,
    series: ordered.map(({ value }) => ({ id: value.series, category: value.category, title: value.title })),
    criteria: ordered.flatMap(({ value }) =>
      value.criteria.map(criterion => ({ ...criterion, category: value.category, series: value.series })),
    ),
  })
}

/**
 * Reads every control of a folder of domain files. Controls come sorted by code, so the order depends on neither file names nor the
 * file system. The result is frozen through and through.
 *
 * @param dir e.g. `content/controls`
 * @throws ContentError naming file, line and what to do when a file is malformed or two controls share an id, code or title
 */
export async function loadControls(dir: string): Promise<readonly Control[]> {
  const names = await yamlNames(dir)
  if (names.length === 0)
    throw new ContentError([
      { file: dir, line: 1, path: '', message: 'no .yaml file here: name the folder that holds the controls' },
    ])
  const files = await Promise.all(names.map(name => readYaml(join(dir, name), controlFileSchema)))
  const located = files.flatMap(file =>
    file.value.controls.map(
      (control, index): Located<Control> => ({
        item: { ...control, domain: file.value.domain, domainTitle: file.value.title },
        file: file.file,
        problem: (field, message) => file.problem(['controls', index, field], message),
      }),
    ),
  )
  const problems = [
    ...clashes(located, 'id', control => control.id),
    ...clashes(located, 'code', control => control.code),
    ...clashes(located, 'title', titleKey),
    ...domainClashes(files),
  ]
  if (problems.length > 0) throw new ContentError(problems)
  return deepFreeze(located.map(({ item }) => item).sort((a, b) => (a.code < b.code ? -1 : 1)))
}

type SeriesFile = YamlFile<z.infer<typeof seriesFileSchema>>
type ControlFile = YamlFile<z.infer<typeof controlFileSchema>>

function undeclaredPointCategories(
  file: SeriesFile,
  declared: readonly { readonly id: SocCategory }[],
): ContentProblem[] {
  return file.value.criteria.flatMap((criterion, c) =>
    criterion.pointsOfFocus.flatMap((point, p) =>
      (point.categories ?? []).flatMap((category, index) =>
        declared.some(({ id }) => id === category)
          ? []
          : [
              file.problem(
                ['criteria', c, 'pointsOfFocus', p, 'categories', index],
                `the framework has no category ${category}`,
              ),
            ],
      ),
    ),
  )
}

function criterionClashes(files: readonly SeriesFile[]): ContentProblem[] {
  const located = files.flatMap(file =>
    file.value.criteria.map((criterion, index) => ({
      item: criterion,
      file: file.file,
      problem: (field: string, message: string) => file.problem(['criteria', index, field], message),
    })),
  )
  return [
    ...clashes(located, 'title', criterion => comparable(criterion.title)),
    ...clashes(located, 'statement', criterion => comparable(criterion.statement)),
  ]
}

function domainClashes(files: readonly ControlFile[]): ContentProblem[] {
  return (['domain', 'prefix'] as const).flatMap(field =>
    findRepeats(files, file => file.value[field]).flatMap(({ index, firstIndex, key }) => {
      const first = files[firstIndex]?.file
      return (
        files[index]?.problem([field], `${key} is already used by ${first}: merge the files or choose another`) ?? []
      )
    }),
  )
}

function clashes<T extends { readonly id: string }>(
  located: readonly Located<T>[],
  field: string,
  keyOf: (item: T) => string,
): ContentProblem[] {
  return findRepeats(located, ({ item }) => keyOf(item)).flatMap(({ index, firstIndex }) => {
    const [first, second] = [located[firstIndex], located[index]]
    if (first === undefined || second === undefined) return []
    return second.problem(field, `the same ${field} as ${first.item.id} in ${first.file}: each must have its own`)
  })
}

async function yamlNames(dir: string): Promise<string[]> {
  try {
    return (await readdir(dir)).filter(name => name.endsWith('.yaml')).sort()
  } catch (cause) {
    throw new ContentError(
      [{ file: dir, line: 1, path: '', message: 'cannot list this folder: check that it exists and is readable' }],
      { cause },
    )
  }
}

async function readYaml<T>(path: string, schema: z.ZodType<T>): Promise<YamlFile<T>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw new ContentError(
      [{ file: path, line: 1, path: '', message: 'cannot read this file: check that it exists and is readable' }],
      { cause },
    )
  }
  return parseYamlFile(path, text, schema)
}

/** Freezes a tree of plain values. It goes into parts that are frozen already: zod freezes a list, not what is in it. */
function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value)
    for (const part of Object.values(value)) deepFreeze(part)
  }
  return value
}
