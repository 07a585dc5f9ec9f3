import { expect, test } from 'vitest'
import { until } from '../../../../test/helpers/until.ts'
import type { GpuRow } from '../../../shared/domain/host.ts'
import { createLocalFacts } from './local-facts.ts'
import { createLocalMachine } from './local-machine.ts'

const gpu: GpuRow = {
  index: 0,
  name: 'A100',
  utilisationPct: 5,
  memoryUsedBytes: 1,
  memoryTotalBytes: 2,
  temperatureC: null,
}

test('this machine answers with status and output, and within its time', async () => {
  const { askLocally } = createLocalMachine({ script: 'exit 127', parse: () => [] }, Date.now)
  const answer = await askLocally('printf a; exit 3', { timeoutMs: 10_000 })
  expect(answer).toMatchObject({ ok: true, value: { status: 3, output: Buffer.from('a') } })
  expect(await askLocally('read line; echo "[$line]"', { timeoutMs: 10_000 })).toMatchObject({ value: { status: 0 } })
  expect(await askLocally('exec sleep 60', { timeoutMs: 50 })).toMatchObject({ code: 'timeout' })
})

test('it tells cores, load and memory at once, and its GPUs after the first look', async () => {
  const { localFacts } = createLocalMachine({ script: 'echo GPU', parse: () => [gpu] }, Date.now)
  const { cores, load1, memory, gpus } = localFacts()
  expect(cores).toBeGreaterThan(0)
  expect(load1).toBeGreaterThanOrEqual(0)
  expect(memory?.usedBytes).toBeLessThan(memory?.totalBytes ?? 0)
  expect(gpus).toEqual([])
  await until(() => localFacts().gpus.length === 1, { what: 'the GPU' })
})

test('GPUs are looked at now and then, and rarely where there are none', async () => {
  let now = 0
  let looks = 0
  let found: readonly GpuRow[] | null = [gpu]
  const facts = createLocalFacts({
    readGpus: async () => {
      looks += 1
      return found
    },
    now: () => now,
  })
  const lookAt = async (moment: number) => {
    now = moment
    facts()
    await Promise.resolve()
    await Promise.resolve()
    return looks
  }
  expect(await lookAt(0)).toBe(1)
  expect(await lookAt(3999)).toBe(1)
  found = null
  expect(await lookAt(4000)).toBe(2)
  expect(facts().gpus).toEqual([])
  expect(await lookAt(63_999)).toBe(2)
  expect(await lookAt(64_001)).toBe(3)
})
