import { expect, test } from 'vitest'
import type { HostState } from '../../../shared/domain/host.ts'
import { staleSentence } from './stale.ts'

const since = new Date(2026, 0, 2, 10, 42).getTime()
const said = (state: HostState) => staleSentence({ name: 'gpu-01', state }, since + 60_000)

test('a host that cannot be reached is named, with the time', () => {
  expect(said({ kind: 'unreachable', since, retryAt: since })).toBe(
    'gpu-01 is unreachable since 10:42. What is shown came before.',
  )
  expect(said({ kind: 'refused', since, because: 'authentication', key: null })).toBe(
    'gpu-01 refused the login. What is shown came before.',
  )
})

test('nothing is said of one that answers, or was never needed', () => {
  expect(said({ kind: 'local' })).toBeNull()
  expect(said({ kind: 'connected', since })).toBeNull()
  expect(said({ kind: 'idle' })).toBeNull()
})
