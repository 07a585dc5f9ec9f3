import { describe, expect, test } from 'vitest'
import { explainLaunch, launchStatus } from './remote-launch-errors.ts'

const place = {
  sessionId: 's',
  processId: 'p',
  name: 'n',
  run: 1,
  files: { record: '/r', out: '/o', err: '/e' },
}
const context = {
  host: 'gpu-01',
  spec: { place, argv: ['true'], cwd: '/srv/work', env: {} },
  remote: { record: 's/pid/n.1.rec', out: 's/out/n.out', err: 's/err/n.out' },
}
const explain = (status: number, text = '') => explainLaunch(status, text, context)

describe('every failure says what failed, why, and what to do', () => {
  const explained = [
    ...Object.values(launchStatus).map((status) => explain(status, 'bash: line 3: s/out/n.out: Permission denied\n')),
    explain(127, 'dash: 12: /usr/bin/setsid: not found\n'),
    explain(2, 'sh: 4: Cannot fork\n'),
  ]
  test.each(explained)('$message', ({ message, hint }) => {
    expect(message).toMatch(/^\S.+\.$/)
    expect(message).toMatch(/gpu-01/)
    expect(message).not.toMatch(/line 3|dash: 12|sh: 4/)
    expect(hint).toMatch(/^[A-Z].+[.`]$|^[A-Z].+\w$/)
  })
})

test.each([
  'dash: 7: cannot create s/out/n.out: Permission denied\n',
  'bash: line 7: s/out/n.out: Permission denied\n',
  "ash: can't create s/out/n.out: Permission denied\n",
])('a log that cannot be written: %j', (text) => {
  expect(explain(launchStatus.log, text)).toMatchObject({
    code: 'not_permitted',
    message: expect.stringMatching(/^Cannot write the logs and the record on gpu-01: .*Permission denied\.$/),
  })
})

test.each([
  'dash: 1: cannot create s/out/n.out: No space left on device\n',
  "mkdir: can't create directory 's/out': No space left on device\n",
])('a full disk: %j', (text) => {
  expect(explain(launchStatus.folder, text).message).toContain('the disk is full')
})

test.each([
  'bash: line 33: /usr/bin/setsid: Argument list too long\nbash: line 33: /usr/bin/setsid: Success\n',
  'dash: 30: exec: /usr/bin/setsid: Argument list too long\n',
  'ash: /usr/bin/setsid: Argument list too long\n',
])('arguments that are too long: %j', (text) => {
  expect(explain(126, text)).toMatchObject({ code: 'bad_input', message: expect.stringContaining('too long') })
})
