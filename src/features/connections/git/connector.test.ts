import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  collect,
  collectionRun,
  commit,
  fastImport,
  git,
  type ImportedCommit,
  newRepository,
  rawCommit,
  temporaryFolder,
} from './builders.ts'
import { gitConnector } from './connector.ts'

const day = 86_400
const start = 1_750_000_000
const signal = new AbortController().signal
const forge = { GIT_COMMITTER_NAME: 'GitHub', GIT_COMMITTER_EMAIL: 'noreply@github.com' }

describe('changes of the main line', () => {
  it('tells merges, squashes and direct pushes apart and who wrote, reviewed and merged', async () => {
    const folder = newRepository()
    const first = commit(folder, 'Begin', start)
    git(folder, ['checkout', '--quiet', '-b', 'feature'])
    const bo = { GIT_AUTHOR_NAME: 'Bo Lind', GIT_AUTHOR_EMAIL: 'bo@example.com' }
    commit(folder, 'Part one', start + 1, bo)
    commit(
      folder,
      'Part two\n\nReviewed-by: Cy Moss <cy@example.com>\nCo-authored-by: Di <di@example.com>',
      start + 2,
      bo,
    )
    git(folder, ['checkout', '--quiet', 'main'])
    git(folder, ['merge', '--quiet', '--no-ff', '-m', 'Merge pull request #7 from bo/feature', 'feature'], {
      env: { GIT_AUTHOR_DATE: `${start + 3} +0000`, GIT_COMMITTER_DATE: `${start + 3} +0000`, ...forge },
    })
    const squash = commit(folder, 'Better errors (#8)\n\nReviewed-by: Bo Lind <bo@example.com>', start + 4, forge)
    const direct = commit(folder, 'Hot fix', start + 5)

    const got = await collect(gitConnector, { path: folder, name: 'app' })
    const changes = got.of('git.change')
    expect(
      changes.map(one => [one.subject, one.kind, one.pull_request, one.commit_count, one.unreviewed_commits]),
    ).toEqual(
      expect.arrayContaining([
        ['Begin', 'direct', null, 1, 1],
        ['Merge pull request #7 from bo/feature', 'merge', 7, 3, 1],
        ['Better errors (#8)', 'squash', 8, 1, 0],
        ['Hot fix', 'direct', null, 1, 1],
      ]),
    )
    const merge = changes.find(one => one.kind === 'merge')
    expect(merge).toMatchObject({
      author_email: 'ada@example.com',
      committer_email: 'noreply@github.com',
      merged_at: '2025-06-15T15:06:43Z',
      authors: [
        { name: 'Bo Lind', email: 'bo@example.com' },
        { name: 'Di', email: 'di@example.com' },
      ],
      first: false,
    })
    expect(changes.find(one => one.sha === squash)?.reviewers).toEqual([
      { key: 'reviewed-by', name: 'Bo Lind', email: 'bo@example.com' },
    ])
    expect(changes.find(one => one.sha === first)?.first).toBe(true)
    expect(got.totals).toEqual({ 'git.commit': 6, 'git.change': 4, 'git.repository': 1 })
    expect(got.of('git.commit')).toHaveLength(6)
    expect(got.of('git.commit').filter(one => one.on_main_line)).toHaveLength(4)
    expect(got.of('git.repository')).toMatchObject([
      { name: 'app', main_branch: 'main', head: direct, commit_total: 6 },
    ])
    expect(got.of('git.contributor')).toContainEqual({
      identity: 'bo@example.com',
      email: 'bo@example.com',
      names: ['Bo Lind'],
      first_commit_at: '2025-06-15T15:06:41Z',
      last_commit_at: '2025-06-15T15:06:42Z',
      authored_count: 2,
      committed_count: 0,
    })
    expect(got.incomplete).toEqual([])
  })

  it('counts what git counts over 5,000 commits with merges and an octopus', async () => {
    const folder = newRepository(true)
    const commits: ImportedCommit[] = [{ branch: 'main', parents: [], message: 'Begin', at: start }]
    let main = 1
    let side = 1
    for (let n = 2; n <= 5000; n += 1) {
      const at = start + n * 60
      const author = `Dev ${n % 40} <dev${n % 40}@example.com>`
      if (n === 5000) commits.push({ branch: 'main', parents: [main, side, 2], message: 'Octopus', at, author })
      else if (n % 7 === 0) commits.push({ branch: 'main', parents: [main, side], message: `Merge ${n}`, at, author })
      else if (n % 7 < 4) commits.push({ branch: 'main', parents: [main], message: `Step ${n}`, at, author })
      else commits.push({ branch: 'side', parents: [n % 7 === 4 ? main : side], message: `Side ${n}`, at, author })
      if (commits.at(-1)?.branch === 'main') main = n
      else side = n
    }
    fastImport(folder, commits)
    const got = await collect(gitConnector, { path: folder })
    const counted = (...args: string[]) => Number(git(folder, ['rev-list', '--count', ...args, 'main']))
    expect(got.of('git.commit')).toHaveLength(counted())
    expect(got.of('git.change')).toHaveLength(counted('--first-parent'))
    expect(got.totals).toMatchObject({ 'git.commit': counted(), 'git.change': counted('--first-parent') })
    const brought = got.of('git.change').reduce((sum, one) => sum + Number(one.commit_count), 0)
    expect(brought).toBe(counted())
    expect(new Set(got.of('git.commit').map(one => one.sha)).size).toBe(counted())
    expect(got.of('git.change').find(one => one.subject === 'Octopus')?.kind).toBe('merge')

    // As of the middle: the same as git says of the newest main-line commit by then.
    const at = start + 2501 * 60 + 30
    const then = await collect(gitConnector, { path: folder }, { at: new Date(at * 1000) })
    const head = git(folder, ['rev-list', '--first-parent', '-1', `--min-age=${at}`, 'main']).trim()
    expect(then.of('git.repository')).toMatchObject([{ head }])
    expect(then.of('git.commit')).toHaveLength(Number(git(folder, ['rev-list', '--count', `--min-age=${at}`, head])))
    expect(then.of('git.change')).toHaveLength(Number(git(folder, ['rev-list', '--count', '--first-parent', head])))
    expect(then.of('git.commit').every(one => Date.parse(String(one.committed_at)) <= at * 1000)).toBe(true)
    expect(then.totals['git.commit']).toBe(then.of('git.commit').length)
  })
})

