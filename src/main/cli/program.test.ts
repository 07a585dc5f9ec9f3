import { expect, test } from 'vitest'
import { helpOf, readCommandLine } from './program.ts'
import { verbs } from './verbs/index.ts'

const read = (...argv: string[]) => readCommandLine(argv, verbs, '1.2.3')

/** The parts of a request to run that tests look at. */
function runOf(...argv: string[]) {
  const request = read(...argv)
  if (request.kind !== 'run') throw new Error(`Not understood: ${JSON.stringify(request)}`)
  const { verb, invocation, globals } = request
  return { path: verb.path.join(' '), globals, ...invocation }
}

test.each(verbs.map((verb) => [verb.path.join(' '), verb] as const))('%s has help with an example', (name, verb) => {
  const help = helpOf(verb.path, verbs, '1.2.3')
  expect(help).toContain(`Usage: procession ${name} `)
  expect(help).toMatch(new RegExp(`Examples:\\n  \\$ .*procession .*${verb.path.at(-1)}`))
  for (const { flags, description } of verb.options) {
    expect(help).toContain(flags)
    expect(description).not.toBe('')
  }
})

test.each(verbs.map((verb) => [verb.path.join(' '), verb] as const))(
  '%s: its examples are understood',
  (name, verb) => {
    for (const example of verb.examples) {
      const words: string[] = (example.split(/ [>|] /)[0] ?? '').match(/"[^"]*"|\S+/g) ?? []
      const argv = words.slice(words.indexOf('procession') + 1).map((word) => word.replaceAll('"', ''))
      expect(runOf(...argv).path).toBe(name)
    }
  },
)

test('the program and its groups have help too', () => {
  for (const path of [[], ['session'], ['daemon'], ['session', 'dependence'], ['session', 'state']]) {
    expect(helpOf(path, verbs, '1.2.3')).toContain(['Usage: procession', ...path].join(' '))
  }
  expect(helpOf(['session'], verbs, '1.2.3')).toMatch(/dependence .*say which process waits for which/)
})

test.each([
  [['--json', '-C', '/w', 'session', 'dependence', 'add', '-p', 'a', '-c', 'b']],
  [['session', 'dependence', '--json', 'add', '-p', 'a', '-C', '/w', '-c', 'b']],
])('a verb behind two groups, -c of its own and -C of all: %j', (argv) => {
  const run = runOf(...argv)
  expect(run).toMatchObject({ path: 'session dependence add', globals: { json: true, workspace: '/w' } })
  expect([run.options.list('parent'), run.options.list('child')]).toEqual([['a'], ['b']])
})

test.each([
  [['--json', '--home', '/h', '-C', '/w', 'session', 'show']],
  [['session', '--json', '--home', '/h', '-C', '/w', 'show']],
  [['session', 'show', '--json', '--home', '/h', '-C', '/w']],
  [['--json', 'session', '--home=/h', 'show', '-C', '/w']],
])('global options stand before and after the verb: %j', (argv) => {
  expect(runOf(...argv)).toMatchObject({ path: 'session show', globals: { json: true, home: '/h', workspace: '/w' } })
})

test('without global options', () => {
  expect(runOf('session', 'show').globals).toEqual({ json: false, home: undefined, workspace: undefined })
})

test.each([[['--version']], [['session', '--version']], [['session', 'start', '--version']]])('version: %j', (argv) => {
  expect(read(...argv)).toEqual({ kind: 'print', text: '1.2.3\n' })
})

test('all after -- is the command, options of ours included', () => {
  const run = runOf('session', 'start', '--alias', 'a', '--json', '--', 'ls', '--json', '-a', '--', '--help')
  expect(run.command).toEqual(['ls', '--json', '-a', '--', '--help'])
  expect(run.operands).toEqual([])
  expect(run.options.text('alias')).toBe('a')
})

test('all after -- names what a verb without a command is about', () => {
  expect(runOf('session', 'stop', 'a', '--', 'b', '-c')).toMatchObject({ operands: ['a', 'b', '-c'], command: null })
  expect(runOf('host', 'test', '--', '-oProxyCommand=x')).toMatchObject({ operands: ['-oProxyCommand=x'] })
})

test('options of start: values that look like options, repeats in order, -- as a value', () => {
  const run = runOf('session', 'start', '-u', 'exec:///x', '--arg', '-v', '--arg=--', '--env', 'A=1', '--env', 'B=2')
  expect(run.options.list('arg')).toEqual(['-v', '--'])
  expect(run.options.list('env')).toEqual(['A=1', 'B=2'])
  expect(run.options.list('secretEnv')).toEqual([])
  expect(run.options.flag('launch')).toBe(true)
  expect(runOf('session', 'start', 'x', '--no-launch').options.flag('launch')).toBe(false)
  expect(run.command).toBeNull()
})

test('a negative number of lines is a value, not an option', () => {
  expect(runOf('session', 'logs', 'web', '-n', '-5').options.text('lines')).toBe('-5')
})

test.each([
  ['an unknown option', ['session', 'start', '--bogus'], '--bogus', 'procession session start --help'],
  ['an unknown verb', ['session', 'strt'], 'strt', 'procession session --help'],
  ['an unknown group', ['sessions'], 'sessions', 'procession --help'],
  ['a missing name', ['session', 'stop'], 'NAME', 'procession session stop --help'],
  ['too many arguments', ['daemon', 'status', 'x'], 'too many', 'procession daemon status --help'],
  ['an option without its value', ['session', 'start', '--alias'], '--alias', 'procession session start --help'],
  ['a group in a group alone', ['session', 'dependence'], 'needs a verb: add', 'procession session dependence --help'],
  ['an unknown verb in it', ['session', 'state', 'save'], 'save', 'procession session state --help'],
  ['a group alone', ['session'], 'needs a verb', 'procession session --help'],
  ['nothing', [], 'needs a verb', 'procession --help'],
])('%s is a usage error that says where to look', (_, argv, message, hint) => {
  const request = read(...argv)
  expect(request).toMatchObject({ kind: 'usage', failure: { code: 'bad_input' } })
  if (request.kind !== 'usage') return
  expect(request.failure.message.toLowerCase()).toContain(message.toLowerCase())
  expect(request.failure.hint).toContain(hint)
})
