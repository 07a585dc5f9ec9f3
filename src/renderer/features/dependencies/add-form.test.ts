import { describe, expect, test } from 'vitest'
import { processRow, sessionRow } from '../../../../test/helpers/rows.ts'
import type { ProcessRow, SessionRow } from '../../../shared/domain/rows.ts'
import { likelyState, processOptions, sameCommand, stateOptions } from './add-form.ts'

const session = (id: string, name: string, readOnly: SessionRow['readOnly'] = null): SessionRow =>
  sessionRow({ id, name, readOnly })

const process = (id: string, sessionId: string, state: string | null = null): ProcessRow =>
  processRow({ id, alias: id, sessionId, state })

const saved = (label: string) => ({ label, fingerprint: null, when: 'true', ignore: [], require: [], savedAt: 0 })

const sessionsOf = (...rows: SessionRow[]) => new Map(rows.map((row) => [row.id, row]))

describe('processes to choose from', () => {
  test('are those of sessions that can be changed, named where there are several', () => {
    const sessions = sessionsOf(
      session('s2', 'zebra'),
      session('s1', 'atlas'),
      session('s3', 'theirs', { kind: 'locked', message: 'Held elsewhere' }),
    )
    const processes = [process('b', 's2'), process('x', 's3'), process('a-10', 's1'), process('a-9', 's1')]
    expect(processOptions({ processes, sessions })).toEqual([
      { value: 'a-9', label: 'a-9', note: 'atlas' },
      { value: 'a-10', label: 'a-10', note: 'atlas' },
      { value: 'b', label: 'b', note: 'zebra' },
    ])
  })

  test('need no session beside them where there is one', () => {
    const options = processOptions({ processes: [process('a', 's1')], sessions: sessionsOf(session('s1', 'atlas')) })
    expect(options).toEqual([{ value: 'a', label: 'a' }])
  })
})

describe('what a parent may have to be', () => {
  const words = (...args: Parameters<typeof stateOptions>) => stateOptions(...args).map(({ value }) => value)

  test('are its saved states, then what every process can be', () => {
    expect(words({ states: [saved('operative')], row: process('a', 's1', 'operative') })).toEqual([
      'operative',
      'up',
      'ready',
      'exited:0',
      'exited',
    ])
    expect(words(undefined)[0]).toBe('up')
    expect(words({ states: [], row: process('a', 's1', 'idle') })[0]).toBe('idle')
  })

  test('the likeliest comes first', () => {
    const ready = { check: { kind: 'port', port: 80 }, intervalMs: 1000, timeoutMs: 60_000 } as const
    const row = process('a', 's1')
    expect(likelyState(undefined)).toBe('up')
    expect(likelyState({ row, states: [], ready: null })).toBe('up')
    expect(likelyState({ row, states: [], ready })).toBe('ready')
    expect(likelyState({ row, states: [saved('operative')], ready })).toBe('operative')
    expect(likelyState({ row: process('a', 's1', 'idle'), states: [saved('operative')], ready })).toBe('idle')
  })
})

test('the same as a command line', () => {
  const named = { workspace: '/work/my desk', parent: 'master.tws', state: 'operative', child: 'trader' } as const
  const line = "procession session dependence add -C '/work/my desk' --parent master.tws:operative --child trader"
  expect(sameCommand({ ...named, onLoss: 'keep' })).toBe(line)
  expect(sameCommand({ ...named, onLoss: 'stop' })).toBe(`${line} --on-loss stop`)
})
