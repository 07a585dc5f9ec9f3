import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { InputOf, WaitPart } from '../../../src/shared/contract/contract.ts'
import type { Result } from '../../../src/shared/domain/result.ts'
import { DaemonLab, ourNode, pidOf } from '../../helpers/daemon-lab.ts'
import { detailOf, forgetAll, refused } from '../../helpers/session-rows.ts'
import { until } from '../../helpers/until.ts'

let lab: DaemonLab
beforeAll(async () => {
  lab = await DaemonLab.start()
})
afterEach(() => forgetAll(lab))
afterAll(() => lab[Symbol.asyncDispose]())

/** The seed's own condition, word for word. */
const seedCondition = "len(fp['listen'])>0"

type WaitRequest = Partial<Omit<InputOf<'process.wait'>, 'target'>>
type Waiting = { readonly parts: WaitPart[]; readonly over: Promise<Result<void>>; readonly abort: () => void }

/** Begins to wait; `parts` fills as they come. */
function beginWait(alias: string, request: WaitRequest): Waiting {
  const parts: WaitPart[] = []
  const stop = new AbortController()
  const input = { target: lab.target(alias), condition: null, timeoutMs: null, failOnExit: false, ...request }
  const over = lab.client.watch('process.wait', input, {
    signal: stop.signal,
    onPart: (part) => {
      parts.push(part)
    },
  })
  return { parts, over, abort: () => stop.abort() }
}

/** Waits to the end and answers the parts without their rows. */
async function wait(alias: string, request: WaitRequest): Promise<string[]> {
  const { parts, over } = beginWait(alias, request)
  const ended = await over
  if (!ended.ok) throw new Error(ended.message)
  return parts.map((part) => (part.kind === 'notice' ? `notice: ${part.message}` : part.kind))
}

const inWorkspace = (name: string): string => path.join(lab.workspace, name)

/** Listens once the file `listen` is there, and writes down when, milliseconds since 1970. */
const listener = `
const fs = require('node:fs')
const timer = setInterval(() => {
  if (!fs.existsSync('listen')) return
  clearInterval(timer)
  require('node:net').createServer().listen(0, '127.0.0.1', () => fs.writeFileSync('listening', String(Date.now())))
}, 10)
`

test("the seed's condition: held within 3 s of the listen", async () => {
  await lab.ask('process.start', { workspace: lab.workspace, argv: [ourNode(), '-e', listener], alias: 'gateway' })
  const waiting = beginWait('gateway', { condition: seedCondition, timeoutMs: 60_000 })
  expect(await wait('gateway', { condition: seedCondition, timeoutMs: 300 })).toEqual(['timeout'])
  expect(waiting.parts).toEqual([])
  writeFileSync(inWorkspace('listen'), '')
  expect(await waiting.over).toMatchObject({ ok: true })
  const heldAt = Date.now()
  expect(waiting.parts).toMatchObject([{ kind: 'held', process: { alias: 'gateway', life: { kind: 'up' } } }])
  // Three seconds by the issue, with slack for a loaded machine.
  expect(heldAt - Number(readFileSync(inWorkspace('listening'), 'utf8'))).toBeLessThan(9000)
  // What holds already is said at once.
  expect(await wait('gateway', { condition: seedCondition, timeoutMs: 60_000 })).toEqual(['held'])
  const { fingerprint } = await detailOf(lab, 'gateway')
  expect(fingerprint?.listen).toEqual([expect.stringMatching(/^127\.0\.0\.1:\d+$/)])
})

test('without a condition: until it is up', async () => {
  await lab.startScript('late', 'exec sleep 1000')
  await lab.ask('process.stop', { targets: [lab.target('late')], now: true, wait: true })
  const waiting = beginWait('late', {})
  expect(await wait('late', { timeoutMs: 50 })).toEqual(['timeout'])
  await lab.ask('process.startKnown', { targets: [lab.target('late')] })
  await waiting.over
  expect(waiting.parts).toMatchObject([{ kind: 'held', process: { life: { kind: 'up' } } }])
})

describe('what cannot be a condition is refused before any waiting', () => {
  test.each([
    ["len(fp['lisen'])>0", 'column 8: fp has no lisen'],
    ['foo > 3', 'column 1: unknown name foo'],
    ["life == 'up' and uptime > 3", '&&'],
    ['uptime > ', 'column'],
    ["uptime > 'a'", 'column'],
    ['uptime', 'true or false'],
  ])('%s', async (condition, words) => {
    // Not even a process that is down is waited for.
    await lab.startScript('any', 'exit 0')
    const { parts, over } = beginWait('any', { condition })
    const failure = refused(await over)
    expect(failure.code).toBe('bad_input')
    expect(`${failure.message} ${failure.hint}`).toContain(words)
    expect(parts).toEqual([])
  })

  test('a process that does not exist', async () => {
    expect(refused(await beginWait('nobody', {}).over).code).toBe('not_found')
  })
})

