import { describe, expect, test } from 'vitest'
import { processRow, upLife } from '../../../../test/helpers/rows.ts'
import type { HostRow } from '../../../shared/domain/host.ts'
import { verbs } from '../verbs/index.ts'
import { candidatesFor, type Program, type Sources } from './candidates.ts'
import { shownLine } from './own-programs.ts'
import { readWords } from './read-words.ts'

const rows = [
  processRow({ alias: 'master.tws', name: 'sparkling-guarantee', life: upLife(77) }),
  processRow({ alias: 'master.trader', name: 'cuddly-sister', life: { kind: 'new' } }),
  processRow({ alias: null, name: 'charming-soft', life: { kind: 'down', since: 0, reason: '' } }),
]
const programs: readonly Program[] = [
  { pid: 31, line: 'sleep 1000' },
  { pid: 30, line: 'sleep 1000' },
  { pid: 7, line: '/opt/tws account=0' },
]
const host: HostRow = {
  name: 'lab',
  kind: 'ssh',
  from: 'ssh-config',
  state: { kind: 'idle' },
  address: null,
  latencyMs: null,
  cores: null,
  load1: null,
  memory: null,
  gpus: [],
  processes: { total: 0, running: 0 },
  lastError: null,
}
const sources: Sources = {
  processes: async () => rows,
  labels: async (process) => (process === 'master.tws' ? ['operative', 'starting'] : []),
  programs: () => programs,
  hosts: async () => [
    { ...host, name: 'local', kind: 'local', from: 'local', state: { kind: 'local' } },
    { ...host, name: 'gpu-01', address: 'me@10.0.0.7:22', state: { kind: 'connected', since: 0 } },
    host,
  ],
}
const shownVerbs = verbs.filter(({ hidden }) => hidden !== true)

async function complete(line: string) {
  const { shell, candidates } = await candidatesFor(readWords(line.split(' '), shownVerbs), shownVerbs, sources)
  return { shell, words: candidates.map(({ text }) => text), candidates }
}
const wordsOf = async (line: string) => (await complete(line)).words

describe('verbs', () => {
  test('groups and verbs of the first level, each once, and none that is hidden', async () => {
    const words = await wordsOf('')
    expect(words).toEqual(expect.arrayContaining(['open', 'serve', 'session', 'daemon', 'config', 'completion']))
    expect(words).not.toContain('complete')
    expect(new Set(words).size).toBe(words.length)
  })

  test('those that fit what is typed', async () => {
    expect(await wordsOf('session sho')).toEqual(['show'])
    expect(await wordsOf('config ')).toEqual(['path', 'show', 'check'])
    expect(await wordsOf('nonsense ')).toEqual([])
  })

  test('a verb says what it does, a group what is in it', async () => {
    const { candidates } = await complete('')
    expect(candidates.find(({ text }) => text === 'config')?.description).toBe('path, show, check')
    expect(candidates.find(({ text }) => text === 'open')?.description).toBe(
      verbs.find(({ path }) => path[0] === 'open')?.summary,
    )
  })
})

describe('options', () => {
  test('of the verb and those of every verb, by their long names', async () => {
    const words = await wordsOf('session logs -')
    expect(words).toEqual(expect.arrayContaining(['--follow', '--lines', '--json', '--home', '-C', '--help']))
    expect(words).not.toContain('-f')
  })

  test('what was given is not offered again, unless it may be repeated', async () => {
    const words = await wordsOf('session start -a x --env A=1 --')
    expect(words).not.toContain('--alias')
    expect(words).toContain('--env')
  })

  test('offered without a dash where no word can follow', async () => {
    expect(await wordsOf('session list ')).toContain('--json')
    expect(await wordsOf('session show master.tws ')).toContain('--json')
  })
})

describe('processes', () => {
  test('by alias; by name where there is no alias or the name is typed', async () => {
    expect(await wordsOf('session show ')).toEqual(['master.tws', 'master.trader', 'charming-soft'])
    expect(await wordsOf('session show c')).toEqual(['cuddly-sister', 'charming-soft'])
  })

  test('with what they are and their other name', async () => {
    const { candidates } = await complete('session logs master.tws')
    expect(candidates).toEqual([{ text: 'master.tws', description: 'Running, sparkling-guarantee' }])
  })

  test('each once', async () => {
    expect(await wordsOf('session stop master.tws ma')).toEqual(['master.trader'])
  })

  test('a new alias is nobody else’s business', async () => {
    expect(await wordsOf('session start --alias ')).toEqual([])
    expect(await wordsOf('session attach --alias=mas')).toEqual(['--alias=master.tws', '--alias=master.trader'])
  })
})

