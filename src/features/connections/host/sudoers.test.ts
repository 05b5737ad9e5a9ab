import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { includeOf, sudoLines, sudoPermissions } from './sudoers.ts'

const permissions = (text: string) => sudoPermissions(sudoLines('/etc/sudoers', text))

describe('sudoers', () => {
  it('reads what Debian ships', () => {
    const text = [
      '# comment',
      'Defaults\tenv_reset',
      'Defaults\tsecure_path="/usr/sbin:/usr/bin"',
      'root\tALL=(ALL:ALL) ALL',
      '%sudo\tALL=(ALL:ALL) ALL # members of sudo',
      '@includedir /etc/sudoers.d',
    ].join('\n')
    expect(permissions(text)).toEqual([
      {
        file: '/etc/sudoers',
        line: 4,
        position: 1,
        who: ['root'],
        hosts: ['ALL'],
        runAs: 'ALL:ALL',
        commands: ['ALL'],
        nopasswd: false,
      },
      {
        file: '/etc/sudoers',
        line: 5,
        position: 1,
        who: ['%sudo'],
        hosts: ['ALL'],
        runAs: 'ALL:ALL',
        commands: ['ALL'],
        nopasswd: false,
      },
    ])
  })

  it('replaces aliases, nested ones too, and one that names itself only once', () => {
    const text = `User_Alias ADMINS = ann, bob : OPS = ADMINS, %ops
Cmnd_Alias RESTART = /usr/bin/systemctl restart app, /usr/bin/systemctl reload app
Cmnd_Alias LOOP = LOOP, /bin/true
Host_Alias WEB = web1, web2
OPS WEB = NOPASSWD: RESTART, LOOP`
    expect(permissions(text)).toEqual([
      expect.objectContaining({
        who: ['ann', 'bob', '%ops'],
        hosts: ['web1', 'web2'],
        runAs: 'root',
        nopasswd: true,
        commands: ['/usr/bin/systemctl restart app', '/usr/bin/systemctl reload app', 'LOOP', '/bin/true'],
      }),
    ])
  })

  it('lets tags and run-as hold until they change, and begins anew after a colon', () => {
    expect(
      permissions(
        'ann ALL = NOPASSWD: /bin/a, PASSWD: /bin/b, (www) NOEXEC: /bin/c : web = (ALL) NOPASSWD:SETENV: ALL',
      ),
    ).toMatchObject([
      { position: 1, commands: ['/bin/a'], nopasswd: true, runAs: 'root', hosts: ['ALL'] },
      { position: 2, commands: ['/bin/b'], nopasswd: false, runAs: 'root' },
      { position: 3, commands: ['/bin/c'], nopasswd: false, runAs: 'www' },
      { position: 4, commands: ['ALL'], nopasswd: true, runAs: 'ALL', hosts: ['web'] },
    ])
  })

  it('joins continued lines and counts them from the first; keeps digests, escapes and uids whole', () => {
    expect(permissions('\n#1001 ALL = \\\n  sha256:abcd /bin/a, \\\n  /bin/b x\\,y\\:z')).toEqual([
      expect.objectContaining({ line: 2, who: ['#1001'], commands: ['sha256:abcd /bin/a', '/bin/b x\\,y\\:z'] }),
    ])
  })

  it('knows both spellings of an include, and relative paths', () => {
    const [one, two, three] = sudoLines(
      '/etc/sudoers',
      '#includedir /etc/sudoers.d\n@include local\n#include "/a b"',
    ).map(includeOf)
    expect([one, two, three]).toEqual([
      { kind: 'folder', path: '/etc/sudoers.d' },
      { kind: 'file', path: '/etc/local' },
      { kind: 'file', path: '/a b' },
    ])
  })

  it('reads back any rule that is written from its parts', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9_-]{0,10}$/)
    const names = fc.array(
      fc.tuple(fc.constantFrom('', '%', '%'), word).map(([sign, name]) => sign + name),
      { minLength: 1, maxLength: 4 },
    )
    const commands = fc.array(
      word.map(name => `/usr/bin/${name} --now`),
      { minLength: 1, maxLength: 4 },
    )
    fc.assert(
      fc.property(names, word, fc.option(word), fc.boolean(), commands, (who, host, runAs, nopasswd, wanted) => {
        const line = `${who.join(', ')} ${host} = ${runAs === null ? '' : `(${runAs}) `}${nopasswd ? 'NOPASSWD: ' : ''}${wanted.join(', ')}`
        expect(permissions(line)).toEqual([
          {
            file: '/etc/sudoers',
            line: 1,
            position: 1,
            who,
            hosts: [host],
            runAs: runAs ?? 'root',
            nopasswd,
            commands: wanted,
          },
        ])
      }),
    )
  })

  it('never fails on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'aA=:,()"\\\n #!%@_ALLNOPASSWD') }), text =>
        Array.isArray(permissions(text)),
      ),
    )
  })
})
