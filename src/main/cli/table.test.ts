import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { createPrinter, styled } from './printer.ts'
import { displayWidth, printTable } from './table.ts'

test('columns line up, whatever is in them', () => {
  const stream = new PassThrough()
  printTable(
    createPrinter(stream, {}),
    [{ title: 'NAME' }, { title: 'PID', align: 'right' }, { title: 'DETAIL' }],
    [
      ['web', '7', 'fine'],
      ['東京', '12345', styled('', 'red')],
      ['\x1b[8mx\n', '1', 'last'],
    ],
  )
  expect(String(stream.read()).split('\n')).toEqual([
    'NAME    PID  DETAIL',
    'web       7  fine',
    '東京  12345',
    '[8mx      1  last',
    '',
  ])
})

test('width counts terminal cells', () => {
  expect(displayWidth('abc')).toBe(3)
  expect(displayWidth('日本')).toBe(4)
  expect(displayWidth('👩‍🔬')).toBe(2)
  expect(displayWidth('e\u0301')).toBe(1)
})
