import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fileTree } from '../../../../test/helpers/file-tree.ts'
import { readImport } from './read-import.ts'

function read(text: string, env?: string) {
  const folder = fileTree({ Procfile: text, ...(env === undefined ? {} : { '.env': env }) })
  const plan = readImport(join(folder, 'Procfile'))
  if (!plan.ok) throw new Error(plan.message)
  return { ...plan.value, folder }
}

describe('Procfile', () => {
  test('each line is a process in its folder, not restarted, ended with the session', () => {
    const { format, processes, dependences, notes, folder } = read(
      '# the application\nweb: bundle exec puma -C config/puma.rb\n\nworker:   QUEUE=fast ./work | tee log  \n',
    )
    expect({ format, dependences, notes }).toEqual({ format: 'procfile', dependences: [], notes: [] })
    expect(processes).toEqual([
      expect.objectContaining({
        alias: 'web',
        argv: ['bundle', 'exec', 'puma', '-C', 'config/puma.rb'],
        cwd: folder,
        env: {},
        restart: 'never',
        shutdown: true,
        launch: true,
        line: 2,
      }),
      expect.objectContaining({ alias: 'worker', argv: ['/bin/sh', '-c', 'QUEUE=fast ./work | tee log'], line: 4 }),
    ])
  })

  test('variables of .env go to every process, its bad lines to the notes', () => {
    const { processes, notes } = read('a: x\nb: y\n', 'COLOUR=blue\nnonsense\n')
    expect(processes.map(({ env }) => env)).toEqual([{ COLOUR: 'blue' }, { COLOUR: 'blue' }])
    expect(notes).toEqual([{ file: '.env', line: 2, what: 'line', reason: 'not NAME=value' }])
  })

  test('lines of another form are noted by number', () => {
    const { processes, notes } = read('web: x\njust words\nno command:\n: y\nb ad: x\n')
    expect(processes).toHaveLength(1)
    expect(notes.map(({ line, reason }) => [line, reason])).toEqual(
      [2, 3, 4, 5].map((line) => [line, 'not of the form NAME: COMMAND']),
    )
  })

  test('a name that is no alias, or there twice, is changed and noted', () => {
    const { processes, notes } = read('web: a\n_x: b\nweb: c\nweb: d\n')
    expect(processes.map(({ alias }) => alias)).toEqual(['web', 'x', 'web-2', 'web-3'])
    expect(notes.map(({ line, what, reason }) => `${line} ${what}: ${reason}`)).toEqual([
      '2 _x: called x here',
      '3 web: called web-2 here',
      '4 web: called web-3 here',
    ])
  })

  test('a port that a runner would hand out is noted, unless .env sets it', () => {
    expect(read('web: server -p $PORT\n').notes).toEqual([
      { file: 'Procfile', line: 1, what: 'web', reason: expect.stringContaining('PORT is not handed out') },
    ])
    expect(read('web: server -p $PORT -h $HOST\n', 'PORT=3000').notes).toEqual([])
  })

  test('more processes than a session is good for are refused with the line', () => {
    const folder = fileTree({ Procfile: 'a: x\n'.repeat(90_000) })
    expect(readImport(join(folder, 'Procfile'))).toMatchObject({
      ok: false,
      message: expect.stringMatching(/more than 2000 processes \(line 2001\)/),
    })
  })

  test('notes are bounded too', () => {
    const { notes } = read('nonsense\n'.repeat(90_000))
    expect(notes).toHaveLength(1001)
    expect(notes.at(-1)).toMatchObject({ line: 1001, what: 'everything after this line' })
  })
})
