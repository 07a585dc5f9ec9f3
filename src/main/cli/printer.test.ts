import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { createPrinter, styled } from './printer.ts'

function printTo(isTTY: boolean, environment: NodeJS.ProcessEnv): string {
  const stream = Object.assign(new PassThrough(), { isTTY })
  const printer = createPrinter(stream, environment)
  printer.line(styled('Failed', 'red'), ' \x1b[2Jweb\n')
  return String(stream.read())
}

test('colours are only on a terminal, and NO_COLOR turns them off', () => {
  expect(printTo(true, {})).toBe('\x1b[31mFailed\x1b[0m [2Jweb\n')
  expect(printTo(false, {})).toBe('Failed [2Jweb\n')
  expect(printTo(true, { NO_COLOR: '1' })).toBe('Failed [2Jweb\n')
  expect(printTo(true, { NO_COLOR: '' })).toContain('\x1b[31m')
  expect(printTo(true, { TERM: 'dumb' })).toBe('Failed [2Jweb\n')
})

test('JSON is one line for programs, indented for people', () => {
  for (const [isTTY, expected] of [
    [false, '{"a":1}\n'],
    [true, '{\n  "a": 1\n}\n'],
  ] as const) {
    const stream = Object.assign(new PassThrough(), { isTTY })
    createPrinter(stream, {}).json({ a: 1 })
    expect(String(stream.read())).toBe(expected)
  }
})
