import { describe, expect, test } from 'vitest'
import { parseConfig } from './parse-config.ts'

/** Problems as `line: message`; a dash for no line. */
const problems = (text: string): readonly string[] => {
  const parsed = parseConfig(text)
  return parsed.ok ? [] : parsed.problems.map(({ line, message }) => `${line ?? '-'}: ${message}`)
}

const settings = (text: string) => {
  const parsed = parseConfig(text)
  if (!parsed.ok) throw new Error(problems(text).join('\n'))
  return parsed.config
}

test("Skeduler's file is valid as it is", () => {
  const text = `database: "postgres://user:password@host:5432/database_name"

telegram_token: "telegram_token"

http:
  listen: ":8080"
  read_timeout: "15s"
  idle_timeout: "15s"

tokens:
  - "token_1"
  - "token_2"
`
  expect(settings(text)).toMatchObject({ http: { listen: ':8080' }, tokens: ['token_1', 'token_2'], handlers: {} })
})

test('every section of a whole file is accepted', () => {
  const text = `
telegram: {token: env:TELEGRAM, chat_id: 1, api_base: "https://api.example.org"}
queues: [{name: gpu, gpus: [0, 1], parallel: 2}]
engines: [{name: lab, host: lab}]
clusters: [{name: mila, ssh: login, poll: {own: 30s}}]
hosts: [{name: lab, max_parallel: 4}]
sources: [{name: farm, kind: backendai, url: "https://farm", access_key: A, secret: "file:/s"}]
notifications: {channels: {webhook: {url: "https://h"}, command: [notify, "{what}"]}, rules: [{when: "life == 'failed'"}], quiet: 22-7}
ui: {theme: dark}
metrics: {retention: 30d}
logs: {max_per_process: 256MiB, max_total: 10GiB}
mounts_allowed: []
handlers: {ib: ["/opt/x", "{path}", "{query}"]}
`
  expect(settings(text).handlers).toEqual({ ib: ['/opt/x', '{path}', '{query}'] })
})

test.each(['', '\n', '# only a comment\n', 'tokens:\nhandlers:\n', '{}', '---\n'])(
  '%j is a file of defaults',
  (text) => {
    expect(settings(text)).toEqual({ handlers: {} })
  },
)

