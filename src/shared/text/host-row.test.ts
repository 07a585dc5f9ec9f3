import { describe, expect, test } from 'vitest'
import { localRow, sshRow } from '../../../test/helpers/host-rows.ts'
import type { HostState } from '../domain/host.ts'
import {
  formatLatency,
  hostBarText,
  hostLostBody,
  hostLostTitle,
  hostMark,
  hostProcessesText,
  hostStateDetail,
  hostStateWord,
  loadLevel,
  refusalRemedy,
} from './host-row.ts'

const now = new Date(2026, 10, 24, 10, 44, 8).getTime()
const since = new Date(2026, 10, 24, 10, 42, 1).getTime()
const refused = (because: 'authentication' | 'unknown-key' | 'changed-key' | 'unusable'): HostState => ({
  kind: 'refused',
  since,
  because,
  key: null,
})

describe('the state of a host', () => {
  test.each<[HostState, string | null, string, string, string]>([
    [{ kind: 'idle' }, null, 'Not used yet', '', 'not used yet'],
    [{ kind: 'connected', since }, null, 'Connected', 'since 10:42', '12 ms'],
    [{ kind: 'connecting', since }, 'starting', 'Connecting', 'since 10:42', 'connecting'],
    [
      { kind: 'reconnecting', since, attempt: 3, retryAt: now + 4000 },
      'starting',
      'Reconnecting',
      'since 10:42, attempt 3, next try in 4 s',
      'reconnecting since 10:42',
    ],
    [
      { kind: 'unreachable', since, retryAt: now - 1 },
      'unknown',
      'Unreachable',
      'since 10:42, trying now',
      'unreachable since 10:42',
    ],
    [refused('authentication'), 'failed', 'Login refused', 'since 10:42', 'login refused'],
    [refused('unknown-key'), 'failed', 'Key not trusted', 'since 10:42', 'key not trusted'],
    [refused('changed-key'), 'failed', 'Key has changed', 'since 10:42', 'key has changed'],
    [refused('unusable'), 'failed', 'Unusable', 'since 10:42', 'unusable'],
  ])('%j', (state, mark, word, detail, bar) => {
    expect(hostMark(state)).toBe(mark)
    expect(hostStateWord(state)).toBe(word)
    expect(hostStateDetail(state, now)).toBe(detail)
    expect(hostBarText(sshRow('gpu-01', state, { latencyMs: 12.3 }), now)).toBe(bar)
  })

  test('only a lost one is never green, and nothing else has a running mark', () => {
    const states: HostState[] = [{ kind: 'local' }, { kind: 'connected', since }, { kind: 'idle' }]
    expect(states.map(hostMark)).toEqual([null, null, null])
  })

  test('this machine', () => {
    expect(hostBarText(localRow(), now)).toBe('load 3.1 of 16')
    expect(hostBarText(localRow({ load1: null }), now)).toBe('')
  })

  test('every refusal has a way out', () => {
    for (const because of ['authentication', 'unknown-key', 'changed-key', 'unusable'] as const)
      expect(refusalRemedy('gpu-01', because)).toMatch(/^[A-Z].*\.$/)
  })
})

test.each([
  ['load', 9.9, 'light'],
  ['load', 10, 'moderate'],
  ['load', 74.9, 'moderate'],
  ['load', 75, 'heavy'],
  ['memory', 79.9, 'moderate'],
  ['memory', 80, 'heavy'],
] as const)('%s of %d %% is %s', (of, percent, level) => expect(loadLevel(of, percent)).toBe(level))

test('numbers', () => {
  expect([formatLatency(0.42), formatLatency(12.6)]).toEqual(['0.4 ms', '13 ms'])
  expect(hostProcessesText({ total: 0, running: 0 })).toBe('none')
  expect(hostProcessesText({ total: 1, running: 0 })).toBe('0 of 1 process running')
})

test('notices', () => {
  expect(hostLostTitle({ name: 'gpu-01', state: { kind: 'unreachable', since, retryAt: 0 } })).toBe(
    'gpu-01 is unreachable',
  )
  expect(hostLostTitle({ name: 'gpu-01', state: refused('authentication') })).toBe('gpu-01: login refused')
  expect(hostLostBody('gpu-01', since, 0, now)).toBe('Since 10:42.')
  expect(hostLostBody('gpu-01', since, 1, now)).toBe('Since 10:42. Nobody knows how 1 process on gpu-01 is.')
  expect(hostLostBody('gpu-01', since, 3, now)).toContain('Nobody knows how 3 processes on gpu-01 are.')
})
