import { existsSync, lstatSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { fileTree } from '../../../../test/helpers/file-tree.ts'
import { noRestarts } from '../../../shared/domain/restart.ts'
import { initialState } from '../../../shared/machine/life-machine.ts'
import type { Definition, ProcessRecord } from '../store/process-record.ts'
import { workspacePaths } from './layout.ts'
import { mirrorDefinition, unlinkAlias } from './mirror.ts'
import { mirrorDependences } from './mirror-session.ts'
import { redactFiles } from './redact-files.ts'

const record = (more: Partial<Definition> = {}): ProcessRecord => ({
  id: 'one',
  name: 'brave-otter',
  definition: {
    alias: 'feed',
    uri: 'exec://localhost/opt/feed?rate=5',
    uriHash: '',
    secretRef: null,
    host: 'local',
    argv: ['/opt/feed', 'rate=5'],
    exe: null,
    cwd: '/opt',
    env: {},
    restart: 'always',
    restartLimit: { deaths: 5, withinMs: 60_000 },
    ready: { check: { kind: 'port', port: 80 }, intervalMs: 1000, timeoutMs: 60_000 },
    match: null,
    shutdown: true,
    pty: false,
    stopSignal: 'SIGTERM',
    graceMs: 10_000,
    ...more,
  },
  desired: 'up',
  state: initialState,
  memory: noRestarts,
  tag: null,
  createdAt: 0,
})

const workspace = (files: Readonly<Record<string, string>> = {}) => {
  const root = fileTree({ 'etc/.keep': '', 'fp/.keep': '', ...files })
  return { paths: workspacePaths(root), etc: (name: string) => join(root, 'etc', `${name}.yaml`), root }
}
const read = (path: string) => readFileSync(path, 'utf8')

test('writes every setting, closed to others, and a relative link by the alias', () => {
  const { paths, etc, root } = workspace()
  mirrorDefinition(paths, record())
  expect(parse(read(etc('brave-otter')))).toEqual({
    name: 'brave-otter',
    alias: 'feed',
    uri: 'exec://localhost/opt/feed?rate=5',
    scheme: 'exec',
    host: 'localhost',
    port: null,
    path: '/opt/feed',
    query_: { rate: '5' },
    realm: root,
    cmdline: ['/opt/feed', 'rate=5'],
    cwd: '/opt',
    env: {},
    restart: 'always',
    restart_limit: '5/60',
    shutdown: 1,
    pty: false,
    stop_signal: 'SIGTERM',
    grace: 10,
    ready: { port: 80, interval: 1, timeout: 60 },
    match: null,
  })
  expect(statSync(etc('brave-otter')).mode & 0o777).toBe(0o600)
  expect(readlinkSync(etc('feed'))).toBe('brave-otter.yaml')
  unlinkAlias(paths, 'feed')
  expect(lstatSync(etc('feed'), { throwIfNoEntry: false })).toBeUndefined()
})

test('touches only what changed, and takes its own secret_ref away again', () => {
  const { paths, etc } = workspace()
  mirrorDefinition(paths, record({ argv: ['/opt/feed', 'token=•••'], secretRef: 'process/one' }))
  expect(parse(read(etc('brave-otter'))).secret_ref).toBe('process/one')
  const own = `# mine\n${read(etc('brave-otter')).replace('restart: always', 'restart:   always # kept')}colour: blue\n`
  writeFileSync(etc('brave-otter'), own)
  mirrorDefinition(paths, record({ argv: ['/opt/feed', 'token=•••'], secretRef: 'process/one' }))
  expect(read(etc('brave-otter'))).toBe(own)
  mirrorDefinition(paths, record({ shutdown: false }))
  const after = read(etc('brave-otter'))
  expect(after).toMatch(/^# mine\n/)
  expect(after).toContain('always # kept')
  expect(parse(after)).toMatchObject({ shutdown: 0, colour: 'blue' })
  expect(after).not.toContain('secret_ref')
})

test.each(['- a list\n', 'alias: [\n', 'word\n'])('leaves %j of a person alone', (text) => {
  const { paths, etc } = workspace({ 'etc/brave-otter.yaml': text, 'etc/session.yaml': text })
  mirrorDefinition(paths, record({ alias: null }))
  mirrorDependences(paths, { child: ['parent'] })
  expect(read(etc('brave-otter'))).toBe(text)
  expect(read(etc('session'))).toBe(text)
})

test('follows no link and replaces none', () => {
  const { paths, etc, root } = workspace({ 'outside.yaml': 'alias: x\n', 'etc/feed.yaml': 'a file\n' })
  symlinkSync('../outside.yaml', etc('brave-otter'))
  mirrorDefinition(paths, record())
  expect(lstatSync(etc('brave-otter')).isSymbolicLink()).toBe(true)
  expect(read(join(root, 'outside.yaml'))).toBe('alias: x\n')
  expect(read(etc('feed'))).toBe('a file\n')
})

test('dependences go beside what else is in the file', () => {
  const { paths, etc } = workspace({ 'etc/session.yaml': '# mine\ncopy: {bin: bin/*}\n' })
  mirrorDependences(paths, { child: ['parent:operative'] })
  expect(read(etc('session'))).toBe('# mine\ncopy: { bin: bin/* }\ndependences:\n  child:\n    - parent:operative\n')
  expect(existsSync(join(paths.root, 'etc', 'child.yaml'))).toBe(false)
})

test('passwords that gutools wrote are taken out, all else stays', () => {
  const etcText = [
    'uri: exec://localhost/x?user=ada&password=hunter2',
    'query: password=hunter2&user=ada # why',
    'query_: {user: ada, password: hunter2}',
    'password: hunter2',
    'cmdline: [/x, user=ada, password=hunter2, --token, hunter2]',
    'note: 3',
    'secret_ref: process/one',
    '',
  ].join('\n')
  const { paths, etc, root } = workspace({
    'etc/a-b.yaml': etcText,
    'etc/broken.yaml': 'password: [hunter2\n',
    'fp/a-b.operative.fp': 'cmdline: [/x, password=hunter2]\nfiles: [/password]\n',
    'fp/plain.fp': 'files:   [/a]\n',
  })
  redactFiles(paths)
  expect(parse(read(etc('a-b')))).toEqual({
    uri: 'exec://localhost/x?user=ada&password=•••',
    query: 'password=•••&user=ada',
    query_: { user: 'ada', password: '•••' },
    password: '•••',
    cmdline: ['/x', 'user=ada', 'password=•••', '--token', '•••'],
    note: 3,
    secret_ref: 'process/one',
  })
  expect(read(etc('a-b'))).toContain('# why')
  expect(parse(read(join(root, 'fp', 'a-b.operative.fp')))).toEqual({
    cmdline: ['/x', 'password=•••'],
    files: ['/password'],
  })
  expect(read(join(root, 'fp', 'plain.fp'))).toBe('files:   [/a]\n')
})