describe('problems name their line', () => {
  test.each([
    ['ui: {}\nhandler: {}\n', /^2: unknown key "handler"\. Known keys: database, .*handlers$/],
    ['ui: {}\n"__proto__": {}\n', /^2: unknown key "__proto__"/],
    ['ui: {}\nui: {}\n', /^2: the key "ui" is there twice$/],
    ['ui:\n  a: {b: 1, c: 2, b: 3}\n', /^2: the key "b" is there twice$/],
    ['ui:\n  a: [1\nhttp: {}\n', /^\d: /],
    ['ui: {}\ntokens: one\n', /^2: tokens: must be a list$/],
    ['database: 5\n', /^1: database: must be text$/],
    ['\nhttp: []\n', /^2: http: must be a map of names and values$/],
    ['- ui\n', /^1: must be a map/],
    ['text', /^1: must be a map/],
    ['ui: !secret x\n', /^1: Unresolved tag/],
    ['ui: {}\n---\nui: {}\n', /multiple documents/],
  ])('%j', (text, pattern) => {
    const [first = ''] = problems(text)
    expect(first).toMatch(pattern)
  })

  test.each([
    ['[/opt/x]', 'handlers: must be a map: a scheme, then its command line', 1],
    ['{exec: [/opt/x]}', 'handlers.exec: "exec" has a meaning of its own; choose another scheme', 1],
    [
      '{IB: [/opt/x]}',
      'handlers.IB: "IB" is not a scheme: lower-case letters, digits, + . and -, beginning with a letter',
      1,
    ],
    ['\n  ib: /opt/x', 'handlers.ib: must be a list: the absolute path of a program, then its arguments', 2],
    ['\n  ib: []', 'handlers.ib.0: is missing: the absolute path of a program', 2],
    ['\n  ib: [atlas, a]', 'handlers.ib.0: "atlas" is not the absolute path of a program', 2],
    ['\n  ib: ["{path}"]', 'handlers.ib.0: "{path}" is not the absolute path of a program', 2],
    ['\n  ib:\n    - /opt/x\n    - 8080', 'handlers.ib.1: must be text: write it in quotes', 4],
    [
      '\n  ib:\n    - /opt/x\n    - "{pth}"',
      'handlers.ib.1: "{pth}" is not a placeholder. There are {uri} {host} {port} {path} {query} {fragment} {alias}',
      4,
    ],
    [
      '\n  ib:\n    - /opt/x\n    - --to={path}',
      'handlers.ib.1: "--to={path}" has {path} inside: a placeholder is a whole element, "{path}" alone',
      4,
    ],
    ['\n  ib: ["/opt/x", "a\\0b"]', 'handlers.ib.1: contains a NUL character', 2],
  ])('handlers: %j', (handlers, message, line) => {
    expect(problems(`handlers: ${handlers}\n`)).toEqual([`${line}: ${message}`])
  })

  test.each([
    ['one', 'hosts: must be a list of hosts', 1],
    ['\n  - gpu-01', 'hosts.0: must be a map: name, ssh_config, max_parallel', 2],
    ['\n  - max_parallel: 2', 'hosts.0.name: is missing', 2],
    ['\n  - name: 5', 'hosts.0.name: must be text', 2],
    [
      '\n  - name: -oProxyCommand=x',
      'hosts.0.name: "-oProxyCommand=x" is not a host: letters, digits and _ . @ : % -, as ssh takes it',
      2,
    ],
    ['\n  - name: a b', 'hosts.0.name: "a b" is not a host: letters, digits and _ . @ : % -, as ssh takes it', 2],
    ['\n  - name: local', 'hosts.0.name: "local" is this machine, which needs no entry', 2],
    ['\n  - name: a\n  - name: b\n  - name: a', 'hosts.2.name: "a" is there twice', 4],
    ['\n  - name: a\n    ssh_config: ~/x', 'hosts.0.ssh_config: "~/x" is not an absolute path', 3],
    ['\n  - name: a\n    max_parallel: 0', 'hosts.0.max_parallel: must be at least 1', 3],
    ['\n  - name: a\n    max_parallel: few', 'hosts.0.max_parallel: must be a whole number', 3],
    [
      '\n  - name: a\n    sshconfig: /x',
      'hosts.0: unknown key "sshconfig". Known keys: name, ssh_config, max_parallel',
      3,
    ],
  ])('hosts: %j', (hosts, message, line) => {
    expect(problems(`hosts: ${hosts}\n`)).toEqual([`${line}: ${message}`])
  })

  const noSize = 'must be a size, such as 256MiB or 10GiB (units B, KiB, MiB, GiB, TiB), or none'
  test.each([
    [' small', 'logs: must be a map: max_per_process, max_total', 1],
    ['\n  max_per_process: much', `logs.max_per_process: ${noSize}`, 2],
    ['\n  max_per_process: 256MB', `logs.max_per_process: ${noSize}`, 2],
    ['\n  max_per_process: -1', `logs.max_per_process: ${noSize}`, 2],
    ['\n  max_per_process: 4MiB', 'logs.max_per_process: must be at least 16MiB', 2],
    ['\n  max_total: [1]', `logs.max_total: ${noSize}`, 2],
    ['\n  max: 1GiB', 'logs: unknown key "max". Known keys: max_per_process, max_total', 2],
  ])('logs:%j', (logs, message, line) => {
    expect(problems(`logs:${logs}\n`)).toEqual([`${line}: ${message}`])
  })

  test('all of them, in the order of the file', () => {
    const found = problems('tokens: x\nhandlers:\n  ib: [x]\n  exec: [/x]\nbad: 1\nui: []\n')
    expect(found.map((problem) => problem.split(':')[0])).toEqual(['1', '3', '4', '5', '6'])
  })

  test('of a flood the first', () => {
    // Quadratic time would be minutes here, and the test runner's limit is seconds.
    const keys = Array.from({ length: 60_000 }, (_, index) => `bad${index}: 1`)
    expect(problems(keys.join('\n'))).toHaveLength(20)
  })

  test('inside an alias', () => {
    expect(problems('ui: {line: &line [1, 2]}\nhandlers:\n  ib: *line\n')[0]).toMatch(
      /^[13]: handlers\.ib\.[01]: must be/,
    )
  })
})

test('braces that are no placeholder are text', () => {
  expect(settings('handlers: {ib: [/usr/bin/find, -exec, "{}", "{a b}"]}').handlers.ib).toContain('{}')
})

test('aliases that multiply are refused', () => {
  const bomb = ['ui:', '  a0: &a0 [x, x, x, x, x, x, x, x, x]']
  for (let level = 1; level < 20; level++) bomb.push(`  a${level}: &a${level} [${`*a${level - 1}, `.repeat(9)}]`)
  expect(problems(bomb.join('\n'))).toEqual(['-: uses aliases that would make it many times as large'])
})

test('brackets without end are refused', () => {
  expect(problems(`ui: ${'['.repeat(500_000)}`)).toEqual(['-: is nested too deeply'])
})
