import { describe, expect, test } from 'vitest'
import { readinessOf, readyOptions, readyProblem } from './form-ready.ts'

const form = (ready: string, readyValue = '', readyTimeout = '60') => ({ ready, readyValue, readyTimeout })

describe('when a program counts as ready', () => {
  test.each([
    ['port', '7496', { kind: 'port', port: 7496 }],
    ['http', 'http://localhost:1/x', { kind: 'http', url: 'http://localhost:1/x' }],
    ['log', 'ready$', { kind: 'log', pattern: 'ready$' }],
    ['command', 'test -e "a b"', { kind: 'command', argv: ['test', '-e', 'a b'] }],
    ['expr', ' len(fp.listen) > 0 ', { kind: 'expr', expr: 'len(fp.listen) > 0' }],
  ])('%s %s', (ready, value, check) => {
    expect(readyProblem(form(ready, value))).toBeUndefined()
    expect(readinessOf(form(ready, value, '5'))).toEqual({ check, intervalMs: 1000, timeoutMs: 5000 })
  })

  test('without a choice it is ready as soon as it runs, whatever was typed before', () => {
    expect(readyProblem(form('none', 'x', 'y'))).toBeUndefined()
    expect(readinessOf(form('none', 'x'))).toBeNull()
    expect(readyOptions(form('none', 'x'), '60')).toEqual([])
  })

  test.each([
    ['port', '0', 'Give a port'],
    ['port', '70000', 'Give a port'],
    ['port', '', 'Give a port'],
    ['http', 'localhost', 'Give an address'],
    ['log', '(', 'not a regular expression'],
    ['log', '', 'Type the pattern'],
    ['command', '"a', 'not closed'],
    ['command', ' ', 'Type the command'],
    ['expr', '', 'Type the condition'],
  ])('%s with %j is refused', (ready, value, sentence) => {
    expect(readyProblem(form(ready, value))).toContain(sentence)
  })

  test.each(['', '0', '-1', 'soon', '1e9'])('a time-out of %j is refused', (timeout) => {
    expect(readyProblem(form('port', '80', timeout))).toContain('Give seconds')
  })

  test('the equal options name the time-out only where it is not the usual one', () => {
    expect(readyOptions(form('port', '80'), '60')).toEqual(['--ready', 'port=80'])
    expect(readyOptions(form('log', 'up', '5'), '60')).toEqual(['--ready', 'log=up', '--ready', 'timeout=5'])
  })
})
