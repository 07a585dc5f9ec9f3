import { expect, test } from 'vitest'
import { parseReady } from './parse-ready.ts'

const times = { intervalMs: 1000, timeoutMs: 60_000 }

test.each([
  [['port=7496'], { check: { kind: 'port', port: 7496 }, ...times }],
  [['http=http://127.0.0.1:1/x?a=b'], { check: { kind: 'http', url: 'http://127.0.0.1:1/x?a=b' }, ...times }],
  [['log=ready=\\d+'], { check: { kind: 'log', pattern: 'ready=\\d+' }, ...times }],
  [
    ['command=pg_isready -q "-d my db"'],
    { check: { kind: 'command', argv: ['pg_isready', '-q', '-d my db'] }, ...times },
  ],
  [["expr=state == 'operative'"], { check: { kind: 'expr', expr: "state == 'operative'" }, ...times }],
  [['timeout=2.5', 'port=1', 'interval=0.2'], { check: { kind: 'port', port: 1 }, intervalMs: 200, timeoutMs: 2500 }],
  [['none'], null],
  [[], undefined],
])('%j', (values, ready) => {
  expect(parseReady(values)).toEqual({ ok: true, value: ready })
})

test.each([
  [['port=0']],
  [['port=65536']],
  [['port=x']],
  [['port=']],
  [['7496']],
  [['ports=7496']],
  [['port=1', 'port=2']],
  [['port=1', 'none']],
  [['http=ftp://x']],
  [['http=localhost']],
  [['log=(']],
  [['command=  ']],
  [['command="a']],
  [['interval=1']],
  [['port=1', 'interval=0']],
  [['port=1', 'timeout=soon']],
  [['port=1', 'timeout=100000']],
])('%j is refused, saying what to do', (values) => {
  expect(parseReady(values)).toMatchObject({ ok: false, code: 'bad_input', hint: expect.stringMatching(/./) })
})
