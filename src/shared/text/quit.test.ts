import { describe, expect, test } from 'vitest'
import { processRow } from '../../../test/helpers/rows.ts'
import type { Life, Program } from '../domain/life.ts'
import type { ProcessRow } from '../domain/rows.ts'
import { type GoesOn, nothingGoesOn, quitSentences, quitTitle, whatGoesOn } from './quit.ts'

const program: Program = { identity: { bootId: 'b', pid: 1, startTime: '1' }, shimPid: 1 }
const end = { code: 1, signal: null, at: 1, reason: null }
const row = (alias: string, life: Life): ProcessRow => processRow({ id: alias, name: alias, alias, life })

test('what runs, may run, or starts by itself goes on; what has ended does not', () => {
  const rows = [
    row('b', { kind: 'up', run: 1, since: 1, program }),
    row('a', { kind: 'paused', run: 1, since: 1, program }),
    row('lost', { kind: 'unknown', since: 1, reason: '', last: 'up' }),
    row('waits', { kind: 'blocked', since: 1, isRestart: false }),
    row('again', { kind: 'backoff', run: 1, since: 1, until: 2, end }),
    row('done', { kind: 'exited', run: 1, end }),
    row('fresh', { kind: 'new' }),
  ]
  expect(whatGoesOn(rows)).toEqual({ running: ['a', 'b', 'lost'], toStart: ['again', 'waits'] })
  expect(nothingGoesOn(whatGoesOn(rows))).toBe(false)
  expect(nothingGoesOn(whatGoesOn(rows.slice(-2)))).toBe(true)
})

describe('the question', () => {
  test.each<[GoesOn, string, string[]]>([
    [
      { running: ['a'], toStart: [] },
      'Quit and leave 1 process running?',
      ['The daemon keeps it running in the background: a.'],
    ],
    [
      { running: ['a', 'b', 'c', 'd', 'e', 'f', 'g'], toStart: ['x'] },
      'Quit and leave 7 processes running?',
      ['The daemon keeps them running in the background: a, b, c, d, e and 2 more.', '1 more waits to start: x.'],
    ],
    [
      { running: [], toStart: ['x', 'y'] },
      'Quit and leave 2 processes waiting to start?',
      ['The daemon starts them when it is time: x and y.'],
    ],
  ])('%j', (goesOn, title, sentences) => {
    expect(quitTitle(goesOn)).toBe(title)
    expect(quitSentences(goesOn)).toEqual(sentences)
  })
})