describe('as of an earlier time', () => {
  it('sees only what existed, commits and tags, and everything under the real clock', async () => {
    const folder = newRepository()
    commit(folder, 'Old', start)
    git(folder, ['tag', 'v1'])
    commit(folder, 'New', start + 10 * day)
    git(folder, ['tag', '-a', 'v2', '-m', 'Two'], { env: { GIT_COMMITTER_DATE: `${start + 11 * day} +0000` } })
    commit(folder, 'From the future', 4_000_000_000)
    const subjects = async (at?: number) => {
      const got = await collect(gitConnector, { path: folder }, at === undefined ? {} : { at: new Date(at * 1000) })
      return [got.of('git.commit').map(one => one.subject), got.of('git.tag').map(one => one.name)]
    }
    expect(await subjects(start - 1)).toEqual([[], []])
    expect(await subjects(start)).toEqual([['Old'], ['v1']])
    expect(await subjects(start + 10 * day)).toEqual([['New', 'Old'], ['v1']])
    expect(await subjects(start + 11 * day)).toEqual([
      ['New', 'Old'],
      ['v1', 'v2'],
    ])
    expect(await subjects()).toEqual([
      ['From the future', 'New', 'Old'],
      ['v1', 'v2'],
    ])
  })
})

describe('signatures and tags', () => {
  it('says that an SSH signature is present, without a verifier', async () => {
    const folder = newRepository()
    const key = join(temporaryFolder(), 'key')
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
    for (const [name, value] of [
      ['gpg.format', 'ssh'],
      ['user.signingKey', `${key}.pub`],
    ])
      git(folder, ['config', String(name), String(value)])
    const plain = commit(folder, 'Plain', start)
    const signed = commit(folder, 'Signed', start + 1, {}, ['-S'])
    git(folder, ['tag', 'light', plain])
    git(folder, ['tag', '-a', 'noted', '-m', 'Noted', plain])
    git(folder, ['tag', '-s', 'signed', '-m', 'Release one\n\nText', signed])
    git(folder, ['tag', '-a', 'nested', '-m', 'Tag of a tag', 'signed'])
    git(folder, ['tag', 'blob', git(folder, ['hash-object', '-w', '--stdin'], { input: 'x' }).trim()])
    const elsewhere = git(folder, ['commit-tree', '-m', 'Elsewhere', 'HEAD^{tree}']).trim()
    git(folder, ['tag', 'aside', elsewhere])

    const got = await collect(gitConnector, { path: folder })
    const commits = new Map(got.of('git.commit').map(one => [one.sha, one]))
    expect(commits.get(plain)).toMatchObject({ signature: 'none', signature_type: null })
    expect(commits.get(signed)).toMatchObject({ signature: 'present', signature_type: 'ssh', subject: 'Signed' })
    const tags = new Map(got.of('git.tag').map(one => [one.name, one]))
    expect(tags.get('light')).toMatchObject({ annotated: false, signature: 'none', tagger_name: null, tagged_at: null })
    expect(tags.get('noted')).toMatchObject({
      annotated: true,
      signature: 'none',
      tagger_email: 'ada@example.com',
      target: plain,
    })
    expect(tags.get('signed')).toMatchObject({
      annotated: true,
      signature: 'present',
      signature_type: 'ssh',
      subject: 'Release one',
      target: signed,
      on_main_history: true,
    })
    expect(tags.get('nested')).toMatchObject({ target: signed, target_type: 'commit', on_main_history: true })
    expect(tags.get('blob')).toMatchObject({ target_type: 'blob', on_main_history: null })
    expect(tags.get('aside')).toMatchObject({ on_main_history: false })
  })
})

