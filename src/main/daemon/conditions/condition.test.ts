import { describe, expect, test } from 'vitest'
import { exitCodeOf } from '../../../shared/domain/result.ts'
import { compileCondition } from './condition.ts'
import type { ConditionSample } from './sample.ts'
import { endedSample, liveFingerprint, runningSample } from './sample-for-tests.ts'

function evaluate(text: string, sample: ConditionSample = runningSample()) {
  const compiled = compileCondition(text)
  if (!compiled.ok) throw new Error(`${compiled.message} ${compiled.hint}`)
  return compiled.value.evaluate(sample)
}

function refusal(text: string) {
  const compiled = compileCondition(text)
  if (compiled.ok) throw new Error(`taken: ${text}`)
  expect(exitCodeOf(compiled.code)).toBe(2)
  return { message: compiled.message, hint: compiled.hint }
}

const holds = { held: true, error: null }
const holdsNot = { held: false, error: null }

describe('what conditions can say', () => {
  test.each([
    "len(fp['listen'])>0",
    'len(fp.listen) > 0',
    'size(fp.listen) == 1',
    'fp.listen.size() == fp.listen.len()',
    "fp['listen'].exists(x, x.endsWith(':7496'))",
    "fp['threads']>4",
    "size(fp.files) > 1 && state == 'operative'",
    "'127.0.0.1:7496' in fp.listen",
    "fp.files.all(file, file.startsWith('/var/'))",
    "fp.files.filter(file, file.contains('log')).size() == 1",
    "fp.cmdline.map(word, word.upperAscii()).exists(word, word == '--PORT')",
    "fp.cmdline[0] == fp.exe && fp.cwd + '/data' in fp.files",
    'fp.rss < 2 * 1024 * 1024 && fp.uid == 1000 && !fp.partial',
    "life == 'up' && pid == 4242 && alias == 'master.tws' && name == 'calm-otter'",
    'uptime > 10 && uptime < 12.6 && restarts == 1 && ready',
    "(state == 'operative' ? fp.threads : 0) == 5",
    "len('näß') == 3 && len(fp.env_names) == 2",
    "// the port is there\nlen(fp.listen) > 0\n  && !('x' in fp.udp)",
  ])('%s', (text) => expect(evaluate(text)).toEqual(holds))

  test('what is not so does not hold', () => {
    expect(evaluate("len(fp['listen'])>0", runningSample({ fp: liveFingerprint({ listen: [] }) }))).toEqual(holdsNot)
    expect(evaluate("state == 'running'")).toEqual(holdsNot)
  })

  test('one condition serves many samples', () => {
    const compiled = compileCondition("fp.listen.exists(x, x == '0.0.0.0:1')")
    if (!compiled.ok) throw new Error(compiled.message)
    const listening = runningSample({ fp: liveFingerprint({ listen: ['0.0.0.0:2', '0.0.0.0:1'] }) })
    const results = [runningSample(), listening, endedSample(), listening].map((sample) =>
      compiled.value.evaluate(sample),
    )
    expect(results).toEqual([holdsNot, holds, holdsNot, holds])
  })
})

describe('a process that does not run', () => {
  test('has no fingerprint: what depends on it is false, not an error', () => {
    expect(evaluate("len(fp['listen'])>0", endedSample())).toEqual(holdsNot)
    expect(evaluate("!(len(fp['listen'])>0)", endedSample())).toEqual(holdsNot)
    expect(evaluate("fp.files.all(x, x != 'a')", endedSample())).toEqual(holdsNot)
  })

  test('what is known about it can hold', () => {
    expect(evaluate("life == 'exited'", endedSample())).toEqual(holds)
    expect(evaluate("pid == 0 && uptime == 0.0 && state == '' && !ready", endedSample())).toEqual(holds)
    expect(evaluate("len(fp.listen) > 0 || life == 'exited'", endedSample())).toEqual(holds)
    expect(evaluate("life == 'exited' && restarts > 0", endedSample())).toEqual(holds)
  })
})

describe('one sample goes wrong', () => {
  const foreign = runningSample({ fp: liveFingerprint({ partial: true, listen: null, files: null }) })

  test('a list that cannot be read is no empty list', () => {
    const error = 'fp.listen cannot be read: the process belongs to another user'
    expect(evaluate('len(fp.listen) == 0', foreign)).toEqual({ held: false, error })
    expect(evaluate("fp['listen'].exists(x, x != '')", foreign)).toEqual({ held: false, error })
    expect(evaluate("fp.files.all(x, x != '')", foreign).error).toBe(
      'fp.files cannot be read: the process belongs to another user',
    )
    expect(evaluate("fp.exe == ''", runningSample({ fp: liveFingerprint({ exe: null }) })).error).toBe(
      'fp.exe cannot be read: the system does not show it',
    )
  })

  test('the rest may decide without it', () => {
    expect(evaluate("len(fp.listen) > 0 || state == 'operative'", foreign)).toEqual(holds)
    expect(evaluate('!fp.partial && len(fp.listen) > 0', foreign)).toEqual(holdsNot)
  })

  test.each([
    ['1 / (restarts - 1) > 0', 'column 1: division by zero'],
    ['uptime > 1 && fp.listen[restarts] == "a"', 'column 15: the list has no such element'],
    ['9223372036854775807 + restarts > 0', 'column 1: the number is too large'],
    ['int(state) > 0', 'column 1: int() type error: cannot convert to int'],
  ])('%s', (text, error) => expect(evaluate(text)).toEqual({ held: false, error }))
})

