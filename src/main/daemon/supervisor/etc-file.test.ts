import { expect, test } from 'vitest'
import { parseEtcFile } from './etc-file.ts'

function settings(text: string) {
  const file = parseEtcFile(text)
  if (!file.ok) throw new Error(`line ${file.line} ${file.problem}`)
  return file.settings
}

test('reads every setting that a person may change', () => {
  const text = `
alias: master.tws
uri: exec://localhost/abs/tws?a=1
cmdline: [/abs/tws, a=1, 007]
cwd: /tmp
env: {MODE: test, COUNT: 3, EMPTY: }
restart: on-failure
restart_limit: 3/20
shutdown: 1
stop_signal: int
grace: 1.5
ready: {port: 7496, timeout: 5}
match: {exe: java, argv_prefix: [java, -jar], listen: ':7496'}
realm: /old/root
`
  expect(settings(text)).toEqual({
    alias: 'master.tws',
    uri: 'exec://localhost/abs/tws?a=1',
    cmdline: ['/abs/tws', 'a=1', '007'],
    cwd: '/tmp',
    env: { MODE: 'test', COUNT: '3', EMPTY: '' },
    restart: 'on-failure',
    restartLimit: { deaths: 3, withinMs: 20_000 },
    shutdown: true,
    stopSignal: 'SIGINT',
    graceMs: 1500,
    ready: { check: { kind: 'port', port: 7496 }, intervalMs: 1000, timeoutMs: 5000 },
    match: { exe: 'java', argv_prefix: ['java', '-jar'], listen: ':7496' },
    realm: '/old/root',
  })
})

test('what is not named is not there, and only some may be nothing', () => {
  expect(settings('')).toEqual({})
  expect(settings('direction: x\npassword: y\nrestart: 0\n')).toEqual({ restart: 'never' })
  expect(settings('alias:\nrestart_limit: none\nready:\nmatch:\ngrace:\nuri:\n')).toEqual({
    alias: null,
    restartLimit: null,
    ready: null,
    match: null,
  })
})

test('a command may be written on one line', () => {
  expect(settings(`cmdline: /bin/sh -c 'echo "a b"'`)).toEqual({ cmdline: ['/bin/sh', '-c', 'echo "a b"'] })
})

test.each([
  ['a: [\n', 2],
  ['- a\n', 1],
  ['alias: x\nrestart: sometimes\n', 2],
  ['alias: x\nrestart: sometimes\nshutdown: perhaps\n', 2],
  ['restart_limit: 5\n', 1],
  ['grace: -1\n', 1],
  ['stop_signal: WINCH\n', 1],
  ['alias: x\nready: {port: 7, http: "http://x"}\n', 2],
  ['alias: x\nready:\n  port: 99999\n', 3],
  ['match:\n  exe: a\n  pid: 7\n', 3],
  ['cmdline: []\n', 1],
  ['cmdline: {a: 1}\n', 1],
  [`cmdline: "/bin/sh 'x"\n`, 1],
  ['env: [A]\n', 1],
  ['restart: 1\nrestart: 0\n', 2],
])('%j is wrong in line %i', (text, line) => {
  expect(parseEtcFile(text)).toMatchObject({ ok: false, line })
})

test('a problem quotes no value', () => {
  const file = parseEtcFile('env:\n  API_KEY: [hunter2]\n')
  expect(file).toMatchObject({ ok: false, line: 2 })
  expect(JSON.stringify(file)).not.toContain('hunter2')
})
