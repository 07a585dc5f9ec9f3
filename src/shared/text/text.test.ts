import { describe, expect, test } from 'vitest'
import type { Life } from '../domain/life.ts'
import { formatBytes } from './bytes.ts'
import { ageText, detailSentence, endSentence, needsReading } from './detail.ts'
import {
  formatAge,
  formatAgo,
  formatClock,
  formatLength,
  formatLimit,
  formatPreciseClock,
  formatSinceStart,
} from './durations.ts'
import { killBody, killTitle, linesArrived, tallySentence } from './messages.ts'
import { formatPercent } from './numbers.ts'

const now = 1_800_000_000_000
const identity = { bootId: 'b', pid: 4321, startTime: '1' }
const upProgram = { identity, shimPid: 4320 }
const up: Life = { kind: 'up', run: 1, since: now - 5000, program: upProgram }
const row = (life: Life, listen: string[] = []) => ({
  life,
  state: null,
  waitingFor: [],
  usage: listen.length > 0 ? { cpuPct: 0, rssBytes: 0, listen } : null,
})

describe('sizes and numbers', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [22_400_000, '22 MB'],
    [999_600_000, '1.0 GB'],
    [21_400_000_000, '21.4 GB'],
    [240_000_000_000, '240 GB'],
  ])('%d bytes read %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text))

  test.each([
    [0, '0'],
    [0.06, '0.1'],
    [38.21, '38.2'],
    [612.4, '612'],
    [1232, '1,232'],
  ])('%d percent reads %s', (value, text) => expect(formatPercent(value)).toBe(text))
})

describe('durations', () => {
  test.each([
    [41_000, '41 s'],
    [19 * 60_000, '19 m'],
    [5 * 3_600_000 + 2 * 60_000, '5 h 02 m'],
    [28 * 3_600_000, '1 d 4 h'],
    [6 * 86_400_000 + 3_600_000, '6 d'],
    [-5, '0 s'],
  ])('an age of %d ms reads %s', (elapsed, text) => expect(formatAge(elapsed)).toBe(text))

  test.each([
    [8_000, '8 s ago'],
    [120_000, '2 m ago'],
    [7_200_000, '2 h ago'],
    [30 * 3_600_000, 'yesterday'],
    [3 * 86_400_000, '3 d ago'],
  ])('%d ms ago reads %s', (elapsed, text) => expect(formatAgo(now - elapsed, now)).toBe(text))

  test.each([
    [250, '250 ms'],
    [4_000, '4 s'],
    [14 * 60_000 + 22_000, '14 m 22 s'],
    [5 * 3_600_000 + 2 * 60_000 + 10_000, '5 h 02 m 10 s'],
  ])('a length of %d ms reads %s', (elapsed, text) => expect(formatLength(elapsed)).toBe(text))

  test.each([
    [-1, '0 s'],
    [3001, '4 s'],
    [119_001, '120 s'],
    [343_200, '5 m 44 s'],
  ])('%d ms left read %s', (left, text) => expect(formatLimit(left)).toBe(text))

  test('the time of a log line has milliseconds', () => {
    const at = new Date(2026, 0, 2, 10, 41, 50, 7).getTime()
    expect(formatClock(at)).toBe('10:41:50')
    expect(formatPreciseClock(at)).toBe('10:41:50.007')
    expect(formatSinceStart(62_345)).toBe('+1:02.345')
    expect(formatSinceStart(3_765_000)).toBe('+1:02:45.000')
  })
})

