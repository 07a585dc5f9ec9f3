import process from 'node:process'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { membersOf } from '../../../../../test/helpers/process-groups.ts'
import { requireParts } from '../../../../../test/helpers/real-parts.ts'
import { until } from '../../../../../test/helpers/until.ts'
import { failure } from '../../../../shared/domain/result.ts'
import { openChannel } from './channel.ts'
import { Lane, type LaneOpening } from './lane.ts'
import { spawnSession } from './session.ts'

beforeEach((context) => requireParts(context, 'process tools'))

const limits = { timeoutMs: 20_000, maxBytes: 1 << 20 }
const closed = failure('unreachable', 'closed')
const full = failure('conflict', 'full')

/** As behind ssh, the shell is in a session of its own and outlives the program that carries its bytes. */
const farShell = ['sh', '-c', 'cat | setsid -w sh']

/** A lane over shells of this machine; `shells` are the pids of all that were opened. */
function createLab(idleMs: number | null = null): { lane: Lane; shells: number[]; fill(): void } {
  const shells: number[] = []
  let isFull = false
  const lane = new Lane({
    name: 'gpu-01',
    idleMs,
    async open(): Promise<LaneOpening> {
      if (isFull) return { kind: 'full' }
      const opening = await openChannel(spawnSession(farShell, process.env), 20_000)
      if (opening.kind === 'open') shells.push(opening.channel.shell.pid)
      return opening
    },
    explain: () => full,
  })
  onTestFinished(async () => {
    lane.close(closed)
    for (const pid of shells.flatMap(membersOf)) process.kill(pid, 'SIGKILL')
    await until(() => shells.flatMap(membersOf).length === 0, { what: 'the end of the shells' })
  })
  return {
    lane,
    shells,
    fill: () => {
      isFull = true
    },
  }
}

async function say(lane: Lane, script: string): Promise<string> {
  const result = await lane.ask(script, limits)
  return result.ok ? result.value.output.toString() : result.code
}

test('what is asked together is answered in order by one shell', async () => {
  const { lane, shells } = createLab()
  expect(shells).toEqual([])
  const order: string[] = []
  const asks = ['sleep 0.1; echo a', 'echo b', 'echo c'].map(async (script) => order.push(await say(lane, script)))
  expect(lane.isBusy).toBe(true)
  await Promise.all(asks)
  expect(order).toEqual(['a\n', 'b\n', 'c\n'])
  expect(shells.length).toBe(1)
  expect(lane.isBusy).toBe(false)
})

test('a shell that hangs is ended with what hangs in it, and replaced for those who wait', async () => {
  const { lane, shells } = createLab()
  const hung = lane.ask('sleep 600; echo never', { ...limits, timeoutMs: 100 })
  const next = say(lane, 'echo next')
  expect(await hung).toMatchObject({ ok: false, code: 'timeout' })
  expect(await next).toBe('next\n')
  expect(shells.length).toBe(2)
  await until(() => membersOf(shells[0] ?? 0).length === 0, { what: 'the end of the hung shell' })
})

test('whoever waits for a shell that cannot be had is told why', async () => {
  const { lane, fill } = createLab()
  const hung = lane.ask('sleep 600', { ...limits, timeoutMs: 100 })
  const waiting = [lane.ask('echo a', limits), lane.ask('echo b', limits)]
  fill()
  expect(await hung).toMatchObject({ ok: false, code: 'timeout' })
  expect(await Promise.all(waiting)).toEqual([full, full])
  expect(await lane.ask('echo c', limits)).toEqual(full)
})

test('a shell that nobody needs is closed, and opened again', async () => {
  const { lane, shells } = createLab(50)
  expect(await say(lane, 'echo a')).toBe('a\n')
  await until(() => shells.flatMap(membersOf).length === 0, { what: 'the end of the idle shell' })
  expect(await say(lane, 'echo b')).toBe('b\n')
  expect(shells.length).toBe(2)
})

test('closing fails what waits, in flight or not', async () => {
  const { lane, shells } = createLab()
  await say(lane, ':')
  const asks = [lane.ask('sleep 600', limits), lane.ask('echo never', limits)]
  lane.close(closed)
  const results = await Promise.all(asks)
  expect(results.map((result) => !result.ok && result.code)).toEqual(['unreachable', 'unreachable'])
  expect(shells.length).toBe(1)
})