describe('hostile content', () => {
  it('reads names, messages and encodings that are no text, without inventing any', async () => {
    const folder = newRepository()
    commit(folder, 'Begin', start)
    const tree = git(folder, ['rev-parse', 'HEAD^{tree}']).trim()
    const parent = git(folder, ['rev-parse', 'HEAD']).trim()
    const raw = (text: string | Buffer, above: string) =>
      rawCommit(
        folder,
        Buffer.concat([
          Buffer.from(`tree ${tree}\nparent ${above}\n`),
          typeof text === 'string' ? Buffer.from(text) : text,
        ]),
      )
    const latin = raw(
      Buffer.from(
        'author J\xf6rg <j@x> 1750000001 +0000\ncommitter J\xf6rg <j@x> 1750000001 +0000\nencoding ISO-8859-1\n\nGr\xfc\xdfe\n',
        'latin1',
      ),
      parent,
    )
    const broken = raw(
      Buffer.from('author J\xf6rg <> 1750000002 +0000\ncommitter  <J@X> nonsense\n\nbad \xff\n', 'latin1'),
      latin,
    )
    const nul = raw(
      'author A\u0001\u001b[31m <a@x> 1750000003 +0000\ncommitter A <a@x> 1750000003 +0000\n\nshort\0hidden (#5)\n',
      broken,
    )
    const huge = raw(
      `author A <a@x> 1750000004 +0000\ncommitter A <a@x> 1750000004 +0000\n\n${'x'.repeat(8_000_000)}\n\nReviewed-by: Bo <bo@x>\n`,
      nul,
    )
    const got = await collect(gitConnector, { path: folder })
    const commits = new Map(got.of('git.commit').map(one => [one.sha, one]))
    expect(commits.get(latin)).toMatchObject({ author_name: 'Jörg', subject: 'Grüße', undecodable: false })
    expect(commits.get(broken)).toMatchObject({
      author_name: 'J\uFFFDrg',
      author_email: null,
      committed_at: null,
      undecodable: true,
    })
    expect(commits.get(nul)).toMatchObject({ subject: 'short', pull_request: null })
    expect(String(commits.get(huge)?.subject)).toHaveLength(1000)
    expect(commits.get(huge)?.trailers).toEqual([{ key: 'reviewed-by', name: 'Bo', email: 'bo@x' }])
    expect(got.of('git.commit')).toHaveLength(5)
    expect(got.of('git.contributor').map(one => one.identity)).toContain('no address: J\uFFFDrg')
  })

  it('runs nothing that the repository configures', async () => {
    const folder = newRepository()
    commit(folder, 'Begin', start)
    const mark = join(temporaryFolder(), 'ran')
    const script = join(temporaryFolder(), 'evil.sh')
    writeFileSync(script, `#!/bin/sh\necho "$0" >> ${mark}\n`)
    chmodSync(script, 0o755)
    const settings = [
      'core.fsmonitor',
      'core.pager',
      'core.sshCommand',
      'gpg.program',
      'core.alternateRefsCommand',
      'diff.external',
    ]
    for (const name of settings) git(folder, ['config', name, script])
    git(folder, ['config', 'log.showSignature', 'true'])
    git(folder, ['config', 'alias.rev-list', `!${script}`])
    mkdirSync(join(folder, '.git', 'hooks'), { recursive: true })
    for (const hook of ['post-index-change', 'reference-transaction']) {
      writeFileSync(join(folder, '.git', 'hooks', hook), `#!/bin/sh\necho hook >> ${mark}\n`, { mode: 0o755 })
    }
    expect((await collect(gitConnector, { path: folder })).of('git.commit')).toHaveLength(1)
    expect(existsSync(mark)).toBe(false)
  })

  it('shows the real history where replacements and grafts pretend another', async () => {
    const folder = newRepository()
    const real = commit(folder, 'Real', start)
    const second = commit(folder, 'Second', start + 1)
    const fake = git(folder, ['commit-tree', '-m', 'Fake', 'HEAD^{tree}']).trim()
    git(folder, ['replace', real, fake])
    mkdirSync(join(folder, '.git', 'info'), { recursive: true })
    writeFileSync(join(folder, '.git', 'info', 'grafts'), `${second}\n`)
    const got = await collect(gitConnector, { path: folder })
    expect(got.of('git.commit').map(one => one.subject)).toEqual(['Second', 'Real'])
  })
})

