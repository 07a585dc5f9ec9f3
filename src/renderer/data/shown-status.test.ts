import { expect, test } from 'vitest'
import { processRow, upLife } from '../../../test/helpers/rows.ts'
import type { Life } from '../../shared/domain/life.ts'
import { shownDetail, shownStatus } from './shown-status.ts'

const now = Date.now()
const end = { code: 7, signal: null, reason: null, at: now }
const backoff: Life = { kind: 'backoff', run: 1, since: now, until: now + 4000, end }
const exited: Life = { kind: 'exited', run: 1, end }

const shown = (life: Life, lostSince: number | null): [string, string] => {
  const row = processRow({ life })
  return [shownStatus(row, lostSince), shownDetail(row, lostSince, now)]
}

test('with the daemon every row says what it is', () => {
  expect(shown(backoff, null)).toEqual(['starting', 'Restarts in 4 s (exit 7)'])
  expect(shown(exited, null)).toEqual(['failed', 'Exited with code 7'])
})

test('without it nobody knows what lives, and nothing is restarted', () => {
  expect(shown(upLife(1), now)).toEqual(['unknown', expect.stringMatching(/^No word from the daemon since /)])
  expect(shown(backoff, now)).toEqual(['starting', 'Restarts when the daemon answers again'])
  expect(shown(exited, now)).toEqual(['failed', 'Exited with code 7'])
})
