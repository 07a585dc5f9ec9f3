import { expect, test } from 'vitest'
import { parseCgroup, parsePss, parseStatus } from './proc-status.ts'

/** Recorded on Linux 6.18, shortened. */
const status =
  'Name:\tcat\nUmask:\t0022\nState:\tR (running)\nPid:\t12326\nUid:\t1000\t0\t0\t0\nGid:\t0\t0\t0\t0\nVmHWM:\t    1736 kB\nVmRSS:\t    1736 kB\nThreads:\t1\n'
const kernelThread = 'Name:\tkthreadd\nState:\tS (sleeping)\nUid:\t0\t0\t0\t0\nThreads:\t1\n'

test('the real user and the memory', () => {
  expect(parseStatus(status)).toEqual({ uid: 1000, rss: 1736 * 1024 })
  expect(parseStatus(kernelThread)).toEqual({ uid: 0, rss: 0 })
})

test('a name that looks like a line changes nothing', () => {
  expect(parseStatus(status.replace('cat', 'x\\nUid:\t7\t7\t7\t7'))?.uid).toBe(1000)
})

test.each(['', 'Name:\tcat\n'])('no status: %j', (text) => expect(parseStatus(text)).toBeUndefined())

test.each([
  ['of cgroup v2', '0::/user.slice/user-1000.slice/app.scope\n', '/user.slice/user-1000.slice/app.scope'],
  ['beside cgroup v1', '9:name=systemd:/\n4:memory:/api/d318\n1:cpu:/\n0::/\n', '/'],
  ['of cgroup v1 alone', '4:memory:/api/d318\n1:cpu:/\n', null],
  ['that is gone', '', null],
])('the cgroup %s', (_, text, path) => expect(parseCgroup(text)).toBe(path))

test('the proportional memory, of which there is none where it may not be read', () => {
  const rollup =
    '5581c0b6a000-7ffd2d9d9000 ---p 00000000 00:00 0    [rollup]\nRss:    1532 kB\nPss:     311 kB\nPss_Dirty:  92 kB\n'
  expect(parsePss(rollup)).toBe(311 * 1024)
  expect(parsePss('')).toBeUndefined()
})
