import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { commandLine } from '../../../shared/text/command-line.ts'
import { splitWords } from './shell-words.ts'

const words = (text: string) => {
  const split = splitWords(text)
  return split.ok ? split.words : split.message
}

describe('words of a command line', () => {
  test.each([
    ['', []],
    ['  ls   -l\t/tmp ', ['ls', '-l', '/tmp']],
    [`sh -c 'for i in 1 2; do echo "$i"; done'`, ['sh', '-c', 'for i in 1 2; do echo "$i"; done']],
    ['echo "a b" c\\ d', ['echo', 'a b', 'c d']],
    ['echo ""', ['echo', '']],
    [`a'b'"c"d`, ['abcd']],
    ['"say \\"hi\\" \\n"', ['say "hi" \\n']],
    ['a $HOME *', ['a', '$HOME', '*']],
  ])('%j', (text, expected) => expect(words(text)).toEqual(expected))

  test.each([
    [`echo 'a`, "A single quote (') is not closed."],
    ['echo "a', 'A double quote (") is not closed.'],
    ['echo \\', 'The backslash at the end escapes nothing.'],
  ])('%j is refused with a reason', (text, message) => expect(words(text)).toBe(message))

  test('quoting any words and splitting them gives them back', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (argv) => {
        expect(words(commandLine(argv))).toEqual(argv)
      }),
    )
  })
})
