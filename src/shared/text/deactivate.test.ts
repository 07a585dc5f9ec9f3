import { expect, test } from 'vitest'
import { processRow, upLife } from '../../../test/helpers/rows.ts'
import type { Life } from '../domain/life.ts'
import { deactivateSentences } from './deactivate.ts'

const row = (alias: string, shutdown: boolean, life: Life = upLife(1)) =>
  processRow({ id: alias, alias, shutdown, life })
const paused = 'Nothing of it is started or restarted by itself until it is activated again.'

test('says what stops and what goes on', () => {
  const blocked: Life = { kind: 'blocked', since: 1, isRestart: false }
  const down: Life = { kind: 'down', since: 1, reason: '' }
  expect(deactivateSentences([row('a', true), row('b', true, blocked), row('c', false), row('d', true, down)])).toEqual(
    [
      paused,
      '2 processes stop: a and b. Children stop before their parents.',
      '1 process keeps running, not supervised: c.',
    ],
  )
})

test('says no more than there is', () => expect(deactivateSentences([])).toEqual([paused]))