describe('what is refused before waiting, with its column', () => {
  test.each([
    ['fp.lisen == 1', 'condition, column 4: fp has no lisen (near "lisen == 1")'],
    ["len(fp['lisen'])>0", `condition, column 8: fp has no lisen (near "'lisen'])>0")`],
    ['foo > 3', 'condition, column 1: unknown name foo (near "foo > 3")'],
    ['uptime > 3.0 && up', 'condition, column 17: unknown name up (near "up")'],
    ['total(fp.files) > 1', 'condition, column 1: unknown function total (near "total(fp.files) > 1")'],
    ['fp.files.sum() > 1', 'condition, column 10: unknown function sum (near "sum() > 1")'],
    ['( fp.files ) . sum() > 1', 'condition, column 16: unknown function sum (near "sum() > 1")'],
    ['fp[state] == 1', 'condition, column 4: the key of fp must be written out (near "state] == 1")'],
    ['fp == fp', 'condition, column 1: fp is not a value of its own (near "fp == fp")'],
    ['fp.exists(x, true)', 'condition, column 1: fp is not a value of its own (near "fp.exists(x, true)")'],
    ['fp.files.exists(fp, true)', 'condition, column 17: the name fp is taken (near "fp, true)")'],
    ['fp.files.exists(x)', 'condition, column 10: exists takes a name and an expression (near "exists(x)")'],
    ['{"a": 1}["a"] == 1', `condition, column 1: conditions have no maps (near "{"a": 1}["a"] == 1")`],
    ['cel.bind(a, 1, a == 1)', 'condition, column 1: unknown name cel (near "cel.bind(a, 1, a == 1)")'],
    ['dyn(1) == 1', 'condition, column 1: unknown function dyn (near "dyn(1) == 1")'],
    ['fp.files.exists(x, y)', 'condition, column 20: unknown name y (near "y)")'],
  ])('unknown: %s', (text, message) => expect(refusal(text).message).toBe(message))

  test.each([
    ['1 +', 'condition, column 4: something is missing (at the end)'],
    ['len(fp.listen > 0', 'condition, column 18: ) is missing (at the end)'],
    ["state == 'oper", `condition, column 10: unterminated string (near "'oper")`],
    ['ready ready', 'condition, column 7: ready is not expected here (near "ready")'],
    ['ready &&\n  # comment', 'condition, line 2, column 3: # is not expected here (near "# comment")'],
    ["state == '🎉' state", 'condition, column 14: state is not expected here (near "state")'],
  ])('syntax: %s', (text, message) => expect(refusal(text).message).toBe(message))

  test.each([
    ['len(fp.listen)', 'a condition is true or false, this is of type int'],
    ['fp.listen', 'a condition is true or false, this is of type list<string>'],
    ['[][0]', 'a condition is true or false'],
    ['state > 3', '> does not go with string and int'],
    ['7496 in fp.listen', 'in does not go with int and list<string>'],
    ["fp.listen.endsWith('6')", "nothing takes 'list.endsWith(string)'"],
    ['!restarts', 'no operator !int'],
    ['ready && restarts', "logical operator requires bool operands, got 'int'"],
    ['fp.threads.exists(x, true)', "expression of type 'int' cannot be range"],
    ["alias.exists(x, x == 'a')", "expression of type 'string' cannot be range"],
  ])('types: %s', (text, part) => expect(refusal(text).message).toContain(part))

  test('the text is not too long', () => {
    const padded = (length: number) => 'ready'.padEnd(length)
    expect(compileCondition(padded(2000)).ok).toBe(true)
    expect(refusal(padded(2001)).message).toBe('the condition has 2001 characters; at most 2000 are taken')
    expect(refusal(' \n ').message).toBe('the condition is empty')
  })

  test.each([
    ['parentheses', `${'('.repeat(990)}ready${')'.repeat(990)}`],
    ['lists', `${'['.repeat(900)}1${']'.repeat(900)} == []`],
    ['negations', `${'!'.repeat(1990)}ready`],
    ['chains', `ready${'||ready'.repeat(280)}`],
  ])('nor too deep: %s', (_name, text) => expect(refusal(text).message).toContain('too long or too deep'))

  test('control characters are not repeated', () => {
    expect(refusal('ready \u001b[31m').message).not.toContain('\u001b[31m')
  })
})

test.each([
  ["life == 'exited'", true],
  ["restarts > 1 || !(life != 'up')", true],
  ['len(fp.files) > 0 && fp.files.exists(x, x == life)', true],
  ["state == 'life'", false],
  ["fp.listen.exists(x, x.endsWith('life'))", false],
])('%s asks for the life of the process: %s', (text, asks) => {
  const condition = compileCondition(text)
  expect(condition.ok && condition.value.asksForLife).toBe(asks)
})
