import { describe, expect, test } from 'vitest'
import { processRow } from '../../../test/helpers/rows.ts'
import type { Life, Program } from '../domain/life.ts'
import type { ProcessRow } from '../domain/rows.ts'
import { endWithDaemon, type GoesOn, nothingGoesOn, quitSentences, quitTitle, whatGoesOn } from './quit.ts'

const program: Program = { identity: { bootId: 'b', pid: 1, startTime: '1' }, shimPid: 1 }
const end = { code: 1, signal: null, at: 1, reason: null }
const row = (alias: string, life: Life): ProcessRow => processRow({ id: alias, name: alias, alias, life })

test('what runs, may run, or starts by itself goes on; what has ended does not', () => {
  const rows = [
    row('b', { kind: 'up', run: 1, since: 1, program }),
    row('a', { kind: 'paused', run: 1, since: 1, program }),
    row('lost', { kind: 'unknown', since: 1, reason: '', last: 'up', program: null, stop: null }),
    row('waits', { kind: 'blocked', since: 1, isRestart: false }),
    row('again', { kind: 'backoff', run: 1, since: 1, until: 2, end }),
    row('done', { kind: 'exited', run: 1, end }),
    row('fresh', { kind: 'new' }),
  ]
  expect(whatGoesOn(rows)).toEqual({
    running: ['a', 'b', 'lost'],
    toStart: ['again', 'waits'],
    inTerminals: [],
  })
  expect(nothingGoesOn(whatGoesOn(rows))).toBe(false)
  expect(nothingGoesOn(whatGoesOn(rows.slice(-2)))).toBe(true)
})

test('what runs in a terminal ends with the daemon', () => {
  const shell = { ...row('shell', { kind: 'up', run: 1, since: 1, program }), pty: true }
  const ended = { ...row('old', { kind: 'exited', run: 1, end }), pty: true }
  expect(whatGoesOn([shell, ended]).inTerminals).toEqual(['shell'])
  expect(endWithDaemon(['shell'])).toBe('1 terminal program ends with the daemon: shell')
  expect(endWithDaemon(['shell', 'top'])).toBe('2 terminal programs end with the daemon: shell, top')
})

describe('the question', () => {
  test.each<[GoesOn, string, string[]]>([
    [
      { running: ['a'], toStart: [], inTerminals: [] },
      'Quit and leave 1 process running?',
      ['The daemon keeps it running in the background: a.'],
    ],
    [
      { running: ['a', 'b', 'c', 'd', 'e', 'f', 'g'], toStart: ['x'], inTerminals: [] },
      'Quit and leave 7 processes running?',
      ['The daemon keeps them running in the background: a, b, c, d, e and 2 more.', '1 more waits to start: x.'],
    ],
    [
      { running: [], toStart: ['x', 'y'], inTerminals: [] },
      'Quit and leave 2 processes waiting to start?',
      ['The daemon starts them when it is time: x and y.'],
    ],
    [
      { running: ['a', 'shell', 'top'], toStart: [], inTerminals: ['shell', 'top'] },
      'Quit and leave 3 processes running?',
      [
        'The daemon keeps them running in the background: a, shell and top.',
        'shell and top have terminals, so they end when the daemon is stopped.',
      ],
    ],
    [
      { running: ['shell'], toStart: [], inTerminals: ['shell'] },
      'Quit and leave 1 process running?',
      [
        'The daemon keeps it running in the background: shell.',
        'shell has a terminal, so it ends when the daemon is stopped.',
      ],
    ],
  ])('%j', (goesOn, title, sentences) => {
    expect(quitTitle(goesOn)).toBe(title)
    expect(quitSentences(goesOn)).toEqual(sentences)
  })
})