describe('a process that ends', () => {
  test('is waited for, unless the caller does not want to', async () => {
    await lab.startScript('over', 'exit 3')
    await lab.untilRow('over', 'has ended', ({ life }) => life.kind === 'exited')
    expect(await wait('over', { condition: seedCondition, timeoutMs: 300 })).toEqual(['timeout'])
    expect(await wait('over', { condition: seedCondition, timeoutMs: 60_000, failOnExit: true })).toEqual(['ended'])
    expect(await wait('over', { failOnExit: true })).toEqual(['ended'])
    expect(await wait('over', { condition: "life == 'exited'", failOnExit: true })).toEqual(['held'])
    // Anything else is false of a process that does not run, also what says nothing about its fingerprint.
    for (const condition of ['true', 'pid == 0', 'restarts < 9']) {
      expect(await wait('over', { condition, failOnExit: true })).toEqual(['ended'])
    }
  })

  test('during the wait ends it at once', async () => {
    const row = await lab.startScript('ending', 'exec sleep 1000')
    const waiting = beginWait('ending', { condition: 'uptime > 1000000.0', failOnExit: true })
    process.kill(pidOf(row), 'SIGKILL')
    expect(await waiting.over).toMatchObject({ ok: true })
    expect(waiting.parts).toMatchObject([{ kind: 'ended', process: { lastEnd: { signal: 'SIGKILL' } } }])
  })

  test('and is started again: the wait goes on with its next run', async () => {
    const row = await lab.startScript('again', 'exec sleep 1000', { restart: 'always' })
    const waiting = beginWait('again', { condition: `restarts == 1 && life == 'up' && pid != ${pidOf(row)}` })
    process.kill(pidOf(row), 'SIGKILL')
    await waiting.over
    expect(waiting.parts).toMatchObject([{ kind: 'held', process: { run: 2 } }])
  })

  test('and is detached: there is nothing to wait for any more', async () => {
    await lab.startScript('detached', 'exec sleep 1000')
    // Its first sample goes wrong, which tells that the wait has begun.
    const waiting = beginWait('detached', { condition: '1 / restarts > 0' })
    await until(() => waiting.parts.length === 1, { what: 'the beginning of the wait' })
    const { pid } = await lab.ask('process.detach', { target: lab.target('detached'), purge: true })
    await waiting.over
    expect(waiting.parts).toMatchObject([{ kind: 'notice' }, { kind: 'ended', process: { life: { kind: 'down' } } }])
    process.kill(pid ?? 0, 'SIGKILL')
  })
})

test('what goes wrong in a sample is said once, and the wait goes on', async () => {
  await lab.startScript('wrong', 'exec sleep 1000')
  const said = await wait('wrong', { condition: '1 / restarts > 0', timeoutMs: 1200 })
  expect(said).toEqual(['notice: column 1: division by zero', 'timeout'])
})

test('a wait that is given up leaves nothing behind', async () => {
  await lab.startScript('given-up', 'exec sleep 1000')
  const waits = Array.from({ length: 100 }, () => beginWait('given-up', { condition: 'uptime > 1000000.0' }))
  const whileWaiting = await cpuShare(1000)
  for (const { abort } of waits) abort()
  for (const { over } of waits) expect(refused(await over).code).toBe('cancelled')
  expect(await cpuShare(1000)).toBeLessThan(whileWaiting / 2)
  expect(waits.flatMap(({ parts }) => parts)).toEqual([])
})

test('waiting costs the daemon less than 5 % of a core', async () => {
  await lab.startScript('busy', 'exec sleep 1000')
  const waiting = beginWait('busy', { condition: "fp['listen'].exists(x, x.endsWith(':1')) && state == 'never'" })
  // Threefold, for a loaded machine.
  expect(await cpuShare(2000)).toBeLessThan(0.15)
  expect(waiting.parts).toEqual([])
  waiting.abort()
  await waiting.over
})

/** Clock ticks of the daemon so far: fields 14 and 15 of /proc/PID/stat (proc_pid_stat(5)). */
function ticksOfDaemon(): number {
  const stat = readFileSync(`/proc/${lab.daemonPid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11]) + Number(fields[12])
}

const ticksPerSecond = 100

/** The share of one core that the daemon uses over that time. */
async function cpuShare(overMs: number): Promise<number> {
  const [begin, before] = [performance.now(), ticksOfDaemon()]
  await until(() => performance.now() - begin >= overMs, { what: 'the time of the measurement' })
  return (ticksOfDaemon() - before) / ticksPerSecond / ((performance.now() - begin) / 1000)
}
