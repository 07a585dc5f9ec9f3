import { expect, test } from 'vitest'
import { compileCondition } from './condition.ts'

function hint(text: string): string {
  const compiled = compileCondition(text)
  if (compiled.ok) throw new Error(`taken: ${text}`)
  return compiled.hint
}

const python = 'CEL writes && for and, || for or, ! for not'

test.each([
  ["len(fp['listen'])>0 and state == 'operative'", python],
  ['ready or ready', python],
  ['not ready', python],
  ['not (ready)', python],
  ['not(ready)', python],
  ["'a' not in fp.files", python],
  ['ready && not ready', python],
  ["state = 'operative'", 'compare with =='],
  ['state is state', 'compare with =='],
  ['ready == True', 'CEL writes true'],
  ['False', 'CEL writes false'],
  ['fp.cwd != None', 'nothing is null in a condition: a list is empty, a text is empty, pid is 0'],
  ['fp.cwd != null', 'nothing is null in a condition: a list is empty, a text is empty, pid is 0'],
  ['ready & ready', 'CEL writes && for and'],
  ['ready | ready', 'CEL writes || for or'],
  ['ready if ready else ready', 'CEL writes A ? B : C'],
  ['uptime == 10', 'write 10.0 for 10, or int(uptime) for uptime'],
  ["fp.cwd.endswith('a')", 'the W is a capital: endsWith'],
])('%s', (text, expected) => expect(hint(text)).toBe(expected))

test('a comprehension of Python is pointed to exists', () => {
  expect(hint("[x for x in fp['listen']]")).toContain('fp.listen.exists(x,')
  expect(hint('any(fp.listen)')).toContain('fp.listen.exists(x,')
})

test('names, keys and functions are listed', () => {
  expect(hint('foo')).toBe('conditions know fp, state, life, pid, alias, name, uptime, restarts, ready')
  expect(hint('fp.foo')).toContain('cmdline, listen, established, udp, files, partial')
  expect(hint('foo(1)')).toContain('size, len')
  expect(hint('state.foo()')).toContain('endsWith, contains')
})

test('a word inside a text is no mistake', () => {
  expect(compileCondition("state == 'this and not that'").ok).toBe(true)
  expect(hint("state == 'and' state")).toBe('')
})

test('regular expressions are refused, because they may take for ever', () => {
  expect(hint("fp.cmdline.exists(x, x.matches('(a+)+$'))")).toBe(
    'a regular expression may take for ever: use contains, startsWith or endsWith',
  )
})
