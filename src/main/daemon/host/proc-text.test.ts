import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  findInEnviron,
  hasEnded,
  isEnding,
  isKernelThread,
  isOpenForWriting,
  parseCommandLine,
  parseEnviron,
  parseStat,
  parseUptime,
} from './proc-text.ts'

const numbers =
  'S 41 42 43 0 -1 4194560 154 0 0 0 17 5 0 0 20 0 3 0 284128 3133440 383 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0'

describe('parseStat', () => {
  test('every field', () => {
    expect(parseStat(`4492 (cat) ${numbers}\n`)).toEqual({
      pid: 4492,
      comm: 'cat',
      state: 'S',
      ppid: 41,
      pgrp: 42,
      session: 43,
      flags: 4194560,
      utime: 17,
      stime: 5,
      threads: 3,
      startTime: '284128',
      rssPages: 383,
    })
  })

  test('any name', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 15 }), (comm) => {
        expect(parseStat(`7 (${comm}) ${numbers}\n`)).toMatchObject({ pid: 7, comm, ppid: 41, startTime: '284128' })
      }),
      { examples: [['tmux: server'], [') R 1 2 (3'], ['a\nb'], ['(sd-pam)']] },
    )
  })

  test.each(['', '12', '12 (cat', '12 (cat) S 1', 'x (cat) S 1', ') 1 ('])('not a stat: %j', (text) => {
    expect(parseStat(text)).toBeUndefined()
  })

  test('ended processes and kernel threads', () => {
    const zombie = parseStat(`7 (sh) ${numbers.replace('S', 'Z')}`)
    const kernelThread = parseStat(`2 (kthreadd) ${numbers.replace('4194560', '2129984')}`)
    expect(zombie && hasEnded(zombie)).toBe(true)
    expect(zombie && isKernelThread(zombie)).toBe(false)
    expect(kernelThread && hasEnded(kernelThread)).toBe(false)
    expect(kernelThread && isKernelThread(kernelThread)).toBe(true)
  })

  test('a process that is about to end has ended for who looks at its files', () => {
    const exiting = parseStat(`7 (sh) ${numbers.replace('4194560', String(4194560 + 4))}`)
    const running = parseStat(`7 (sh) ${numbers}`)
    expect(exiting && [hasEnded(exiting), isEnding(exiting)]).toEqual([false, true])
    expect(running && [hasEnded(running), isEnding(running)]).toEqual([false, false])
  })
})

describe('findInEnviron', () => {
  const find = (...entries: string[]) => findInEnviron(Buffer.from(entries.join('\0')), 'NAME')

  test('first, middle, last, unterminated', () => {
    expect(find('NAME=1', 'B=2', '')).toBe('1')
    expect(find('A=1', 'NAME=x=y', 'B=2', '')).toBe('x=y')
    expect(find('A=1', 'NAME=', '')).toBe('')
    expect(find('A=1', 'NAME=end')).toBe('end')
  })

  test('only as a whole name', () => {
    expect(find('MY_NAME=1', 'A=NAME=2', '')).toBeUndefined()
    expect(find('MY_NAME=1', 'NAME=2', '')).toBe('2')
    expect(find('')).toBeUndefined()
  })
})

test('parseEnviron', () => {
  const parse = (...entries: string[]) => parseEnviron(Buffer.from(entries.join('\0')))
  expect(parse('A=1', 'B=x=y', 'C=', 'nonsense', '=z', 'A=2', '')).toEqual({ A: '1', B: 'x=y', C: '' })
  expect(Object.keys(parse('__proto__=1', ''))).toEqual(['__proto__'])
  expect(parse('')).toEqual({})
})

test('parseCommandLine', () => {
  expect(parseCommandLine(Buffer.from('sh\0-c\0\0x y\0'))).toEqual(['sh', '-c', '', 'x y'])
  expect(parseCommandLine(Buffer.from('nginx: worker process'))).toEqual(['nginx: worker process'])
  expect(parseCommandLine(Buffer.alloc(0))).toEqual([])
})

test.each([
  ['0100000', false],
  ['0100001', true],
  ['02102001', true],
  ['0100002', true],
  ['010000000', false],
])('flags %s open for writing: %s', (flags, writable) => {
  expect(isOpenForWriting(`pos:\t0\nflags:\t${flags}\nmnt_id:\t29\nino:\t5\n`)).toBe(writable)
})

test('parseUptime', () => {
  expect(parseUptime('3089.50 6010.20\n')).toBe(3089.5)
  expect(parseUptime('')).toBeUndefined()
})
