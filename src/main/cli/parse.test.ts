import { expect, test } from 'vitest'
import {
  type Parser,
  parseFingerprint,
  parseGrace,
  parseHostName,
  parseLineCount,
  parseOptional,
  parsePair,
  parseParallel,
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
  ['host', parseHostName, 'gpu-01', 'gpu-01'],
  ['host', parseHostName, 'me@::1', 'me@::1'],
  ['parallel', parseParallel, '1000', 1000],
  ['fingerprint', parseFingerprint, `SHA256:${'a+/Z'.repeat(10)}abc`, `SHA256:${'a+/Z'.repeat(10)}abc`],
  ['fingerprint', parseFingerprint, `${'a'.repeat(43)}=`, `SHA256:${'a'.repeat(43)}`],
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
  ['host', parseHostName, ''],
  ['host', parseHostName, '-oProxyCommand=sh'],
  ['host', parseHostName, 'a b'],
  ['host', parseHostName, 'a;reboot'],
  ['host', parseHostName, '$(reboot)'],
  ['host', parseHostName, 'a\nb'],
  ['host', parseHostName, 'x'.repeat(256)],
  ['parallel', parseParallel, '0'],
  ['parallel', parseParallel, '1001'],
  ['fingerprint', parseFingerprint, 'MD5:aa:bb'],
  ['fingerprint', parseFingerprint, `SHA256:${'a'.repeat(42)}`],
]

test.each(bad)('%s refuses %o, saying what to do', (_, parse, text) => {
  expect(parse(text)).toMatchObject({ ok: false, code: 'bad_input', hint: expect.stringMatching(/./) })
})

test('what is not given stays so', () => {
  expect(parseOptional(undefined, parseRestart)).toEqual({ ok: true, value: undefined })
})
