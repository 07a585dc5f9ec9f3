import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LogSegment } from '../../../shared/contract/log-part.ts'
import { linesPerArena } from './arena.ts'
import { LogLines, windowLimits } from './log-lines.ts'

const encoder = new TextEncoder()
const bytesAt = (bytes: Uint8Array, offset: number): LogSegment => ({
  kind: 'lines',
  source: 0,
  stream: 'out',
  offset,
  time: 1,
  bytes,
})
const segment = (text: string, offset = 0, stream: 'out' | 'err' = 'out', time = 1): LogSegment => ({
  ...bytesAt(encoder.encode(text), offset),
  stream,
  time,
})
const gap = (offset: number, end: number, time = 1, stream: 'out' | 'err' = 'out'): LogSegment => ({
  kind: 'gap',
  source: 0,
  stream,
  offset,
  end,
  time,
  reason: 'bound',
})
const [out, err] = [0, 1]
const limits = (maxLines: number) => ({ ...windowLimits, maxLines, maxBytes: 1e9 })
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
    expect([lines.start(out), lines.end(out), lines.start(err), lines.end(err)]).toEqual([100, 106, 7, 12])
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
    lines.append([bytesAt(bytes.subarray(0, 3), 0)])
    lines.append([bytesAt(bytes.subarray(3), 3)])
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
          lines.append([bytesAt(bytes, at)])
          at += bytes.length
        }
        lines.append([bytesAt(all.subarray(at), at)])
        expect(texts(lines)).toEqual(wanted)
      }),
    )
  })

  test('of a line of many megabytes only the beginning is kept, and how long it is', () => {
    const lines = new LogLines()
    const piece = encoder.encode('x'.repeat(60_000))
    for (let at = 0; at < 200; at += 1) lines.append([bytesAt(piece, at * piece.length)])
    lines.append([segment('end\nnext\n', 200 * piece.length)])
    expect(lines.count).toBe(2)
    expect(lines.at(0)).toMatchObject({ offset: 0, textOffset: 0, length: 12_000_003, kept: windowLimits.lineBytes })
    expect(lines.at(1)).toMatchObject({ offset: 12_000_004, length: 4, kept: 4 })
    expect(lines.bytes).toBeLessThan(4 * windowLimits.lineBytes)
  })

  test('lines of several processes are kept apart', () => {
    const lines = new LogLines()
    const other = { ...segment('b1\nb', 7), source: 1 }
    lines.append([segment('a1\na', 0), other, segment('2\n', 4), { ...segment('2\n', 11), source: 1 }])
    expect(texts(lines)).toEqual(['a1', 'a2', 'b1', 'b2'])
    expect(lines.at(2)).toMatchObject({ source: 1, stream: 'out', offset: 7, file: 2 })
    expect([lines.end(out), lines.end(2)]).toEqual([6, 13])
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

  test('lines that end as DOS writes them lose the return, however they are cut', () => {
    const lines = new LogLines()
    lines.append([segment('a\r\nb\r\r\nc\r', 0)])
    lines.append([segment('\nd\n', 9)])
    expect(texts(lines)).toEqual(['a', 'b', 'c', 'd'])
  })

  test('the text of a progress bar begins where its last state does', () => {
    const lines = new LogLines()
    lines.append([segment('10%\r20%', 100)])
    expect(lines.at(0)).toMatchObject({ offset: 100, textOffset: 104, length: 3 })
    lines.append([segment('\r30%', 107)])
    expect(lines.at(0)).toMatchObject({ offset: 100, textOffset: 108, length: 3 })
  })

  test('two progress bars that take turns take no more room either', () => {
    const lines = new LogLines()
    for (let step = 0; step < 5000; step += 1) {
      lines.append([segment(`\rout ${step % 10}`, step * 6), segment(`\rerr ${step % 10}`, step * 6, 'err')])
    }
    expect(texts(lines)).toEqual(['out 9', 'err 9'])
    expect(lines.bytes).toBeLessThan(200)
  })

  test('two lines that grow in turns are copied now and then, not each time', () => {
    const lines = new LogLines()
    for (let step = 0; step < 5000; step += 1) lines.append([segment('o', step), segment('e', step, 'err')])
    expect(texts(lines)).toEqual(['o'.repeat(5000), 'e'.repeat(5000)])
    expect(lines.bytes).toBeLessThan(60_000)
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
    expect(lines.start(out)).toBe(0)
  })

  test('older lines of one stream wait for the other when that was read only in part', () => {
    const lines = new LogLines()
    lines.append([segment('z\n', 100, 'out', 50)])
    lines.prepend([segment('e1\n', 0, 'err', 10), segment('o9\n', 97, 'out', 40), segment('e2\n', 3, 'err', 45)])
    expect(texts(lines)).toEqual(['o9', 'e2', 'z'])
    expect(lines.start(err)).toBe(3)
  })

  test('what the window has already is not put in front again', () => {
    const lines = new LogLines()
    lines.append([segment('c\n', 4)])
    lines.prepend([segment('a\nb\nc\n', 0)])
    expect(texts(lines)).toEqual(['a', 'b', 'c'])
  })

  test('a full window drops the oldest lines and says where it begins', () => {
    const lines = new LogLines(limits(2 * linesPerArena))
    const text = numbered(0, 3 * linesPerArena)
    lines.append([segment(text, 0)])
    const dropped = lines.trimStart()
    expect(dropped).toBe(2 * linesPerArena)
    expect(lines.text(0)).toBe(`line ${2 * linesPerArena}`)
    expect(lines.start(out)).toBe(lines.at(0)?.offset)
    expect(lines.at(0)?.id).toBe(2 * linesPerArena)
  })

  test('dropping the newest lines lets them be read again', () => {
    const lines = new LogLines(limits(linesPerArena + 1))
    const text = numbered(0, 2 * linesPerArena)
    lines.append([segment(text, 0)])
    lines.trimEnd()
    expect(lines.count).toBe(linesPerArena)
    const end = lines.end(out) ?? 0
    lines.append([segment(text.slice(end), end)])
    expect(lines.text(linesPerArena)).toBe(`line ${linesPerArena}`)
  })

  test('what a stream said before the window began is not put at its end', () => {
    const lines = new LogLines()
    lines.append([segment('now\n', 500, 'out', 50)])
    lines.append([segment('long ago\n', 0, 'err', 10), segment('new\n', 9, 'err', 60)])
    expect(texts(lines)).toEqual(['now', 'new'])
    expect(lines.start(err)).toBe(9)
  })

  test('a place in a file leads to its line', () => {
    const lines = new LogLines()
    lines.append([segment(numbered(0, 3 * linesPerArena), 0), segment('err\n', 50, 'err')])
    const line = lines.at(9000)
    expect(lines.indexFrom(out, line?.offset ?? 0)).toBe(9000)
    expect(lines.indexFrom(err, 0)).toBe(lines.count - 1)
    expect(lines.indexFrom(err, 51)).toBe(lines.count)
  })
})

