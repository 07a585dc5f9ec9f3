import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { commandLine } from './command-line.ts'
import { plainWords, splitWords } from './shell-words.ts'

const words = (text: string, rules: 'posix' | 'python' = 'posix') => {
  const split = splitWords(text, rules)
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

  test('as Python splits, a backslash in double quotes keeps its dollar', () => {
    expect(words('"\\$x" "\\"y\\\\"')).toEqual(['$x', '"y\\'])
    expect(words('"\\$x" "\\"y\\\\"', 'python')).toEqual(['\\$x', '"y\\'])
  })
})

describe('commands that need no shell', () => {
  test.each([
    ['sleep 60', ['sleep', '60']],
    ['./bin/server --port=8000 a,b', ['./bin/server', '--port=8000', 'a,b']],
    [`python -c 'print(1); print("$x")'`, ['python', '-c', 'print(1); print("$x")']],
    ['echo "two words"', ['echo', 'two words']],
    ['exec puma -C config/puma.rb', ['puma', '-C', 'config/puma.rb']],
  ])('%j', (command, expected) => expect(plainWords(command)).toEqual(expected))

  test.each([
    '',
    'exec',
    'exec -a name program',
    'PORT=1 server',
    'cd app',
    '. ./env',
    'server $PORT',
    'server "$PORT"',
    'a | b',
    'a && b',
    'a;b',
    'ls *.txt',
    'ls ~/x',
    'server > log',
    'server &',
    'a\nb',
    'echo `date`',
    'echo a\\ b',
    "echo 'open",
    '# comment',
  ])('%j needs one', (command) => expect(plainWords(command)).toBeNull())

  test('are split as the shell would', () => {
    const safe = fc.stringMatching(/^[\w@%+:,./-]+$/)
    fc.assert(
      fc.property(safe, fc.array(fc.string()), (program, rest) => {
        const found = plainWords(commandLine([`/bin/${program}`, ...rest]))
        if (found) expect(found).toEqual([`/bin/${program}`, ...rest])
      }),
    )
  })
})
