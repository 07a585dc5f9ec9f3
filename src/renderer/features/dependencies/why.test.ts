import { expect, test } from 'vitest'
import { processRow } from '../../../../test/helpers/rows.ts'
import type { Life } from '../../../shared/domain/life.ts'
import type { ProcessRow, WaitingFor } from '../../../shared/domain/rows.ts'
import { whyBlocked } from './why.ts'

const blocked: Life = { kind: 'blocked', since: 0, isRestart: false }

const row = (id: string, life: Life, waitingFor: readonly WaitingFor[] = []): ProcessRow =>
  processRow({ id, alias: id, life, waitingFor })

const parent = (id: string, now: string): WaitingFor => ({
  kind: 'parent',
  id,
  name: id,
  required: { kind: 'ready' },
  now,
})

const known = (...rows: ProcessRow[]) => new Map(rows.map((one) => [one.id, one]))

test('the reason is followed from parent to parent to what is not blocked', () => {
  const tws = row('tws', { kind: 'new' })
  const trader = row('trader', blocked, [parent('tws', 'starting')])
  const slave = row('slave', blocked, [parent('trader', 'waiting')])
  expect(whyBlocked(slave, known(tws, trader, slave))).toEqual([
    { name: 'slave', text: 'waits for trader to be ready (now waiting)' },
    { name: 'trader', text: 'waits for tws to be ready (now starting)' },
  ])
})

test('a parent behind two others is named once, and a long story is cut', () => {
  const rows = Array.from({ length: 9 }, (_, index) => row(`p${index}`, blocked, [parent(`p${index + 1}`, 'waiting')]))
  expect(whyBlocked(rows[0] ?? row('', blocked), known(...rows))).toHaveLength(4)
  const twice = row('child', blocked, [parent('p8', 'waiting'), parent('p8', 'waiting')])
  expect(whyBlocked(twice, known(twice, rows[8] ?? twice))).toHaveLength(2)
})
