import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LogSegment } from '../../../shared/contract/log-part.ts'
import { linesPerArena, maxLineBytes } from './arena.ts'
import { LogLines } from './log-lines.ts'

const encoder = new TextEncoder()
const segment = (text: string, offset = 0, stream: 'out' | 'err' = 'out', time = 1): LogSegment => ({
  stream,
  offset,
  time,
  bytes: encoder.encode(text),
})
const texts = (lines: LogLines) => Array.from({ length: lines.count }, (_, index) => lines.text(index))
const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index}\n`).join('')

describe('bytes become lines', () => {
  test('lines of both streams keep their order, place and time', () => {
    const lines = new LogLines()
    lines.append([segment('a\nb\n', 100, 'out', 5), segment('oops\n', 7, 'err', 6), segment('c\n', 104, 'out', 7)])
    expect(texts(lines)).toEqual(['a', 'b', 'oops', 'c'])
    expect(lines.at(1)).toMatchObject({ stream: 'out', offset: 102, time: 5, length: 1 })
    expect(lines.at(2)).toMatchObject({ stream: 'err', offset: 7, time: 6 })
    expect([lines.start('out'), lines.end('out'), lines.start('err'), lines.end('err')]).toEqual([100, 106, 7, 12])
  })

  test('a line cut across parts is one line, also when the other stream speaks in between', () => {
    const lines = new LogLines()
    lines.append([segment('a\npart', 0)])
    lines.append([segment('error\n', 0, 'err'), segment('ial\nend', 6)])
    lines.append([segment('\n', 13)])
    expect(texts(lines)).toEqual(['a', 'partial', 'error', 'end'])
  })

  test('bytes seen twice are kept once', () => {
    const lines = new LogLines()
    lines.append([segment('a\nb\n', 0)])
    lines.append([segment('b\nc\n', 2), segment('a\n', 0)])
    expect(texts(lines)).toEqual(['a', 'b', 'c'])
  })

  test('a character cut between parts is whole', () => {
    const bytes = encoder.encode('grüße\n')
    const lines = new LogLines()
    lines.append([{ stream: 'out', offset: 0, time: 1, bytes: bytes.subarray(0, 3) }])
    lines.append([{ stream: 'out', offset: 3, time: 1, bytes: bytes.subarray(3) }])
    expect(texts(lines)).toEqual(['grüße'])
  })

  test('however the bytes are cut, the lines are the same', () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'ß', '→', ' ') })
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), fc.array(fc.nat({ max: 20 })), (wanted, cuts) => {
        const all = encoder.encode(`${wanted.join('\n')}\n`)
        const lines = new LogLines()
        let at = 0
        for (const cut of [...cuts, all.length]) {
          const bytes = all.subarray(at, Math.min(all.length, at + cut))
          lines.append([{ stream: 'out', offset: at, time: 1, bytes }])
          at += bytes.length
        }
        lines.append([{ stream: 'out', offset: at, time: 1, bytes: all.subarray(at) }])
        expect(texts(lines)).toEqual(wanted)
      }),
    )
  })

  test('a file without newlines is cut at the longest line', () => {
    const lines = new LogLines()
    lines.append([segment('x'.repeat(maxLineBytes), 0), segment('y\n', maxLineBytes)])
    expect(lines.count).toBe(2)
    expect(lines.at(1)).toMatchObject({ offset: maxLineBytes })
  })
})

describe('carriage returns', () => {
  test('a progress bar keeps its last state', () => {
    const lines = new LogLines()
    lines.append([segment('\r 10%\r 20%', 0)])
    expect(texts(lines)).toEqual([' 20%'])
    lines.append([segment('\r 30%', 10)])
    expect(texts(lines)).toEqual([' 30%'])
    lines.append([segment('\r100%\ndone\n', 15)])
    expect(texts(lines)).toEqual(['100%', 'done'])
  })

  test('a return at the end waits for what follows', () => {
    const lines = new LogLines()
    lines.append([segment('10%\r', 0)])
    expect(texts(lines)).toEqual(['10%'])
    lines.append([segment('20%\r', 4)])
    expect(texts(lines)).toEqual(['20%'])
  })

  test('a progress bar that never ends takes no more room', () => {
    const lines = new LogLines()
    for (let step = 0; step < 5000; step += 1) lines.append([segment(`\rstep ${step % 10}`, step * 7)])
    expect(lines.bytes).toBeLessThan(100)
    expect(texts(lines)).toEqual(['step 9'])
  })

  test('lines that end as DOS writes them lose the return', () => {
    const lines = new LogLines()
    lines.append([segment('a\r\nb\r\n', 0)])
    expect(texts(lines)).toEqual(['a', 'b'])
  })
})

describe('the window', () => {
  test('older lines go in front and ids stay', () => {
    const lines = new LogLines()
    lines.append([segment('c\nd\n', 4)])
    const id = lines.at(0)?.id
    expect(lines.prepend([segment('a\nb\n', 0)])).toBe(2)
    expect(texts(lines)).toEqual(['a', 'b', 'c', 'd'])
    expect(lines.at(2)?.id).toBe(id)
    expect(lines.start('out')).toBe(0)
  })

  test('older lines of one stream wait for the other when that was read only in part', () => {
    const lines = new LogLines()
    lines.append([segment('z\n', 100, 'out', 50)])
    lines.prepend([segment('e1\n', 0, 'err', 10), segment('o9\n', 97, 'out', 40), segment('e2\n', 3, 'err', 45)])
    expect(texts(lines)).toEqual(['o9', 'e2', 'z'])
    expect(lines.start('err')).toBe(3)
  })

  test('what the window has already is not put in front again', () => {
    const lines = new LogLines()
    lines.append([segment('c\n', 4)])
    lines.prepend([segment('a\nb\nc\n', 0)])
    expect(texts(lines)).toEqual(['a', 'b', 'c'])
  })

  test('a full window drops the oldest lines and says where it begins', () => {
    const lines = new LogLines({ maxLines: 2 * linesPerArena, maxBytes: 1e9 })
    const text = numbered(0, 3 * linesPerArena)
    lines.append([segment(text, 0)])
    const dropped = lines.trimStart()
    expect(dropped).toBe(2 * linesPerArena)
    expect(lines.text(0)).toBe(`line ${2 * linesPerArena}`)
    expect(lines.start('out')).toBe(lines.at(0)?.offset)
    expect(lines.at(0)?.id).toBe(2 * linesPerArena)
  })

  test('dropping the newest lines lets them be read again', () => {
    const lines = new LogLines({ maxLines: linesPerArena + 1, maxBytes: 1e9 })
    const text = numbered(0, 2 * linesPerArena)
    lines.append([segment(text, 0)])
    lines.trimEnd()
    expect(lines.count).toBe(linesPerArena)
    const end = lines.end('out') ?? 0
    lines.append([segment(text.slice(end), end)])
    expect(lines.text(linesPerArena)).toBe(`line ${linesPerArena}`)
  })

  test('what a stream said before the window began is not put at its end', () => {
    const lines = new LogLines()
    lines.append([segment('now\n', 500, 'out', 50)])
    lines.append([segment('long ago\n', 0, 'err', 10), segment('new\n', 9, 'err', 60)])
    expect(texts(lines)).toEqual(['now', 'new'])
    expect(lines.start('err')).toBe(9)
  })

  test('a place in a file leads to its line', () => {
    const lines = new LogLines()
    lines.append([segment(numbered(0, 3 * linesPerArena), 0), segment('err\n', 50, 'err')])
    const line = lines.at(9000)
    expect(lines.indexFrom('out', line?.offset ?? 0)).toBe(9000)
    expect(lines.indexFrom('err', 0)).toBe(lines.count - 1)
    expect(lines.indexFrom('err', 51)).toBe(lines.count)
  })
})
