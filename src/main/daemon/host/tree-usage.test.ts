import { expect, test } from 'vitest'
import { tcp, tcp6 } from './fixtures/sockets.ts'
import { parseStat } from './proc-text.ts'
import { cpuSecondsOf, listenersByLink, treesOf } from './tree-usage.ts'

const stat = (pid: number, ppid: number, session: number) => {
  const parsed = parseStat(
    `${pid} (x) S ${ppid} 1 ${session} 0 -1 0 0 0 0 0 150 50 ${'0 '.repeat(7)}${pid} ${'0 '.repeat(30)}`,
  )
  if (parsed === undefined) throw new Error('not a stat')
  return parsed
}
const identity = (pid: number) => ({ bootId: 'b', pid, startTime: String(pid) })

test('a tree is its session and all that came of it, without the shim', () => {
  const stats = [
    stat(10, 1, 10),
    stat(11, 10, 10),
    stat(12, 11, 12),
    stat(13, 12, 13),
    stat(20, 1, 20),
    stat(21, 20, 20),
  ]
  const trees = treesOf(
    [
      { identity: identity(11), shimPid: 10 },
      { identity: identity(21), shimPid: null },
      { identity: identity(99), shimPid: 98 },
    ],
    stats,
  )
  expect(trees.map((members) => members.map(({ pid }) => pid))).toEqual([[11, 12, 13], [21], []])
})

test('a program with a terminal is the session that it leads, also what it left there', () => {
  const stats = [stat(10, 1, 10), stat(11, 10, 11), stat(12, 11, 11), stat(13, 1, 11), stat(20, 1, 20)]
  const [members = []] = treesOf([{ identity: identity(11), shimPid: 10 }], stats)
  expect(members.map(({ pid }) => pid)).toEqual([11, 12, 13])
})

test('ticks are turned into seconds', () => {
  expect(cpuSecondsOf([stat(10, 1, 10)], 100)).toEqual(new Map([[10, 2]]))
  expect(cpuSecondsOf([stat(10, 1, 10)], 250)).toEqual(new Map([[10, 0.8]]))
})

test('sockets that listen, by what a descriptor shows', () => {
  expect(listenersByLink([tcp, tcp6])).toEqual(
    new Map([
      ['socket:[1010802]', '127.0.0.1:50823'],
      ['socket:[1010803]', '[::]:34825'],
      ['socket:[1010804]', '[::1]:36773'],
    ]),
  )
})
