import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseRequired } from '../domain/dependence.ts'
import { dotOf, type NamedEdge } from './dot.ts'

/** The picture in the documentation of gutools Session, as it is written there. */
const picture = `
   digraph Process_Dependences {
      edge [style="dashed"];

      master_tws [label="master.tws:operative"];
      master_trader [label="master.trader"]

      slave_tws [label="slave.tws:operative"];
      slave_trader [label="slave.trader"]

      master_tws -> master_trader;
      slave_tws -> slave_trader;

      master_trader -> slave_trader;

   }
`

/** Its statements in order. Between statements the semicolon, blank lines and the indent mean nothing. */
const statements = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim().replace(/;$/, ''))
    .filter((line) => line !== '')

/** `edge('a:operative', 'b')`: b waits for a to be operative. */
const edge = (parent: string, childName: string): NamedEdge => {
  const [parentName = '', ...state] = parent.split(':')
  return { parentName, required: parseRequired(state.join(':')), childName }
}

const atlas = [
  edge('slave.tws:operative', 'slave.trader'),
  edge('master.trader', 'slave.trader'),
  edge('master.tws:operative', 'master.trader'),
]

/** The lines of the picture between the style of the edges and the end. */
const body = (edges: readonly NamedEdge[]): readonly string[] => statements(dotOf(edges)).slice(2, -1)

describe('dotOf', () => {
  test('draws the picture of gutools Session', () => {
    expect(statements(dotOf(atlas))).toEqual(statements(picture))
  })

  test('writes one statement a line', () => {
    expect(dotOf([edge('a:ready', 'b')])).toBe(
      [
        'digraph Process_Dependences {',
        '   edge [style="dashed"];',
        '',
        '   a [label="a:ready"];',
        '   b [label="b"];',
        '',
        '   a -> b;',
        '}',
      ].join('\n'),
    )
    expect(dotOf([])).toBe('digraph Process_Dependences {\n   edge [style="dashed"];\n}')
  })

  test('what different children require of one parent is written on the edges', () => {
    expect(body([edge('a:operative', 'b'), edge('a', 'c'), edge('a:exited:0', 'd'), edge('b:exited:0', 'd')])).toEqual([
      'a [label="a"]',
      'b [label="b:exited:0"]',
      'c [label="c"]',
      'd [label="d"]',
      'a -> b [label="operative"]',
      'a -> c [label="up"]',
      'a -> d [label="exited:0"]',
      'b -> d',
    ])
  })

  test('two requirements of one child are two edges, the same one twice is one', () => {
    expect(body([edge('a:x', 'b'), edge('a:y', 'b'), edge('a:x', 'b')]).slice(2)).toEqual([
      'a -> b [label="x"]',
      'a -> b [label="y"]',
    ])
  })

  test('names that are no identifiers, or would get the same one', () => {
    expect(body([edge('a.b', 'a_b'), edge('a-b', 'a_b_2'), edge('Node', '3'), edge('é', '')])).toEqual([
      '_Node [label="Node"]',
      '_3 [label="3"]',
      'a_b [label="a-b"]',
      'a_b_2 [label="a_b_2"]',
      'a_b_3 [label="a.b"]',
      'a_b_4 [label="a_b"]',
      '_ [label="é"]',
      '__2 [label=""]',
      '_Node -> _3',
      'a_b -> a_b_2',
      'a_b_3 -> a_b_4',
      '_ -> __2',
    ])
  })

  test('quotes, backslashes, newlines and entities are shown as they are', () => {
    const [label] = body([{ parentName: 'a', required: { kind: 'state', label: 'x"\\N\r\ny&lt;\\' }, childName: 'b' }])
    expect(label).toBe('a [label="a:x\\"\\\\N\\ny&amp;lt;\\\\"]')
  })

  test('a cycle in the data is drawn', () => {
    expect(body([edge('b', 'a'), edge('a', 'b')]).slice(2)).toEqual(['a -> b', 'b -> a'])
  })

  const name = fc.string({ unit: 'binary', maxLength: 6 })
  const arbitraryEdges = fc.array(
    fc.record({ parentName: name, required: fc.string({ maxLength: 4 }).map(parseRequired), childName: name }),
    { maxLength: 8 },
  )

  test('the order of the edges changes nothing', () => {
    const twoOrders = arbitraryEdges.chain((edges) =>
      fc.tuple(fc.constant(edges), fc.shuffledSubarray(edges, { minLength: edges.length })),
    )
    fc.assert(
      fc.property(twoOrders, ([edges, shuffled]) => {
        expect(dotOf(shuffled)).toBe(dotOf(edges))
      }),
    )
  })

  test('no name breaks out of its label, and every edge is between nodes', () => {
    const label = '\\[label="(?:[^"\\\\\\n]|\\\\["\\\\n])*"\\]'
    const line = new RegExp(
      `^   (?:[A-Za-z_][A-Za-z0-9_]* ${label}|[A-Za-z_][A-Za-z0-9_]* -> [A-Za-z_][A-Za-z0-9_]*(?: ${label})?);$`,
    )
    fc.assert(
      fc.property(arbitraryEdges, (edges) => {
        const lines = dotOf(edges)
          .split('\n')
          .slice(2, -1)
          .filter((text) => text !== '')
        for (const text of lines) expect(text).toMatch(line)
        const nodes = lines.filter((text) => !text.includes(' -> ')).map((text) => text.trim().split(' ')[0])
        expect(new Set(nodes).size).toBe(nodes.length)
      }),
    )
  })
})
