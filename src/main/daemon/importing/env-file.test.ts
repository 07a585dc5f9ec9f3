import { describe, expect, test } from 'vitest'
import { parseEnvFile } from './env-file.ts'

function read(text: string) {
  const notes: string[] = []
  const variables = parseEnvFile(text, (line, what, reason) => notes.push(`${line} ${what}: ${reason}`))
  return { variables, notes }
}

describe('.env files', () => {
  test.each([
    ['A=1', '1'],
    ['export A=1', '1'],
    ['A = 1', '1'],
    ['A=', ''],
    ['A=x y', 'x y'],
    ['A=x # comment', 'x'],
    ['A=# comment', ''],
    ['A=x#y', 'x#y'],
    ["A='x # $y \\n'", 'x # $y \\n'],
    ['A="x # y\\n\\"z\\" \\$"', 'x # y\n"z" $'],
    ['A="x"   # comment', 'x'],
    ['A=a=b', 'a=b'],
    ['A=b="c', 'b="c'],
    ['A="first\nsecond"\n', 'first\nsecond'],
    ["A='first\nsecond'\n", 'first\nsecond'],
  ])('%j', (text, value) => expect(read(text)).toEqual({ variables: { A: value }, notes: [] }))

  test('comments and blank lines are skipped, other lines noted by number, never by content', () => {
    expect(read('# c\n\nA=1\nhunter2\n=x\n1B=hunter2\nPROCESSION_ID=x\nC=3\n')).toEqual({
      variables: { A: '1', C: '3' },
      notes: [
        '4 line: not NAME=value',
        '5 line: not NAME=value',
        '6 environment variable 1B: not a name for a variable: letters, digits and _, no digit first',
        '7 environment variable PROCESSION_ID: set by Procession itself',
      ],
    })
  })

  test('a quote that is never closed swallows no other lines', () => {
    expect(read('A="open\nB=2').variables).toEqual({ A: '"open', B: '2' })
  })

  test('long runs of blanks cost no time to speak of', () => {
    const blanks = ' '.repeat(1_000_000)
    expect(read(`A=x${blanks}y\nB${blanks}c`).variables).toEqual({ A: `x${blanks}y` })
  })
})
