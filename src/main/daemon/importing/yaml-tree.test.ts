import { describe, expect, test } from 'vitest'
import { parseYaml, type YamlValue } from './yaml-tree.ts'

/** Maps and lists without their lines. */
function plain(value: YamlValue): unknown {
  switch (value.kind) {
    case 'scalar':
      return value.value
    case 'list':
      return value.items.map(plain)
    case 'map':
      return Object.fromEntries(value.entries.map((entry) => [entry.key, plain(entry.value)]))
  }
}

const read = (text: string) => {
  const tree = parseYaml(text)
  return tree.ok ? plain(tree.value) : `line ${tree.line} ${tree.problem}`
}

describe('YAML with lines', () => {
  test('knows the line of every entry and how a scalar is written', () => {
    const tree = parseYaml('# a comment\na: 007\nb:\n  - x\n  - "1"\n')
    expect(tree).toMatchObject({
      ok: true,
      value: {
        kind: 'map',
        entries: [
          { key: 'a', line: 2, value: { line: 2, value: 7, text: '007' } },
          {
            key: 'b',
            line: 3,
            value: {
              kind: 'list',
              items: [
                { line: 4, text: 'x' },
                { line: 5, value: '1' },
              ],
            },
          },
        ],
      },
    })
  })

  test('resolves aliases and merge keys; an own key wins over a merged one', () => {
    expect(read('base: &b {x: 1, y: 2}\nweb:\n  <<: *b\n  y: 3\nall: [*b, *b]\n')).toEqual({
      base: { x: 1, y: 2 },
      web: { x: 1, y: 3 },
      all: [
        { x: 1, y: 2 },
        { x: 1, y: 2 },
      ],
    })
    expect(read('web: {"<<": 1}')).toEqual({ web: { '<<': 1 } })
  })

  test('takes Python tags for what they hold', () => {
    expect(read('a: !!python/tuple [1, 2]\nb: !!python/unicode x\n')).toEqual({ a: [1, 2], b: 'x' })
  })

  test('keeps a key named __proto__ harmless', () => {
    const value = read('__proto__: {polluted: true}') as Record<string, unknown>
    expect(Object.keys(value)).toEqual(['__proto__'])
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  test.each([
    ['bad syntax', 'a: 1\nb: [1, 2\nc: 3\n', /^line 3 is not YAML: /],
    ['a key twice', 'a: 1\nb: 2\na: 3\n', /^line 3 repeats a key$/],
    ['a key that is a list', '? [1]\n: 2\n', /^line 1 has a key that is not a word$/],
    ['a NUL', 'a: 1\nb: "\\0"\n', /^line 2 contains a NUL character$/],
    ['an alias of what it lies in', 'a: 1\nb: &x [*x]\n', /^line 2 holds an alias of nothing that ends before it$/],
    ['an alias of nothing', 'a: 1\nb: *x\n', /^line 2 holds an alias of nothing that ends before it$/],
    ['too deep lists', `a: 1\nb: ${'['.repeat(70)}${']'.repeat(70)}\n`, /^line 2 is nested too deeply$/],
    ['endlessly deep lists', `a: 1\nb: ${'['.repeat(100_000)}`, /^line 2 is nested too deeply$/],
    ['a merge of a text', 'a:\n  <<: x\n', /^line 2 merges \(<<\) what is not a map$/],
  ])('refuses %s with the line', (_, text, expected) => expect(read(text)).toMatch(expected))

  test('refuses a bomb of aliases, with its line, before it fills the memory', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
    for (let level = 1; level <= 12; level++) {
      lines.push(`a${level}: &a${level} [${Array.from({ length: 10 }, () => `*a${level - 1}`).join(', ')}]`)
    }
    expect(read(lines.join('\n'))).toBe('line 5 goes beyond 100,000 values, aliases resolved')
  })

  test('refuses a bomb of merge keys', () => {
    const keys = Array.from({ length: 1000 }, (_, index) => `k${index}: 1`).join(', ')
    const merges = Array.from({ length: 200 }, (_, index) => `m${index}: {<<: *a}`).join('\n')
    expect(read(`a: &a {${keys}}\n${merges}\n`)).toMatch(/^line \d+ goes beyond 100,000 values/)
  })

  test('never quotes the file in a problem', () => {
    for (const text of [
      'password: hunter2\n  x: [',
      'a: "hunter2',
      'a: hunter2: b',
      '- hunter2\nb: 1\n  - hunter2',
      '%hunter2\n---\n? hunter2 hunter2\n{',
    ]) {
      expect(read(text)).not.toMatch(/hunter2/)
    }
  })
})
