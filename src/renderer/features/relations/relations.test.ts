import { expect, test } from 'vitest'
import { processRow } from '../../../../test/helpers/rows.ts'
import type { DependenceRow } from '../../../shared/domain/rows.ts'
import { relationsOf } from './relations.ts'

const process = (id: string, alias: string | null) => processRow({ id, name: `${id}-name`, alias })
const processes = new Map(
  [process('p1', 'master.tws'), process('p2', null), process('p3', 'master.trader')].map((row) => [row.id, row]),
)
const edge = (
  parent: string | null,
  child: string,
  label: string,
  holds: boolean,
  onLoss: DependenceRow['onLoss'] = 'keep',
): DependenceRow => ({
  sessionId: 's',
  parent: parent === null ? { kind: 'missing', name: 'later' } : { kind: 'process', id: parent },
  required: label === 'up' ? { kind: 'up' } : { kind: 'state', label },
  childId: child,
  onLoss,
  holds,
})
const edges = [
  edge('p1', 'p3', 'operative', true),
  edge('p2', 'p3', 'up', false),
  edge(null, 'p3', 'ready-soon', false),
  edge('p1', 'p2', 'up', true),
]

test('parents of a process: what is missing first, a missing one by its name', () => {
  const { parents, children } = relationsOf('p3', edges, processes)
  expect(parents.map(({ name, required, holds, other }) => [name, required, holds, other?.id ?? null])).toEqual([
    ['later', 'ready-soon', false, null],
    ['p2-name', 'up', false, 'p2'],
    ['master.tws', 'operative', true, 'p1'],
  ])
  expect(children).toEqual([])
})

test('children of a process', () => {
  const { parents, children } = relationsOf('p1', edges, processes)
  expect(parents).toEqual([])
  expect(children.map(({ name, required }) => [name, required])).toEqual([
    ['master.trader', 'operative'],
    ['p2-name', 'up'],
  ])
})

test('two states of one parent are two lines', () => {
  const both = relationsOf('p3', [edge('p1', 'p3', 'a', true), edge('p1', 'p3', 'b', true)], processes)
  expect(new Set(both.parents.map(({ key }) => key)).size).toBe(2)
})
