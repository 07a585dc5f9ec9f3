import { expect, test } from 'vitest'
import { uriOfArgv } from '../../../shared/domain/process-uri.ts'
import { movedFingerprint, movedMatch, movedReady, movedText, movedUri } from './moved-paths.ts'

const roots = { from: '/old/root', to: '/new $& place' }

test.each([
  ['/old/root', '/new $& place'],
  ['/old/root/bin/x', '/new $& place/bin/x'],
  ['--config=/old/root/etc/x', '--config=/new $& place/etc/x'],
  ['/old/root/bin:/usr/bin:/old/root', '/new $& place/bin:/usr/bin:/new $& place'],
  [`cd /old/root && "/old/root/x"`, `cd /new $& place && "/new $& place/x"`],
  ['/old/roots', '/old/roots'],
  ['/very/old/root', '/very/old/root'],
  ['/old/root.bak', '/old/root.bak'],
  ['old/root', 'old/root'],
])('%j becomes %j', (text, expected) => expect(movedText(text, roots)).toBe(expected))

test('a URI moves as its command line does, encoded or not', () => {
  const plain = { from: '/old/root', to: '/new/place' }
  const uri = 'exec://localhost/old/root/bin/x?/old/root/data&log=/old/root&other=/old/roots'
  expect(movedUri(uri, plain)).toBe('exec://localhost/new/place/bin/x?/new/place/data&log=/new/place&other=/old/roots')
  for (const to of ['/new/place', '/new place/ü']) {
    const argv = (root: string) => [`${root}/bin/x`, root, `${root}/data`, `log=${root}/log`]
    expect(movedUri(uriOfArgv(argv('/old/root')), { from: '/old/root', to })).toBe(uriOfArgv(argv(to)))
    expect(movedUri(uriOfArgv(argv(to)), { from: to, to: '/old/root' })).toBe(uriOfArgv(argv('/old/root')))
  }
  expect(movedUri('ib://localhost/sync?account=0', plain)).toBe('ib://localhost/sync?account=0')
})

test('what a process is recognised by moves as well', () => {
  expect(movedMatch({ exe: '/old/root/bin/x', cwd: '/old/root', listen: ':7' }, roots)).toEqual({
    exe: '/new $& place/bin/x',
    cwd: '/new $& place',
    listen: ':7',
  })
  const check = { kind: 'command', argv: ['/old/root/bin/ready'] } as const
  expect(movedReady({ check, intervalMs: 1, timeoutMs: 2 }, roots)?.check).toEqual({
    kind: 'command',
    argv: ['/new $& place/bin/ready'],
  })
  const fingerprint = { cmdline: ['/old/root/x'], files: ['/old/root/a', '/b'], listen: null, established: [], udp: [] }
  expect(movedFingerprint(fingerprint, roots)).toMatchObject({
    cmdline: ['/new $& place/x'],
    files: ['/new $& place/a', '/b'],
    listen: null,
  })
})

// At the square of its length it would take longer than a test may.
test('a long text is looked through once', () => {
  const long = `exec://localhost/old/root/bin/x?${'a'.repeat(131_072)}=/old/root`
  expect(movedUri(long, { from: '/old/root', to: '/n' })).toMatch(/=\/n$/)
})
