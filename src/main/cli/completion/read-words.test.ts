import { expect, test } from 'vitest'
import { verbs } from '../verbs/index.ts'
import { readWords } from './read-words.ts'
import { unquoted } from './typed-words.ts'

/** Reads `session show ma` as it stands behind `procession`; a blank at the end begins a new word. */
const read = (line: string) => readWords(line.split(' '), verbs)

test.each([
  ['', 'verb', [], ''],
  ['ses', 'verb', [], 'ses'],
  ['session ', 'verb', ['session'], ''],
  ['session dependence a', 'verb', ['session', 'dependence'], 'a'],
  ['--json session s', 'verb', ['session'], 's'],
  ['-C /x session s', 'verb', ['session'], 's'],
  ['session show ma', 'operand', ['session', 'show'], 'ma'],
  ['session show -', 'option', ['session', 'show'], '-'],
  ['session show --', 'option', ['session', 'show'], '--'],
  ['session start --cwd /x --no-launch na', 'operand', ['session', 'start'], 'na'],
  ['session start --cwd=/x na', 'operand', ['session', 'start'], 'na'],
  ['session logs -n5 na', 'operand', ['session', 'logs'], 'na'],
  ['session start --unknown x', 'operand', ['session', 'start'], 'x'],
  ['session start -- ls --l', 'command', ['session', 'start'], '--l'],
] as const)('%j: %s', (line, place, path, word) => {
  const reading = read(line)
  expect({ place: reading.place.kind, path: reading.path, word: reading.word }).toEqual({ place, path, word })
})

test.each([
  ['session attach --state ', '--state', '', ''],
  ['session attach --state op', '--state', '', 'op'],
  ['session attach --state=op', '--state', '--state=', 'op'],
  ['session attach -p12', '--pid', '-p', '12'],
  ['session attach -p 12', '--pid', '', '12'],
  ['--home=/x/y', '--home', '--home=', '/x/y'],
  ['session show -C /', '-C', '', '/'],
])('%j is the value of %s', (line, option, prefix, word) => {
  const { place, word: found } = read(line)
  if (place.kind !== 'value') throw new Error(place.kind)
  expect({ option: place.option.names.at(-1), prefix: place.prefix, word: found }).toEqual({ option, prefix, word })
})

test('values that were given, of options and as words', () => {
  const { given, operands } = read('-C /a session start one --env A=1 --env=B=2 --json two ')
  expect(operands).toEqual(['one', 'two'])
  expect(Object.fromEntries(given)).toEqual({ '-C': ['/a'], '--env': ['A=1', 'B=2'], '--json': [''] })
})

test.each([
  ['plain', 'plain'],
  ['"two words', 'two words'],
  ["'it\\n'", 'it\\n'],
  ['sleep\\ 10', 'sleep 10'],
  ['"a\\"b\\n"c', 'a"b\\nc'],
  ['end\\', 'end'],
  ['', ''],
])('%j is %j', (typed, word) => {
  expect(unquoted(typed)).toBe(word)
})
