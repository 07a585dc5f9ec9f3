import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BoundaryLost, newMark, readName, readShown, splitParts, writeName } from './remote-text.ts'

const frame = { file: '.separator', separator: newMark() }
const shown = (names: readonly string[], texts: readonly Buffer[]) =>
  Buffer.concat([
    Buffer.from(names.map((name) => `${name}\n`).join('')),
    ...texts.flatMap((text) => [Buffer.from(`\n${frame.separator}\n`), text]),
  ])

describe('files in one answer', () => {
  test('come apart again, whatever is in them', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (contents) => {
        const names = contents.map((_, index) => `/proc/${index}/environ`)
        const texts = contents.map((bytes) => Buffer.from(bytes))
        expect([...readShown(shown(names, texts), frame)]).toEqual(names.map((name, index) => [name, texts[index]]))
      }),
    )
  })

  test('are all there or none', () => {
    const two = shown(['a', 'b'], [Buffer.from('1'), Buffer.from('2')])
    expect(() => readShown(two.subarray(0, 10), frame)).toThrow(BoundaryLost)
    expect(() => readShown(undefined, frame)).toThrow(BoundaryLost)
    expect(() => readShown(shown(['a'], []), frame)).toThrow(BoundaryLost)
    expect(() => readShown(two, { ...frame, separator: newMark() })).toThrow(BoundaryLost)
    expect(readShown(Buffer.from('\n'), frame).size).toBe(0)
  })

  test('another mark is part of the text', () => {
    const mark = newMark()
    const output = Buffer.from(`7\n${mark}\nfirst\n${newMark()}\n\n${mark}\nsecond`)
    const { before, parts } = splitParts(output, mark)
    expect(before.toString()).toBe('7')
    expect(parts.map(String)).toEqual([expect.stringMatching(/^first\n[0-9a-f]{32}\n$/), 'second'])
  })
})

describe('names', () => {
  test('are read as they were written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (name) => {
        const written = writeName(name, 'escaped')
        expect(written).toMatch(/^[\x21-\x7e ]*$/)
        expect(readName(written, 'escaped')).toBe(Buffer.from(name).toString())
      }),
    )
  })

  test('as GNU and busybox write them', () => {
    expect(writeName('/a b/ä\n\\\u0001', 'escaped')).toBe('/a\\ b/\\303\\244\\n\\\\\\001')
    expect(writeName('/a b/ä\n\\\u0001', 'masked')).toBe('/a b/???\\?')
  })
})
