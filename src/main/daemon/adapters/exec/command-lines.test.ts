import { expect, test } from 'vitest'
import { SharedCommandLines } from './command-lines.ts'
import type { RunningProgram } from './programs.ts'

const program = (...argv: string[]): RunningProgram => ({ identity: { bootId: 'b', pid: 7, startTime: '1' }, argv })

test('calls that come together share a scan, and one that comes during a scan gets a later one', async () => {
  const scans: ((programs: RunningProgram[]) => void)[] = []
  const lines = new SharedCommandLines('b', () => new Promise((resolve) => scans.push(resolve)))
  const first = [lines.has(['/bin/a']), lines.has(['/bin/b'])]
  await Promise.resolve()
  await Promise.resolve()
  expect(scans).toHaveLength(1)
  const later = lines.has(['/bin/c'])
  scans[0]?.([program('/bin/a')])
  expect(await Promise.all(first)).toEqual([true, false])
  await new Promise((resolve) => setImmediate(resolve))
  expect(scans).toHaveLength(2)
  scans[1]?.([program('/bin/c')])
  expect(await later).toBe(true)
})

test('what is compared is redacted, and a failed scan fails only those who asked', async () => {
  let fails = true
  const lines = new SharedCommandLines('b', async () => {
    if (fails) throw new Error('EMFILE')
    return [program('/bin/a', 'password=x')]
  })
  await expect(lines.has(['/bin/a'])).rejects.toThrow('EMFILE')
  fails = false
  expect(await lines.has(['/bin/a', 'password=•••'])).toBe(true)
  expect(await lines.has(['/bin/a', 'password=x'])).toBe(false)
})
