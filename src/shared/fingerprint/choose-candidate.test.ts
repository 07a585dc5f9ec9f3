import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chooseCandidate, type Scored } from './choose-candidate.ts'

const scored = (...scores: readonly number[]): Scored[] => scores.map((score, index) => ({ pid: 100 - index, score }))

test('nobody is nobody', () => expect(chooseCandidate([])).toEqual({ kind: 'none' }))

test('the only one is it, whatever its score', () => {
  expect(chooseCandidate(scored(-1))).toEqual({ kind: 'one', pid: 100 })
})

test.each([
  ['clearly ahead', [0.3, 0.97, 0.9], 99],
  ['ahead by just enough', [0.95, 0.9], 100],
  ['at least 0.9', [0.9, 0.2], 100],
])('of several, %s', (_, scores, pid) => expect(chooseCandidate(scored(...scores))).toEqual({ kind: 'one', pid }))

test.each([
  ['equal', [1, 1]],
  ['not far enough ahead', [0.94, 0.9]],
  ['the best too weak', [0.89, 0.1]],
])('a person decides when they are %s', (_, scores) => {
  expect(chooseCandidate(scored(...scores))).toEqual({ kind: 'ambiguous', pids: [99, 100] })
})

test('the order does not matter', () => {
  const candidates = fc.uniqueArray(fc.record({ pid: fc.nat(), score: fc.double({ min: -1, max: 1, noNaN: true }) }), {
    selector: ({ pid }) => pid,
  })
  fc.assert(
    fc.property(candidates, (all) => {
      expect(chooseCandidate(all.toReversed())).toEqual(chooseCandidate(all))
    }),
  )
})
