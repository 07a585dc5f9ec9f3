import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fileTree } from '../../../../../test/helpers/file-tree.ts'
import { failure } from '../../../../shared/domain/result.ts'
import { createTerminals } from './index.ts'

const noProblem = () => {}

test('where the module is missing nothing is opened, and what to do is said', async () => {
  const missing = failure('unsupported', 'The module for it is not built.', 'Build it')
  const terminals = createTerminals({ onProblem: noProblem, load: async () => missing })
  expect(await terminals.open('p', '/nowhere/out')).toEqual(missing)
  expect(terminals.has('p')).toBe(false)
  expect(terminals.isOurs('p')).toBe(false)
  await terminals.close()
})

test('a process without a terminal cannot be looked at, typed into or resized', () => {
  const terminals = createTerminals({ onProblem: noProblem })
  const size = { cols: 80, rows: 24 }
  const refusal = { ok: false, code: 'conflict' }
  expect(terminals.output('p', size, new AbortController().signal)).toMatchObject(refusal)
  expect(terminals.write('p', 'x')).toMatchObject(refusal)
  expect(terminals.resize('p', size)).toMatchObject(refusal)
})

test('a log that cannot be written, and a system without terminals, are failures', async () => {
  const load = async () => ({
    ok: true as const,
    value: {
      open: () => {
        throw new Error('openpty(3) failed.')
      },
      resize: () => {},
    },
  })
  const terminals = createTerminals({ onProblem: noProblem, load })
  const root = fileTree({ 'out.log': 'kept\n' })
  expect(await terminals.open('p', join(root, 'missing', 'out.log'))).toMatchObject({
    ok: false,
    message: expect.stringContaining('missing/out.log'),
  })
  expect(await terminals.open('p', join(root, 'out.log'))).toMatchObject({
    ok: false,
    message: expect.stringContaining('openpty(3) failed'),
  })
  expect(readFileSync(join(root, 'out.log'), 'utf8')).toBe('kept\n')
})
