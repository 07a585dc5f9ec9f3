import { Environment } from '@marcbachmann/cel-js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileCondition, maximalSteps } from './condition.ts'
import { costOf } from './cost.ts'
import { contextOf, environment } from './environment.ts'
import type { ConditionSample } from './sample.ts'
import { liveFingerprint, runningSample } from './sample-for-tests.ts'
import { sizesOf } from './sizes.ts'

const filesNamed = (count: number, name: (index: number) => string) =>
  Array.from({ length: count }, (_none, index) => name(index))

const withFiles = (files: readonly string[]) => runningSample({ fp: liveFingerprint({ files }) })

/** Ten thousand files, none of which ends a search early. */
const manyFiles = withFiles(filesNamed(10_000, (index) => `/var/lib/postgresql/16/main/base/16384/${index}`))

function evaluate(text: string, sample: ConditionSample) {
  const compiled = compileCondition(text)
  if (!compiled.ok) throw new Error(compiled.message)
  return compiled.value.evaluate(sample)
}

const tooLong = { held: false, error: 'this takes too long with lists as long as this process has' }

describe('a condition cannot hold up the daemon', () => {
  test.each([
    'fp.files.all(a, fp.files.all(b, fp.files.all(c, a != "x")))',
    'fp.files.map(a, fp.files.map(b, fp.files.filter(c, c == a + b))).size() > 0',
    '[fp.files].exists(a, a.exists(b, a.exists(c, a.exists(d, d == "x"))))',
  ])('three lists deep is refused beforehand: %s', (text) => {
    const compiled = compileCondition(text)
    expect(!compiled.ok && [compiled.code, compiled.message]).toEqual([
      'bad_input',
      expect.stringContaining('column 1: this takes too long'),
    ])
  })

  test('lists and texts cannot grow without bound', () => {
    const doubling = (from: string) => `${from}${'.map(a, a + a)'.repeat(40)}.size() > 0`
    expect(compileCondition(doubling('[fp.files]')).ok).toBe(false)
    expect(compileCondition(doubling('fp.files')).ok).toBe(false)
    expect(compileCondition(doubling("['a']")).ok).toBe(false)
  })

  test('two lists deep works for an ordinary process, and says so when it would take too long', () => {
    const text = "fp.files.exists(a, fp.files.exists(b, b == a + '.lock'))"
    expect(evaluate(text, withFiles([...filesNamed(98, (index) => `/f${index}`), '/a', '/a.lock']))).toEqual({
      held: true,
      error: null,
    })
    expect(evaluate(text, manyFiles)).toEqual(tooLong)
    expect(evaluate("fp.files.exists(a, (a + '.lock') in fp.files)", manyFiles)).toEqual(tooLong)
  })

  test('one look at each of many files is no trouble', () => {
    for (const text of [
      "fp.files.exists(x, x.endsWith('.lock'))",
      "fp.files.all(x, x != '' && !x.contains('/tmp/'))",
      "'/etc/passwd' in fp.files",
      "fp.files.filter(x, x.contains('base')).size() == 1",
      'fp.files == fp.files && len(fp.files) > 9999',
      'fp.files.all(x, len(x) < len(fp.files))',
    ]) {
      expect(evaluate(text, manyFiles).error).toBeNull()
    }
  })

  test('long texts count', () => {
    const long = 'a'.repeat(100_000)
    const text = 'fp.files.all(a, fp.files.all(b, !(a + "x").contains(b + "y")))'
    expect(evaluate(text, withFiles(['/a', long]))).toEqual(tooLong)
    expect(evaluate(text, withFiles(['/a', '/b']))).toEqual({ held: true, error: null })
  })
})

/** An array that counts how often an element is read. */
function counted(list: readonly string[], onRead: () => void): readonly string[] {
  return new Proxy(list, {
    get(target, key, receiver) {
      if (typeof key === 'string' && /^\d+$/.test(key)) onRead()
      return Reflect.get(target, key, receiver)
    },
  })
}

/** Texts of conditions that are well-formed and walk over lists. */
const walks = fc.letrec<{ list: string; truth: string }>((tie) => ({
  list: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('fp.files', 'fp.listen', "['a', 'bb']"),
    tie('truth').map((truth) => `fp.files.filter(x, ${truth})`),
    tie('list').map((list) => `(${list} + ${list})`),
  ),
  truth: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('ready', "'c' in fp.files", "state == 'x'"),
    fc
      .tuple(tie('list'), fc.constantFrom('exists', 'all', 'exists_one'), tie('truth'))
      .map(([list, name, truth]) => `${list}.${name}(y, y != state && ${truth})`),
    fc.tuple(tie('truth'), tie('truth')).map(([one, other]) => `(${one} || ${other})`),
    tie('list').map((list) => `size(${list}) > 2`),
  ),
}))

test('no condition reads more elements than its cost says', () => {
  fc.assert(
    fc.property(walks.truth, fc.array(fc.string({ maxLength: 4 }), { maxLength: 6 }), (nested, list) => {
      const text = renamed(nested)
      let reads = 0
      const sample = runningSample({
        fp: liveFingerprint({ files: counted(list, () => reads++), listen: counted(list, () => reads++) }),
      })
      const expression = environment.parse(text)
      expect(expression.check()).toEqual({ valid: true, type: 'bool' })
      const cost = costOf(
        expression.ast,
        sizesOf(runningSample({ fp: liveFingerprint({ files: list, listen: list }) })),
      )
      fc.pre(cost <= maximalSteps)
      expression(contextOf(sample))
      expect(reads).toBeLessThanOrEqual(cost)
    }),
  )
})

/** Gives each walk a variable of its own, as conditions want. */
function renamed(text: string): string {
  let count = 0
  return text.replace(/\((x|y), (y)?/g, (_match, _variable, used: string | undefined) => {
    count += 1
    return `(v${count}, ${used ? `v${count}` : ''}`
  })
}

test('the library is bounded by limits of its own as well', () => {
  expect(environment).toBeInstanceOf(Environment)
  expect(environment.opts.limits).toMatchObject({ maxDepth: 32, maxAstNodes: 500 })
})
