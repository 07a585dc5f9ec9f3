import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileCondition } from './condition.ts'
import { fingerprintTypes, variableTypes } from './names.ts'
import { endedSample, liveFingerprint, runningSample } from './sample-for-tests.ts'

const samples = [
  runningSample(),
  endedSample(),
  runningSample({ fp: liveFingerprint({ partial: true, listen: null, established: null, udp: null, files: null }) }),
]

/** Whatever the text, it is refused as bad input or evaluates to an answer. */
function expectAnswer(text: string): boolean {
  const compiled = compileCondition(text)
  if (!compiled.ok) {
    expect(compiled.code).toBe('bad_input')
    expect(compiled.message).toMatch(/column \d+: |is empty$|characters; at most/)
    return false
  }
  for (const sample of samples) {
    const { held, error } = compiled.value.evaluate(sample)
    expect(typeof held).toBe('boolean')
    if (error !== null) expect([held, error]).toEqual([false, expect.stringMatching(/\w/)])
  }
  return true
}

test('random texts never throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary', maxLength: 80 })), (text) => void expectAnswer(text)),
    { numRuns: 2000 },
  )
})

const pieces = fc.oneof(
  fc.constantFrom(...Object.keys(variableTypes), 'x', 'constructor', '__proto__', 'toString', 'and', 'in', 'type'),
  fc.constantFrom(...Object.keys(fingerprintTypes).flatMap((key) => [`fp.${key}`, `fp['${key}']`])),
  fc.constantFrom('.exists(x, ', '.map(x, ', '.filter(x, ', 'size(', 'len(', '.endsWith(', 'has(', 'dyn(', '[', '{'),
  fc.constantFrom('(', ')', ']', '}', ',', '.', '?', ':', '&&', '||', '!', '==', '<', '+', '-', '*', '/', '%', '\n'),
  fc.constantFrom('0', '1', '-9223372036854775808', '1.5e308', '0x1f', '7u', "'a'", 'r"\\"', 'b"a"', '"""', "'\\u12'"),
)

test('random pieces of conditions never throw', () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => void expectAnswer(parts.join(' '))),
    { numRuns: 3000 },
  )
})

/** Well-formed expressions of any type, of which many are true or false. */
const expressions = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(
      'ready',
      'restarts',
      'uptime',
      'state',
      'fp.listen',
      "fp['files']",
      'fp.threads',
      '0',
      "'a'",
      'true',
    ),
    fc
      .tuple(tie('any'), fc.constantFrom('&&', '||', '==', '!=', '<', 'in', '+', '/', '%'), tie('any'))
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    fc.tuple(tie('any'), tie('any'), tie('any')).map(([test, yes, no]) => `(${test} ? ${yes} : ${no})`),
    fc.tuple(fc.constantFrom('size', 'len', 'string', 'int', '!'), tie('any')).map(([name, of]) => `${name}(${of})`),
    fc
      .tuple(tie('any'), fc.constantFrom('exists', 'all', 'exists_one', 'filter', 'map'), tie('any'), fc.nat(9))
      .map(([list, name, body, number]) => `${list}.${name}(v${number}, v${number} == 'a' || ${body})`),
    fc.tuple(tie('any'), tie('any')).map(([list, index]) => `${list}[${index}]`),
  ),
}))

test('well-formed expressions are refused or answered, and many are answered', () => {
  const texts = fc.sample(expressions.any, { numRuns: 5000, seed: 1 })
  expect(texts.filter(expectAnswer).length).toBeGreaterThan(100)
})
