import type { CollectedRecord, CollectionRun } from '../connector.ts'
import type { NulRecord } from './nul-records.ts'
import { isoSeconds, parsePerson, type Signature, signatureOf } from './parse-object.ts'
import type { History, Repository } from './repository.ts'
import { gitAnswer, gitOutput } from './run-git.ts'
import { streamRecords } from './stream-records.ts'

// `objectname` first and `%00` between: no field can hold a NUL. The line feed that ends each ref is the start of the next name.
const fields = [
  '%(objectname)',
  '%(objecttype)',
  '%(*objectname)',
  '%(*objecttype)',
  '%(committerdate:unix)',
  '%(*committerdate:unix)',
  '%(taggername) %(taggeremail)',
  '%(taggerdate:unix)',
  '%(contents:subject)',
  '%(contents:signature)',
  '%(refname)',
] as const
const format = fields.map(field => `${field}%00`).join('')

interface Tag {
  readonly name: string
  readonly object: string
  readonly annotated: boolean
  readonly target: string
  readonly targetType: string
  readonly targetDate: string | null
  readonly tagger: string
  readonly taggedAt: string | null
  readonly subject: string
  readonly signature: Signature
}

/** Yields `git.tag`. As of an earlier time, a tag counts by its tagger's date, a mere name by the date of its commit. */
export async function* collectTags(
  repository: Repository,
  history: History,
  run: CollectionRun,
): AsyncGenerator<CollectedRecord> {
  run.asked({
    resource: 'git.tag',
    request: 'git for-each-ref refs/tags',
    parameters: { until: history.until ?? null },
  })
  run.progress('Reading tags')
  const merged = await mergedTags(repository, history, run.signal)
  let values: string[] = []
  for await (const group of streamRecords(
    repository.where,
    ['for-each-ref', `--format=${format}`, 'refs/tags'],
    run.signal,
  )) {
    for (const record of group) {
      values.push(textOf(record))
      if (values.length < fields.length) continue
      const tag = await tagOf(values, repository, run.signal)
      values = []
      if (existsBy(history, tag.taggedAt ?? tag.targetDate))
        yield { resource: 'git.tag', record: recordOf(tag, merged) }
    }
  }
}

async function tagOf(values: readonly string[], repository: Repository, signal: AbortSignal): Promise<Tag> {
  const [first = '', type = '', ...rest] = values
  const [peeled = '', peeledType = '', date = '', peeledDate = '', tagger = '', tagged = '', subject = ''] = rest
  const object = first.trimStart()
  const signature = rest[7] ?? ''
  const base = {
    name: tagName(rest[8] ?? ''),
    object,
    annotated: type === 'tag',
    tagger,
    taggedAt: secondsText(tagged),
    subject,
    signature: signature === '' ? ({ state: 'none', type: null } as const) : signatureOf(signature),
  }
  // A tag of a tag: git before 2.45 peels one level only. What ends in something else than a commit stays as git named it.
  if (peeledType === 'tag') {
    const end = await gitAnswer(repository.where, ['rev-list', '--max-count=1', '--timestamp', object], signal)
    const [seconds = '', target = ''] = end?.split(' ') ?? []
    if (target !== '') return { ...base, target, targetType: 'commit', targetDate: secondsText(seconds) }
  }
  return {
    ...base,
    target: peeled || object,
    targetType: peeledType || type,
    targetDate: secondsText(date || peeledDate),
  }
}

function secondsText(seconds: string): string | null {
  return seconds === '' ? null : isoSeconds(Number(seconds))
}

function tagName(ref: string): string {
  return ref.replace(/^refs\/tags\//, '')
}

/** Ref names in bytes that are not UTF-8 must keep apart: they are read one byte a character. */
function textOf({ head }: NulRecord): string {
  const text = head.toString('utf8')
  return text.includes('\uFFFD') ? head.toString('latin1') : text
}

async function mergedTags(
  repository: Repository,
  history: History,
  signal: AbortSignal,
): Promise<ReadonlySet<string> | undefined> {
  if (!history.head) return undefined
  const args = ['for-each-ref', `--merged=${history.head}`, '--format=%(refname)', 'refs/tags']
  const names = (await gitOutput(repository.where, args, signal)).toString('latin1').split('\n')
  return new Set(names.filter(Boolean).map(name => tagName(textOf({ head: Buffer.from(name, 'latin1') }))))
}

function existsBy(history: History, date: string | null): boolean {
  return history.until === undefined || (date !== null && Date.parse(date) / 1000 <= history.until)
}

function recordOf(tag: Tag, merged: ReadonlySet<string> | undefined): CollectedRecord['record'] {
  const tagger = parsePerson(tag.tagger)
  return {
    name: tag.name,
    annotated: tag.annotated,
    object: tag.object,
    target: tag.target,
    target_type: tag.targetType,
    target_committed_at: tag.targetDate,
    tagger_name: tag.annotated ? tagger.name : null,
    tagger_email: tag.annotated ? tagger.email : null,
    tagged_at: tag.taggedAt,
    subject: tag.annotated && tag.subject !== '' ? tag.subject.slice(0, 1000).toWellFormed() : null,
    signature: tag.annotated ? tag.signature.state : 'none',
    signature_type: tag.annotated ? tag.signature.type : null,
    on_main_history: merged && tag.targetType === 'commit' ? merged.has(tag.name) : null,
  }
}
