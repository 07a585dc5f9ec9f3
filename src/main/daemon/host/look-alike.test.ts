import { describe, expect, test } from 'vitest'
import { listensOn, lookTestOf, withoutForks } from './look-alike.ts'
import type { CandidateQuery } from './port.ts'
import { parseStat } from './proc-text.ts'

const query = (changes: Partial<CandidateQuery>): CandidateQuery => ({
  ...{ argv: [], exe: null, cwd: null, match: null },
  ...changes,
})
const realPath = async (path: string) => (path === '/srv/link' ? '/srv/real' : path)

describe('a program looks as asked', () => {
  test('by its redacted command line, its executable and its folder', async () => {
    const look = await lookTestOf(query({ argv: ['a', 'password=•••'], exe: '/bin/a', cwd: '/srv/link' }), realPath)
    expect(look.argv(['a', 'password=hunter2'])).toBe(true)
    expect(look.argv(['a', 'password=hunter2', 'more'])).toBe(false)
    expect(look.links('/bin/a', '/srv/real')).toBe(true)
    expect(look.links('/bin/a', '/srv/link')).toBe(true)
    expect(look.links('/bin/b', '/srv/real')).toBe(false)
    expect(look.links('/bin/a', undefined)).toBe(false)
  })

  test('by a rule, in which what is not said may be anything', async () => {
    const look = await lookTestOf(
      query({ match: { exe: 'java', argv_prefix: ['java', '-jar'], listen: ':80' } }),
      realPath,
    )
    expect(look.argv(['java', '-jar', 'x.jar'])).toBe(true)
    expect(look.argv(['java'])).toBe(false)
    expect(look.links('/usr/lib/java', undefined)).toBe(true)
    expect(look.links('/usr/lib/javac', undefined)).toBe(false)
    expect(look.listen).toBe(':80')
  })

  test('nothing looks like nothing', async () => {
    expect((await lookTestOf(query({}), realPath)).argv([])).toBe(false)
    expect((await lookTestOf(query({ match: { argv_prefix: [] } }), realPath)).argv(['a'])).toBe(false)
  })
})

test('where a program listens', () => {
  const endpoints = ['127.0.0.1:7496', '[::]:80']
  for (const wanted of ['7496', ':7496', '*:7496', '127.0.0.1:7496']) expect(listensOn(endpoints, wanted)).toBe(true)
  for (const wanted of ['496', '127.0.0.2:7496', '', ':8']) expect(listensOn(endpoints, wanted)).toBe(false)
})

test('a fork is not another program, but the child of a later owner of its number is', () => {
  const found = (pid: number, ppid: number, startTime: number) => {
    const stat = parseStat(`${pid} (x) S ${ppid} 1 1 ${'0 '.repeat(15)}${startTime} ${'0 '.repeat(30)}`)
    if (stat === undefined) throw new Error('not a stat')
    return { stat }
  }
  const pids = (...all: ReturnType<typeof found>[]) => withoutForks(all).map(({ stat }) => stat.pid)
  expect(pids(found(10, 1, 5), found(11, 10, 6), found(12, 11, 6))).toEqual([10])
  expect(pids(found(10, 1, 7), found(11, 10, 6))).toEqual([10, 11])
})