describe('what can be wrong with a repository', () => {
  it('has clear words for each', async () => {
    const empty = newRepository()
    const plain = temporaryFolder()
    const file = join(plain, 'file')
    writeFileSync(file, '')
    const inside = join(empty, 'sub')
    mkdirSync(inside)
    const test = async (path: string, mainBranch?: string) =>
      (await gitConnector.test({ path, ...(mainBranch ? { mainBranch } : {}) }, signal)).message
    expect(await test(join(plain, 'nowhere'))).toMatch(/does not exist/)
    expect(await test(file)).toMatch(/is not a folder/)
    expect(await test(plain)).toMatch(/is not a git repository/)
    expect(await test(inside)).toMatch(/is a folder inside the repository .* instead/)
    expect(await test(empty)).toMatch(/no commits yet/)
    expect(await test(empty, 'release')).toMatch(/has no branch "release".*no branches yet/)
    commit(empty, 'Begin', start)
    expect(await test(empty, 'release')).toMatch(/has no branch "release".*main/)
    expect(await test(empty)).toMatch(/main line main, 1 changes/)
    git(empty, ['branch', '-m', 'main', 'trunk'])
    git(empty, ['checkout', '--quiet', '--detach'])
    expect(await test(empty)).toMatch(/main line HEAD, 1 changes/)
    const path = process.env.PATH
    process.env.PATH = plain
    try {
      expect(await test(empty)).toMatch(/git command was not found.*apt install git/)
    } finally {
      process.env.PATH = path
    }
    await expect(collect(gitConnector, { path: plain })).rejects.toMatchObject({ code: 'not_found' })
    expect(gitConnector.settings.safeParse({ path: '/x', mainBranch: '--upload-pack=x' }).success).toBe(false)
  })

  it('gives an empty repository its one record', async () => {
    const got = await collect(gitConnector, { path: newRepository(true) })
    expect(got.records).toHaveLength(1)
    expect(got.of('git.repository')).toMatchObject([{ head: null, commit_total: 0, has_codeowners: null, bare: true }])
    expect(got.totals).toMatchObject({ 'git.commit': 0, 'git.change': 0 })
  })

  it('calls a shallow clone incomplete', async () => {
    const folder = newRepository()
    for (let n = 0; n < 5; n += 1) commit(folder, `Step ${n}`, start + n)
    const clone = temporaryFolder()
    git(clone, ['clone', '--quiet', '--depth=2', `file://${folder}`, 'copy'])
    const got = await collect(gitConnector, { path: join(clone, 'copy') })
    expect(got.incomplete.map(([resource]) => resource)).toEqual(['git.commit', 'git.change', 'git.contributor'])
    expect(got.incomplete[0]?.[1]).toMatch(/--unshallow/)
    expect(got.of('git.commit')).toHaveLength(2)
    expect(got.of('git.change')).toHaveLength(2)
    expect(got.of('git.repository')).toMatchObject([{ shallow: true, main_ref: 'refs/remotes/origin/main' }])
  })

  it('fails when an object is missing, naming git’s own words', async () => {
    const folder = newRepository()
    const lost = commit(folder, 'Lost', start)
    commit(folder, 'Next', start + 1)
    execFileSync('rm', ['-f', join(folder, '.git', 'objects', lost.slice(0, 2), lost.slice(2))])
    await expect(collect(gitConnector, { path: folder })).rejects.toThrow(/git rev-list failed.*[0-9a-f]{40}/s)
  })

  it('finds code owners, security policy, licence and CI at their usual places', async () => {
    const folder = newRepository()
    for (const name of [
      '.github/CODEOWNERS',
      'docs/SECURITY.md',
      'LICENSE',
      '.github/workflows/ci.yml',
      '.gitlab-ci.yml',
    ]) {
      mkdirSync(join(folder, name, '..'), { recursive: true })
      writeFileSync(join(folder, name), 'x')
    }
    git(folder, ['add', '.'])
    commit(folder, 'Files', start)
    expect((await collect(gitConnector, { path: folder })).of('git.repository')).toMatchObject([
      {
        has_codeowners: true,
        has_security_policy: true,
        has_licence: true,
        ci_systems: ['GitHub Actions', 'GitLab CI'],
      },
    ])
  })
})

describe('cancelling', () => {
  it('stops in the middle with the reason given', async () => {
    const folder = newRepository(true)
    const commits = Array.from({ length: 3000 }, (_, n) => ({
      branch: 'main',
      parents: n === 0 ? [] : [n],
      message: `Step ${n}`,
      at: start + n,
    }))
    fastImport(folder, commits)
    const stop = new AbortController()
    const told = { totals: {}, incomplete: [], asked: [] }
    let seen = 0
    const reading = async () => {
      for await (const _ of gitConnector.collect({ path: folder }, collectionRun(told, { signal: stop.signal }))) {
        seen += 1
        if (seen === 10) stop.abort(new Error('no longer wanted'))
      }
    }
    await expect(reading()).rejects.toThrow('no longer wanted')
    expect(seen).toBeLessThan(3000)
    await expect(
      collect(gitConnector, { path: folder }, { signal: AbortSignal.abort(new Error('early')) }),
    ).rejects.toThrow('early')
  })
})