describe('dependences', () => {
  const add = 'session dependence add'

  test('a parent may go on with a state', async () => {
    expect(await complete(`${add} --parent master.t`)).toMatchObject({
      shell: 'open',
      words: ['master.tws', 'master.trader'],
    })
    expect(await wordsOf(`${add} --parent master.tws:`)).toEqual([
      'master.tws:operative',
      'master.tws:starting',
      'master.tws:up',
      'master.tws:ready',
      'master.tws:exited:0',
      'master.tws:exited',
    ])
    expect(await wordsOf(`${add} --parent master.trader:e`)).toEqual(['master.trader:exited:0', 'master.trader:exited'])
  })

  test('lists go on behind each comma', async () => {
    expect(await wordsOf(`${add} --parent=master.tws:operative,ch`)).toEqual([
      '--parent=master.tws:operative,charming-soft',
    ])
    expect(await wordsOf(`${add} --child a,master.tr`)).toEqual(['a,master.trader'])
  })
})

describe('other values', () => {
  test.each([
    ['session start --restart ', ['never', 'always', 'on-failure']],
    ['session start --restart=on', ['--restart=on-failure']],
    ['session start --shutdown ', ['0', '1']],
    ['session start --stop-signal U', ['USR1', 'USR2']],
    ['session attach --alias master.tws --state ', ['operative', 'starting']],
    ['session attach --alias other --state ', []],
    ['session attach --pid ', ['31', '30', '7']],
    ['session attach --pid 3', ['31', '30']],
    ['session attach --cmdline ', ['sleep 1000', '/opt/tws account=0']],
    ['session wait --pid ', ['77']],
    ['session start --grace ', []],
    ['session start --host ', ['gpu-01', 'lab']],
    ['session attach --host=g', ['--host=gpu-01']],
    ['host test ', ['gpu-01', 'lab']],
    ['host trust l', ['lab']],
    ['host add --ssh-config=x g', ['gpu-01']],
    ['session attach-tty master.t', ['master.tws', 'master.trader']],
    ['session logs master.tws --since ', []],
    ['session logs master.tws master.tr', ['master.trader']],
    ['completion ', ['bash', 'zsh', 'fish']],
    ['completion f', ['fish']],
  ])('%j', async (line, words) => {
    expect(await wordsOf(line)).toEqual(words)
  })

  test('a host is said to be connected or not', async () => {
    expect((await complete('host test g')).candidates).toEqual([
      { text: 'gpu-01', description: 'Connected, me@10.0.0.7:22' },
    ])
  })

  test('what runs is said beside its pid', async () => {
    expect((await complete('session attach --pid 7')).candidates[0]?.description).toBe('/opt/tws account=0')
    expect((await complete('session attach --cmdline sl')).candidates[0]?.description).toBe('2 programs')
  })

  test.each([
    ['session start --cwd ', 'folders'],
    ['session start --env-file=', 'files'],
    ['host add x --ssh-config ', 'files'],
    ['-C ', 'folders'],
    ['session init ', 'folders'],
    ['session start -- ', 'command'],
    ['session start -- ls ', 'command'],
  ])('%j is left to the shell: %s', async (line, shell) => {
    expect(await complete(line)).toEqual({ shell, words: [], candidates: [] })
  })
})

test('a long list has an end', async () => {
  const many = Array.from({ length: 5000 }, (_, pid) => ({ pid, line: `sleep ${pid}` }))
  const reading = readWords(['session', 'attach', '--pid', ''], shownVerbs)
  const answer = await candidatesFor(reading, shownVerbs, { ...sources, programs: () => many })
  expect(answer.candidates).toHaveLength(500)
})

test('the line of a program ends before its first secret', () => {
  expect(shownLine(['/opt/x', 'a=1', 'password=hunter2', 'b'])).toBe('/opt/x a=1')
  expect(shownLine(['/opt/x', '--token', 'hunter2'])).toBe('/opt/x --token')
  expect(shownLine(['/opt/x', 'a\nb\u001b[2J'])).toBe('/opt/x ab[2J')
  expect(shownLine(['x'.repeat(10_000)])).toHaveLength(200)
})
