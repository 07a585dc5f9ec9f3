import { describe, expect, test } from 'vitest'
import {
  changedForm,
  emptyForm,
  equalLine,
  type Form,
  failureSentence,
  fieldOfFailure,
  newSession,
  problemsOf,
  startInput,
  workspaceOf,
} from './form.ts'

const sessions = [{ id: 's1', name: 'atlas', path: '/work/atlas', active: true, readOnly: null, problems: [] }]
const known = { sessions, rows: [{ sessionId: 's1', alias: 'book-feed', name: 'cuddly-sister' }] }
const form = (over: Partial<Form>): Form => ({ ...emptyForm('s1'), command: 'sleep 5', ...over })

describe('what is wrong with a new process', () => {
  test('nothing', () => expect(problemsOf(form({}), known)).toEqual({}))

  test.each([
    [{ command: '' }, 'command', 'Type the command'],
    [{ command: "sh -c 'x" }, 'command', 'not closed'],
    [{ alias: 'a b' }, 'alias', 'Use letters'],
    [{ alias: 'book-feed' }, 'alias', 'taken in atlas'],
    [{ alias: 'cuddly-sister' }, 'alias', 'taken in atlas'],
    [{ session: newSession }, 'newFolder', 'Give the folder'],
    [{ session: newSession, newFolder: 'x' }, 'newFolder', 'whole path'],
    [{ cwd: 'x' }, 'cwd', 'whole path'],
    [{ cwd: '~/x' }, 'cwd', 'whole path'],
    [{ cwd: 'x', host: 'gpu-01' }, 'cwd', 'from / or ~/ on'],
    [{ host: '-oProxyCommand=x' }, 'host', 'not beginning with a dash'],
    [{ host: 'gpu-01', terminal: 'yes' }, 'host', 'cannot have a terminal'],
    [{ environment: 'A=1\nnonsense' }, 'environment', '"nonsense" is not NAME=value'],
    [{ grace: 'soon' }, 'grace', 'Give seconds'],
    [{ ready: 'port', readyValue: 'x' }, 'readyValue', 'Give a port'],
  ] as const)('%j', (over, field, sentence) => {
    expect(problemsOf(form(over), known)).toEqual({ [field]: expect.stringContaining(sentence) })
  })

  test.each(['', 'local', 'localhost', ' '])('the host %j is this machine', (host) => {
    expect(problemsOf(form({ host }), known)).toEqual({})
    expect(startInput(form({ host }), '/w')).not.toHaveProperty('host')
    expect(equalLine(form({ host }), '/w', 'hide')).not.toContain('--host')
  })

  test('another host has folders of its own', () => {
    const there = form({ host: 'me@gpu-01', cwd: '~/work' })
    expect(problemsOf(there, known)).toEqual({})
    expect(startInput(there, '/w')).toMatchObject({ host: 'me@gpu-01', cwd: '~/work' })
    expect(equalLine(there, '/w', 'hide')).toContain('--host me@gpu-01')
  })

  test('an alias of another session is free', () => {
    expect(problemsOf(form({ alias: 'book-feed', session: newSession, newFolder: '/x' }), known)).toEqual({})
  })
})

describe('a terminal', () => {
  const ticked = changedForm(form({}), 'terminal', 'yes')

  test('is asked for, and its program is ended by what ends one', () => {
    expect(startInput(ticked, '/w')).toMatchObject({ pty: true })
    expect(startInput(ticked, '/w')).not.toHaveProperty('stopSignal')
    expect(ticked.stopSignal).toBe('HUP')
    expect(equalLine(ticked, '/w', 'hide')).toBe('procession session start -C /w --restart on-failure --pty -- sleep 5')
  })

  test('unticked again nothing is left of it; a signal that was chosen stays', () => {
    expect(changedForm(ticked, 'terminal', '')).toEqual(form({}))
    const chosen = changedForm(form({ stopSignal: 'INT' }), 'terminal', 'yes')
    expect(chosen.stopSignal).toBe('INT')
    const term = changedForm(ticked, 'stopSignal', 'TERM')
    expect(startInput(term, '/w')).toMatchObject({ pty: true, stopSignal: 'TERM' })
  })
})

describe('what is asked of the daemon', () => {
  test('only what was chosen', () => {
    expect(startInput(form({}), '/work/atlas')).toEqual({
      workspace: '/work/atlas',
      argv: ['sleep', '5'],
      restart: 'on-failure',
      env: {},
    })
    const full = form({
      command: 'run "a b"',
      alias: 'x',
      cwd: '/srv',
      environment: 'A=1=2\n\nB=',
      restart: 'always',
      ready: 'port',
      readyValue: '80',
      stopSignal: 'INT',
      grace: '2.5',
    })
    expect(startInput(full, '/work/atlas')).toEqual({
      workspace: '/work/atlas',
      argv: ['run', 'a b'],
      restart: 'always',
      ready: { check: { kind: 'port', port: 80 }, intervalMs: 1000, timeoutMs: 60_000 },
      env: { A: '1=2', B: '' },
      alias: 'x',
      cwd: '/srv',
      stopSignal: 'INT',
      graceMs: 2500,
    })
    expect(workspaceOf(form({ session: newSession, newFolder: '/new' }), sessions)).toBe('/new')
  })

  test('the equal line hides secrets when shown and keeps them when copied', () => {
    const secret = form({ command: 'run "a b" password=hunter2', alias: 'x', environment: 'API_TOKEN=abc' })
    expect(equalLine(secret, '/work/atlas', 'hide')).toBe(
      "procession session start -C /work/atlas --alias x --restart on-failure --env API_TOKEN=••• -- run 'a b' password=•••",
    )
    expect(equalLine(secret, '/work/atlas', 'keep')).toContain("--env API_TOKEN=abc -- run 'a b' password=hunter2")
  })
})

test.each([
  ['not_found', '/data/run.sh was not found.', 'command'],
  ['conflict', 'The alias book-feed is taken.', 'alias'],
  ['bad_input', 'The working folder /nowhere does not exist.', 'cwd'],
  ['not_found', 'The folder /nowhere does not exist.', 'cwd'],
  ['not_permitted', 'The workspace /x is writable by others.', 'session'],
  ['bad_input', 'NOPE is not a signal.', 'stopSignal'],
  ['unreachable', 'Could not start x. gpu-01 does not answer.', 'host'],
  ['not_permitted', 'Could not start x. gpu-01 refused the login.', 'host'],
  ['disconnected', 'There is no connection to the daemon.', 'form'],
] as const)('%s %j belongs to %s', (code, message, field) => {
  expect(fieldOfFailure({ code, message })).toBe(field)
})

test.each([
  ['It was not found.', 'Check the path', 'It was not found. Check the path.'],
  ['It may not be executed.', "Run: chmod +x '/x'", "It may not be executed. Run: chmod +x '/x'"],
  ['The folder /x does not exist.', 'Check --cwd', 'The folder /x does not exist.'],
  ['It failed.', '', 'It failed.'],
])('%j with the hint %j reads %j', (message, hint, sentence) => {
  expect(failureSentence({ message, hint })).toBe(sentence)
})
