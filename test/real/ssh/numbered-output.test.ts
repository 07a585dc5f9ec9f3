import { readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { ProcessRow } from '../../../src/shared/domain/rows.ts'
import { ourNode } from '../../helpers/daemon-lab.ts'
import { floodLineBytes, floodScript, wrongFloodLines } from '../../helpers/flood.ts'
import type { LiveCli } from '../../helpers/home.ts'
import { sharedHostLab } from '../../helpers/host-lab.ts'
import type { LabSession } from '../../helpers/lab-session.ts'
import { until } from '../../helpers/until.ts'

const shared = sharedHostLab()

/** The issue names this many. */
const lines = 100_000
const linesPerSecond = 6000
const cuts = 5
/** A connection that lasted shorter than three seconds makes the next try wait: every second cut comes so soon. */
const linesBetween = (cut: number): number => (cut % 2 === 1 ? 3.2 * linesPerSecond : 500)
/** So long nobody can connect. */
const downMs = 3000

/** Not written before nobody can connect. */
const lastLines = 2000

/** Numbers from 1 on, at a steady pace; the last ones when it is let go. */
const numbers = `
  const { existsSync, writeSync } = require('node:fs')
  const began = performance.now()
  let number = 0
  const step = () => {
    const most = existsSync('go') ? ${lines} : ${lines - lastLines}
    const due = Math.min(most, Math.floor((performance.now() - began) / 1000 * ${linesPerSecond}))
    let text = ''
    while (number < due) text += ++number + '\\n'
    for (let rest = Buffer.from(text); rest.length > 0; ) rest = rest.subarray(writeSync(1, rest))
    if (number < ${lines}) setTimeout(step, 2)
  }
  step()`

const wholeOutput = `${Array.from({ length: lines }, (_, index) => index + 1).join('\n')}\n`

const copyOf = (session: LabSession, { name }: ProcessRow) => path.join(session.workspace, 'out', `${name}.out`)

/** The last number that a follower has printed. */
const lastNumber = (follower: LiveCli): number => Number(follower.output().slice(-20).trimEnd().split('\n').at(-1))

test(`of ${lines} numbered lines none is missing or doubled, though the link is cut ${cuts} times and sshd restarted`, {
  timeout: 180_000,
}, async () => {
  const { machine } = shared
  const session = await machine.session()
  const cwd = machine.folder('numbers')
  const { process: row } = await machine.lab.ask('process.start', {
    workspace: session.workspace,
    host: machine.host,
    argv: [ourNode(), '-e', numbers],
    alias: 'numbers',
    cwd,
    restart: 'never',
  })
  const follower = machine.command(session, ['session', 'logs', 'numbers', '-f'])
  const { logins } = machine.sshd
  for (let cut = 1; cut <= cuts; cut += 1) {
    const due = lastNumber(follower) + linesBetween(cut)
    await until(() => lastNumber(follower) >= Math.min(due, lines - lastLines), {
      what: `line ${due}`,
      timeoutMs: 60_000,
    })
    await machine.sshd.cutConnections()
    if (cut < cuts) await machine.untilState('connected')
  }
  await machine.sshd.stop()
  writeFileSync(path.join(cwd, 'go'), '')
  await pause(downMs)
  await machine.sshd.startAgain()
  await machine.untilState('connected')
  expect(machine.sshd.logins - logins).toBeGreaterThanOrEqual(cuts)
  expect(await machine.untilRow(session, 'numbers', ({ life }) => life.kind === 'exited')).toMatchObject({
    run: 1,
    lastEnd: { code: 0 },
  })
  await until(() => lastNumber(follower) === lines, { what: 'the last line', timeoutMs: 60_000 })
  expect(follower.errors()).toBe('')
  expect(follower.output() === wholeOutput).toBe(true)
  expect(readFileSync(copyOf(session, row), 'utf8') === wholeOutput).toBe(true)
})

describe('logs of a process there', () => {
  test('of two that write five megabytes a second each are copied while they are written', async () => {
    const { machine } = shared
    const session = await machine.session()
    const seconds = 3
    const argv = [ourNode(), '-e', floodScript({ bytesPerSecond: 5_000_000, seconds })]
    const start = (alias: string) =>
      machine.lab.ask('process.start', {
        workspace: session.workspace,
        host: machine.host,
        argv,
        alias,
        restart: 'never',
      })
    const rows = [(await start('left')).process, (await start('right')).process]
    for (const row of rows) {
      expect(await machine.untilRow(session, row.name, ({ life }) => life.kind === 'exited')).toMatchObject({
        lastEnd: { code: 0 },
      })
      const written = Number(machine.output(session, row, 'err'))
      await until(() => statSync(copyOf(session, row)).size === written * floodLineBytes, { what: 'the whole copy' })
      expect(wrongFloodLines(readFileSync(copyOf(session, row)), 0)).toBe(0)
      expect(written).toBeGreaterThan(50_000)
    }
  })

  test('can be read by count, by time and by pattern, each run apart', async () => {
    const { machine } = shared
    const session = await machine.session()
    const cwd = machine.folder('by time')
    const script = 'seq 1 50; echo oh no >&2; while [ ! -e go ]; do sleep 0.02; done; echo late; exec sleep 1000'
    const row = await machine.run(session, 'train', script, { cwd })
    await until(() => machine.output(session, row).endsWith('50\n') && machine.output(session, row, 'err') !== '', {
      what: 'the first lines',
    })
    const logs = async (...args: readonly string[]) => {
      const { code, stdout } = await machine.cli(session, 'session', 'logs', 'train', ...args)
      expect(code).toBe(0)
      return stdout
    }
    expect(await logs('-n', '3')).toBe('48\n49\n50\n')
    expect(await logs('--err')).toBe('oh no\n')
    expect(await logs('--grep', '^4[0-2]$')).toBe('40\n41\n42\n')
    // A second is how exactly times of lines are known.
    await pause(1100)
    const since = new Date().toISOString()
    await machine.run(session, 'helper', ': >go', { cwd, restart: 'never' })
    await until(() => machine.output(session, row).endsWith('late\n'), { what: 'the late line' })
    expect(await logs('--since', since)).toBe('late\n')
    const [merged] = [await machine.cli(session, 'session', 'logs', 'train', 'helper', '-n', '100')]
    expect(merged.stdout.match(/late/g)).toHaveLength(1)
  })
})