describe('detail of each life', () => {
  const lives: [string, Life, string][] = [
    ['new', { kind: 'new' }, 'Recorded, not started yet'],
    [
      'starting',
      { kind: 'starting', run: 1, since: now, program: null, readyBy: null },
      'Waiting for the program to begin',
    ],
    ['up', up, 'Pid 4321'],
    ['down', { kind: 'down', since: now, reason: 'Stopped by you' }, 'Stopped by you'],
    [
      'failed to start',
      { kind: 'failed', since: now, because: 'could-not-start', reason: 'not found' },
      'Could not start: not found',
    ],
    ['gave up', { kind: 'failed', since: now, because: 'crash-loop', reason: 'Ended 5 times' }, 'Ended 5 times'],
    [
      'not ready yet',
      { kind: 'starting', run: 1, since: now, program: upProgram, readyBy: now + 4_200 },
      'Not ready yet, 5 s left',
    ],
    [
      'back-off',
      {
        kind: 'backoff',
        run: 1,
        since: now,
        until: now + 3_500,
        end: { code: 1, signal: null, at: now, reason: null },
      },
      'Restarts in 4 s (exit 1)',
    ],
    [
      'ambiguous',
      {
        kind: 'ambiguous',
        run: 1,
        since: now,
        candidates: [
          { pid: 7, command: 'a' },
          { pid: 9, command: 'a' },
        ],
      },
      'Pids 7, 9 could all be it; choose one with attach, or stop it',
    ],
    [
      'exited',
      { kind: 'exited', run: 1, end: { code: 137, signal: null, at: now, reason: null } },
      'Exited with code 137 (killed)',
    ],
  ]
  test.each(lives)('%s', (_, life, text) => expect(detailSentence(row(life), now)).toBe(text))

  test('a stop counts down, then says that it was killed, then names who is left', () => {
    const life = (killAt: number | null, after: 'down' | 'start', survivors: number[] = []): Life => ({
      kind: 'stopping',
      run: 1,
      since: now,
      killAt,
      program: null,
      by: 'user',
      next: after === 'start' ? { kind: 'start' } : { kind: 'down', reason: 'Stopped by you' },
      survivors,
    })
    const say = (stopping: Life) => detailSentence(row(stopping), now)
    expect(say(life(now + 6_100, 'down'))).toBe('Stopping, 7 s left before kill')
    expect(say(life(now - 50, 'start'))).toBe('Restarting, 0 s left before kill')
    expect(say(life(null, 'down'))).toBe('Stopping, killed, waiting for the end')
    expect(say(life(null, 'down', [12, 13]))).toBe('Could not end 2 processes (pid 12, 13)')
  })

  test('a listening process names its first address', () => {
    expect(detailSentence(row(up, ['127.0.0.1:9464']), now)).toBe('Listening on 127.0.0.1:9464')
    expect(detailSentence(row(up, ['127.0.0.1:1', '::1:1', '0.0.0.0:2']), now)).toBe(
      'Listening on 127.0.0.1:1 and 2 more',
    )
  })

  test('an end without a code gives its reason', () => {
    expect(endSentence({ code: null, signal: 'SIGKILL', at: now, reason: null })).toBe('Ended by SIGKILL')
    expect(endSentence({ code: null, signal: null, at: now, reason: 'recorder lost' })).toBe('Ended, recorder lost')
    expect(endSentence({ code: 0, signal: null, at: now, reason: null })).toBe('Exited with code 0')
  })

  test('only what needs a person is read aloud in full strength', () => {
    expect(needsReading(up)).toBe(false)
    expect(needsReading({ kind: 'failed', since: now, because: 'could-not-start', reason: 'x' })).toBe(true)
    expect(needsReading({ kind: 'exited', run: 1, end: { code: 0, signal: null, at: now, reason: null } })).toBe(false)
  })

  test('age counts from the start while alive and from the end afterwards', () => {
    expect(ageText({ life: up, startedAt: now - 41_000, createdAt: 0 }, now)).toBe('41 s')
    const ended: Life = { kind: 'exited', run: 1, end: { code: 1, signal: null, at: now - 120_000, reason: null } }
    expect(ageText({ life: ended, startedAt: 0, createdAt: 0 }, now)).toBe('2 m ago')
  })
})

describe('sentences with numbers', () => {
  test('name one and count many', () => {
    expect(killTitle(['eval-sweep-17'])).toBe('Kill eval-sweep-17?')
    expect(killTitle(['a', 'b', 'c'])).toBe('Kill 3 processes?')
    expect(killBody(1, 0)).toBe('It gets no chance to save.')
    expect(killBody(2, 1)).toBe('They get no chance to save. 1 process depends on them.')
    expect(linesArrived(1204, false)).toBe('1,204 lines arrived while you were reading')
    expect(tallySentence(41, 2)).toBe('41 running, 2 failed')
    expect(tallySentence(0, 0)).toBe('0 running')
  })
})
