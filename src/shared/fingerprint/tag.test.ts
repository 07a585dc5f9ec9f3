import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Fingerprint, SavedState } from '../domain/fingerprint.ts'
import { chooseTag, noTag, scoreOfState, settleTag } from './tag.ts'

const live: Fingerprint = {
  cmdline: ['tws'],
  listen: ['0.0.0.0:7496'],
  established: [],
  udp: [],
  files: ['/a', '/b', '/c', '/d'],
}

const state = (label: string, changes: Partial<SavedState> = {}): SavedState => ({
  label,
  fingerprint: live,
  when: null,
  ignore: [],
  require: [],
  savedAt: 0,
  ...changes,
})

const never = { ephemeralFrom: 32_768, whenHolds: () => null }
const choose = (states: readonly SavedState[], holding: readonly string[] = []) =>
  chooseTag(live, states, { ephemeralFrom: 32_768, whenHolds: (label) => holding.includes(label) })

describe('chooseTag', () => {
  const extraFile = { fingerprint: { ...live, files: ['/a', '/b', '/c', '/d', '/e'] } }
  const replacedFile = { fingerprint: { ...live, files: ['/a', '/b', '/c', '/e'] } }

  test('the state that fits best', () => {
    expect(choose([state('launch', extraFile), state('odd')])).toEqual({ label: 'odd', score: 1 })
  })

  test('none below 0.9', () => {
    expect(choose([state('operative', replacedFile)])).toBeNull()
    expect(choose([])).toBeNull()
  })

  test('of equals operative, running, launch, then by the alphabet', () => {
    const labels = ['b', 'launch', 'a', 'running', 'operative']
    const order = labels.map((_, taken) => {
      const left = ['operative', 'running', 'launch', 'a', 'b'].slice(taken)
      return choose(labels.filter((label) => left.includes(label)).map((label) => state(label)))?.label
    })
    expect(order).toEqual(['operative', 'running', 'launch', 'a', 'b'])
  })

  test('an expression that is true fits wholly, one that is not or cannot be said not at all', () => {
    const defined = state('ready', { fingerprint: null, when: 'true' })
    expect(choose([defined, state('launch', extraFile)], ['ready'])).toEqual({ label: 'ready', score: 1 })
    expect(choose([defined])).toBeNull()
    expect(chooseTag(live, [defined], never)).toBeNull()
  })

  test('a state with both holds by either', () => {
    const both = state('ready', { when: 'x', ...replacedFile })
    expect(choose([both], ['ready'])?.label).toBe('ready')
    expect(choose([state('ready', { when: 'x' })])?.label).toBe('ready')
  })

  test('a state without expression is not asked for one', () => {
    expect(choose([state('ready', replacedFile)], ['ready'])).toBeNull()
  })
})

describe('what differs between two runs', () => {
  const first: Fingerprint = { ...live, listen: ['127.0.0.1:45001'], files: ['/tmp/app.Ab3dE9', '/a'] }
  const second: Fingerprint = { ...live, listen: ['127.0.0.1:50002'], files: ['/tmp/app.zY8xW7', '/a'] }

  test('does not count', () => {
    expect(scoreOfState(second, state('running', { fingerprint: first }), 32_768)).toBe(1)
    expect(scoreOfState(second, state('running', { fingerprint: first }), 60_000)).toBeLessThan(0.9)
  })

  test('and may be marked as it was seen', () => {
    const required = state('running', { fingerprint: first, require: ['127.0.0.1:45001', '/tmp/app.Ab3dE9'] })
    expect(scoreOfState(second, required, 32_768)).toBe(1)
    expect(scoreOfState({ ...second, listen: [] }, required, 32_768)).toBe(0)
    const ignored = state('running', { fingerprint: first, ignore: ['127.0.0.1:45001', '/tmp/app.Ab3dE9'] })
    expect(scoreOfState({ ...second, listen: [], files: ['/a'] }, ignored, 32_768)).toBe(1)
  })

  test('is an argument as it was given', () => {
    const withArgument = { ...live, cmdline: ['tws', '127.0.0.1:45001'] }
    const required = state('running', { fingerprint: withArgument, require: ['127.0.0.1:45001'] })
    expect(scoreOfState(withArgument, required, 32_768)).toBe(1)
  })
})

describe('settleTag', () => {
  const settle = (samples: readonly (string | null)[]) => {
    let memory = noTag
    return samples.map((sample) => {
      memory = settleTag(memory, sample)
      return memory.tag
    })
  }

  test.each([
    ['gained by two in a row', ['A', 'A'], [null, 'A']],
    ['not by two with another between', ['A', 'B', 'A'], [null, null, null]],
    ['not by two with none between', ['A', null, 'A'], [null, null, null]],
    ['lost by three in a row', ['A', 'A', null, null, null], [null, 'A', 'A', 'A', null]],
    ['kept when it comes back in time', ['A', 'A', null, null, 'A', null, null], [null, ...Array(6).fill('A')]],
    ['another takes over after two', ['A', 'A', 'B', 'B'], [null, 'A', 'A', 'B']],
    ['another takes over also later', ['A', 'A', null, 'B', 'B'], [null, 'A', 'A', 'A', 'B']],
    ['the third that is not it ends it', ['A', 'A', 'B', 'C', 'B', 'B'], [null, 'A', 'A', 'A', null, 'B']],
  ])('%s', (_, samples, tags) => expect(settle(samples)).toEqual(tags))

  const samples = fc.array(fc.option(fc.constantFrom('A', 'B', 'C'), { nil: null }), { maxLength: 40 })

  test('holds exactly what the latest samples say', () => {
    fc.assert(
      fc.property(samples, (given) => {
        const tags = settle(given)
        for (const [index, tag] of tags.entries()) {
          const [latest = null, second = null, third = null] = given.slice(0, index + 1).toReversed()
          const before = tags[index - 1] ?? null
          const gained = latest !== null && latest === second ? latest : null
          const kept = [latest, second, third].find((label) => label !== null && label === before) ?? null
          expect(tag).toBe(gained ?? kept)
        }
      }),
    )
  })
})
