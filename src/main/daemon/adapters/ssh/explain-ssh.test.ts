import { expect, test } from 'vitest'
import { explainSsh, printable } from './explain-ssh.ts'
import recorded from './fixtures/stderr.json' with { type: 'json' }

test.each(recorded)('$what', ({ stderr, kind, because, says, hint }) => {
  const trouble = explainSsh('gpu-01', stderr)
  expect(trouble).toMatchObject(because === undefined ? { kind } : { kind, because })
  expect(trouble.message).toContain(says)
  expect(trouble.hint).toContain(hint ?? '')
  expect(trouble.hint).not.toBe('')
})

test('an answer of a mile has its last words', () => {
  const trouble = explainSsh('gpu-01', `${'x'.repeat(100_000)}\n`)
  expect(trouble.message.length).toBeLessThan(500)
})

test('control characters of a server never reach a terminal', () => {
  expect(printable('\u001b[2J\u001b]0;title\u0007a\u009bb\nc\r\n')).toBe(']0;titleab\nc\n')
})
