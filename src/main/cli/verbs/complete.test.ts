import { expect, test } from 'vitest'
import { runFake } from '../../../../test/helpers/fake-cli.ts'
import { processRow, sessionRow } from '../../../../test/helpers/rows.ts'
import { failure, success } from '../../../shared/domain/result.ts'

const answers = {
  'rows.list': () =>
    success({ sessions: [sessionRow()], processes: [processRow({ alias: 'master.tws' })], dependences: [], hosts: [] }),
  'states.list': () => success([{ label: 'operative' }]),
}

test('the first line is for the shell, each further one a candidate and its meaning', async () => {
  const { code, stdout, stderr } = await runFake(['complete', '--', 'session', 'show', 'mas'], { answers })
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: 'nothing\nmaster.tws\tRunning, sparkling-guarantee\n',
    stderr: '',
  })
})

test('asks about the session of the words, not of the program', async () => {
  const words = ['-C', '~/other', 'session', 'dependence', 'add', '--parent', 'master.tws:op']
  const { stdout, calls } = await runFake(['-C', '/elsewhere', 'complete', '--', ...words], {
    answers,
    environment: { HOME: '/home/agp' },
  })
  expect(stdout).toBe('nothing\nmaster.tws:operative\tsaved state\n')
  expect(calls).toEqual([{ method: 'states.list', input: { workspace: '/home/agp/other', ref: 'master.tws' } }])
})

test('words as typed', async () => {
  const { stdout } = await runFake(['complete', '--quoted', '--', 'session', '"show"', '"mas'], { answers })
  expect(stdout).toContain('master.tws\t')
})

test.each([
  ['no daemon', { daemon: 'none' as const }],
  ['a daemon of another version', { daemon: failure('version', 'Another version') }],
  ['a daemon that fails', { answers: { 'rows.list': () => failure('internal', 'It broke') } }],
])('with %s it is silent, and verbs are completed all the same', async (_, options) => {
  const names = await runFake(['complete', '--', 'session', 'show', ''], options)
  expect(names).toMatchObject({ code: 0, stdout: 'nothing\n', stderr: '' })
  const words = await runFake(['complete', '--', 'session', 'sho'], options)
  expect(words).toMatchObject({ code: 0, stderr: '' })
  expect(words.stdout).toContain('show\t')
})

test('a daemon that does not answer does not hold the Tab key', async () => {
  const never = { 'rows.list': () => new Promise<never>(() => {}) } as never
  expect(await runFake(['complete', '--', 'session', 'show', ''], { answers: never })).toMatchObject({
    code: 0,
    stdout: 'nothing\n',
  })
})

test('only what the place needs is asked', async () => {
  const { calls } = await runFake(['complete', '--', 'session', ''], { answers })
  expect(calls).toEqual([])
})

test('completion prints a script for each shell', async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, stdout } = await runFake(['completion', shell])
    expect({ code, isScript: stdout.includes('complete -') }).toEqual({ code: 0, isScript: true })
    const json = await runFake(['completion', shell, '--json'])
    expect(JSON.parse(json.stdout)).toEqual({ shell, script: stdout })
  }
  expect(await runFake(['completion', 'tcsh'])).toMatchObject({ code: 2, stdout: '' })
})
