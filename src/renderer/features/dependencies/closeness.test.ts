import { expect, test } from 'vitest'
import type { Fingerprint, SavedState } from '../../../shared/domain/fingerprint.ts'
import { closenessTo } from './closeness.ts'

const live: Fingerprint = {
  cmdline: ['/opt/tws', 'paper=1'],
  listen: ['127.0.0.1:45001'],
  established: [],
  udp: [],
  files: null,
}
const saved = (fingerprint: Fingerprint | null, ignore: readonly string[] = []): SavedState => ({
  label: 'operative',
  fingerprint,
  when: null,
  ignore,
  require: [],
  savedAt: 0,
})

test('a process in the state lacks nothing', () => {
  expect(closenessTo(live, saved(live))).toEqual({ score: 1, missing: [] })
})

test('what it lacks is named with its list; ports that the kernel chose and unread lists are not lacking', () => {
  const operative = { ...live, listen: ['127.0.0.1:7496', '127.0.0.1:50002'], files: ['/var/lib/tws/book'] }
  const closeness = closenessTo(live, saved(operative))
  expect(closeness?.missing).toEqual(['listen 127.0.0.1:7496'])
  expect(closeness?.score).toBeLessThan(0.9)
  expect(closenessTo(live, saved(operative, ['127.0.0.1:7496']))).toEqual({ score: 1, missing: [] })
})

test('a state that is an expression has no score', () => {
  expect(closenessTo(live, saved(null))).toBeNull()
})
