import { describe, expect, test } from 'vitest'
import type { Status } from '../../../shared/text/status.ts'
import { type FilterSubject, matchesFilter, parseFilter } from './filter.ts'

const subject = (over: Partial<FilterSubject['row']> & { status?: Status; session?: string } = {}): FilterSubject => ({
  row: {
    alias: over.alias ?? 'train-resnet-a',
    name: over.name ?? 'sparkling-guarantee',
    host: over.host ?? 'gpu-01',
    argv: over.argv ?? ['python', 'train.py', '--arch', 'resnet50'],
    state: over.state ?? 'operative',
  },
  session: { name: over.session ?? 'vision-sweep' },
  status: over.status ?? 'running',
})

const matches = (text: string, row = subject()) => matchesFilter(parseFilter(text), row)

describe('filter', () => {
  test.each([
    '',
    '   ',
    'resnet',
    'RESNET train',
    'guarantee',
    'gpu-01',
    'vision',
    '--arch',
    '"train.py --arch"',
    'status:running',
    'status:run',
    'host:gpu session:vision label:operative',
    'name:train-resnet',
    '!eval',
    '!status:failed',
    '!host:local train',
  ])('%j shows the row', (text) => {
    expect(matches(text)).toBe(true)
    expect(parseFilter(text).problem).toBeNull()
  })

  test.each(['eval', 'resnet eval', 'status:failed', '!resnet', 'host:local', '!status:running', 'label:idle'])(
    '%j hides the row',
    (text) => expect(matches(text)).toBe(false),
  )

  test.each([
    ['stauts:failed', 'stauts: is no field'],
    ['status:faild', 'No status is called faild'],
    ['status:', 'Type what to look for after status:'],
    ['!', 'Type a word after !'],
  ])('%j is explained and hides nothing', (text, problem) => {
    expect(parseFilter(text).problem).toContain(problem)
    expect(matches(text)).toBe(true)
  })

  test('the good tokens still apply beside a bad one', () => {
    expect(matches('foo:bar eval')).toBe(false)
    expect(matches('foo:bar train')).toBe(true)
  })

  test('addresses and quoted colons are words', () => {
    expect(matches('127.0.0.1:80', subject({ argv: ['serve', '127.0.0.1:8080'] }))).toBe(true)
    expect(matches('http://x', subject({ argv: ['get', 'http://x/y'] }))).toBe(true)
    expect(matches('"a:b"', subject({ argv: ['run', 'a:b'] }))).toBe(true)
  })
})
