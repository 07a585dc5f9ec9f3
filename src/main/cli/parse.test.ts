import { expect, test } from 'vitest'
import {
  type Parser,
  parseGrace,
  parseLineCount,
  parseOptional,
  parsePair,
  parsePid,
  parseRestart,
  parseSeconds,
  parseShutdown,
  parseSignal,
} from './parse.ts'

const good: readonly (readonly [string, Parser<unknown>, string, unknown])[] = [
  ['restart', parseRestart, '0', 'never'],
  ['restart', parseRestart, 'never', 'never'],
  ['restart', parseRestart, '1', 'always'],
  ['restart', parseRestart, 'always', 'always'],
  ['restart', parseRestart, 'on-failure', 'on-failure'],
  ['shutdown', parseShutdown, '0', false],
  ['shutdown', parseShutdown, '1', true],
  ['seconds', parseSeconds, '0', 0],
  ['seconds', parseSeconds, '2.5', 2500],
  ['grace', parseGrace, '86400', 86_400_000],
  ['lines', parseLineCount, '0', 0],
  ['lines', parseLineCount, '200', 200],
  ['signal', parseSignal, 'TERM', 'SIGTERM'],
  ['signal', parseSignal, 'SIGUSR1', 'SIGUSR1'],
  ['signal', parseSignal, 'int', 'SIGINT'],
  ['pid', parsePid, '4194304', 4_194_304],
  ['pair', parsePair, 'A=b=c', ['A', 'b=c']],
  ['pair', parsePair, 'A=', ['A', '']],
]

test.each(good)('%s: %s of %o', (_, parse, text, value) => {
  expect(parse(text)).toEqual({ ok: true, value })
})

const bad: readonly (readonly [string, Parser<unknown>, string])[] = [
  ['restart', parseRestart, '2'],
  ['restart', parseRestart, ''],
  ['shutdown', parseShutdown, 'yes'],
  ['seconds', parseSeconds, '-1'],
  ['seconds', parseSeconds, '1e3'],
  ['seconds', parseSeconds, ''],
  ['grace', parseGrace, '86401'],
  ['grace', parseGrace, '-1'],
  ['lines', parseLineCount, '-5'],
  ['lines', parseLineCount, '1.5'],
  ['signal', parseSignal, 'NOPE'],
  ['signal', parseSignal, 'constructor'],
  ['pid', parsePid, '0'],
  ['pid', parsePid, '-1'],
  ['pid', parsePid, '1.5'],
  ['pair', parsePair, 'A'],
  ['pair', parsePair, '=b'],
]

test.each(bad)('%s refuses %o, saying what to do', (_, parse, text) => {
  expect(parse(text)).toMatchObject({ ok: false, code: 'bad_input', hint: expect.stringMatching(/./) })
})

test('what is not given stays so', () => {
  expect(parseOptional(undefined, parseRestart)).toEqual({ ok: true, value: undefined })
})
