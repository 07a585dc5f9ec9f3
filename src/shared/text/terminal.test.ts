import { expect, test } from 'vitest'
import { processRow, upLife } from '../../../test/helpers/rows.ts'
import { noTerminal, terminalEnd } from './terminal.ts'

const end = { code: 0, signal: null, at: 1, reason: null }

test.each([
  [end, 'The program ended with code 0.'],
  [
    { ...end, code: 130, reason: 'interrupt or exit code 130' },
    'The program ended with code 130 (interrupt or exit code 130).',
  ],
  [
    { ...end, code: null, signal: 'SIGHUP', reason: 'its terminal ended with the daemon' },
    'The program was ended by SIGHUP (its terminal ended with the daemon).',
  ],
  [{ ...end, code: null, reason: 'recorder lost' }, 'The program ended (recorder lost).'],
])('%j', (given, sentence) => {
  expect(terminalEnd(given)).toBe(sentence)
})

test('a terminal that is not there says where the output is, or that there is none yet', () => {
  const ended = processRow({ life: { kind: 'exited', run: 1, end }, lastEnd: end })
  expect(noTerminal(ended)).toEqual({ title: 'The program ended with code 0.', body: 'Its output is in Logs.' })
  expect(noTerminal(processRow({ life: { kind: 'new' } })).title).toBe('The program does not run')
  expect(noTerminal(processRow({ life: upLife(1) })).title).toBe('The program does not run')
})