describe('what was dropped', () => {
  test('stands between its lines and covers its bytes', () => {
    const lines = new LogLines()
    lines.append([segment('a\n', 0), gap(2, 500), segment('b\n', 500)])
    expect(texts(lines)).toEqual(['a', 'b'])
    expect(lines.gaps.map(({ offset, end, beforeId }) => [offset, end, beforeId])).toEqual([[2, 500, 1]])
    expect([lines.start(out), lines.end(out)]).toEqual([0, 502])
  })

  test('comes once, and only as much of it as is new', () => {
    const lines = new LogLines()
    lines.append([gap(0, 100), segment('a\n', 100)])
    lines.append([gap(0, 100), segment('a\n', 100), gap(50, 300)])
    expect(lines.gaps.map(({ offset, end }) => [offset, end])).toEqual([
      [0, 100],
      [102, 300],
    ])
  })

  test('a gap that older lines bring stays in front of them', () => {
    const lines = new LogLines()
    lines.append([segment('c\n', 104)])
    lines.prepend([gap(0, 100), segment('a\nb\n', 100)])
    expect(texts(lines)).toEqual(['a', 'b', 'c'])
    expect(lines.gaps.map(({ beforeId }) => beforeId - lines.firstId)).toEqual([0])
    expect(lines.start(out)).toBe(0)
  })

  test('goes with the lines that a full window drops', () => {
    const lines = new LogLines(limits(2 * linesPerArena))
    const text = numbered(0, 3 * linesPerArena)
    lines.append([gap(0, 10), segment(text, 10)])
    lines.trimStart()
    expect(lines.gaps).toEqual([])
    expect(lines.start(out)).toBe(lines.at(0)?.offset)
  })
})

test('a border leads above a line in every file', () => {
  const lines = new LogLines()
  lines.append([segment('a\nb\n', 0), segment('x\n', 0, 'err'), segment('c\n', 4)])
  expect([0, 1, 2, 3, 4].map((index) => lines.borderAbove(index, [out, err]))).toEqual([
    [0, 0],
    [2, 0],
    [4, 0],
    [4, 2],
    [6, 2],
  ])
})
