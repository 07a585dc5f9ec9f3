import { expect, test } from 'vitest'
import type { ReadinessCheck } from '../../../shared/domain/readiness.ts'
import { readReadiness } from './check-readiness.ts'

const read = (check: ReadinessCheck) =>
  readReadiness({ check, intervalMs: 1000, timeoutMs: 60_000 }, { cwd: '/', path: '/usr/bin:/bin', host: 'local' })

test('the program of a readiness command is found in the path, as that of a process is', () => {
  const found = read({ kind: 'command', argv: ['sh', '-c', 'exit 0'] })
  expect(found.ok && found.value.check).toEqual({
    kind: 'command',
    argv: [expect.stringMatching(/^\/.*\/sh$/), '-c', 'exit 0'],
  })
  expect(read({ kind: 'command', argv: ['no-such-program'] })).toMatchObject({
    code: 'not_found',
    message: 'The program of the readiness command, "no-such-program", was not found in PATH.',
  })
})

test.each<ReadinessCheck>([
  { kind: 'http', url: 'http://user:hunter2@localhost/' },
  { kind: 'http', url: 'http://localhost/?token=hunter2' },
  { kind: 'command', argv: ['/bin/true', '--password', 'hunter2'] },
  { kind: 'command', argv: ['/bin/true', 'api_key=hunter2'] },
])('a check that carries a secret is refused, without repeating it', (check) => {
  const refused = read(check)
  expect(refused).toMatchObject({ ok: false, code: 'bad_input' })
  expect(JSON.stringify(refused)).not.toContain('hunter2')
})
