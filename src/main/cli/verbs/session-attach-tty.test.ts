import { expect, test } from 'vitest'
import { runFake } from '../../../../test/helpers/fake-cli.ts'
import { processDetail, processRow, rowStart, upLife } from '../../../../test/helpers/rows.ts'
import { failure, success } from '../../../shared/domain/result.ts'
import type { CallerTerminal, TerminalEvents } from '../terminal/caller-terminal.ts'

const row = processRow({ id: 'a', alias: 'shell', pty: true, run: 3, life: upLife(77) })

/** A terminal of 100 x 30 whose keys a test presses. */
function fakeTerminal() {
  const log: string[] = []
  const opened: { events: TerminalEvents | null } = { events: null }
  const terminal: CallerTerminal = {
    size: () => ({ cols: 100, rows: 30 }),
    open: (events) => {
      opened.events = events
      log.push('raw')
      return {
        pause: () => log.push('pause'),
        resume: () => log.push('resume'),
        [Symbol.dispose]: () => log.push('restored'),
      }
    },
  }
  const press = (text: string) => opened.events?.onInput(text)
  return { terminal, log, press, events: () => opened.events }
}

const show = (shown = row) => ({
  'process.show': () => success(processDetail(shown)),
  'terminal.input': () => success({}),
  'terminal.resize': () => success({}),
})
const attach = (options: Parameters<typeof runFake>[1], argv: readonly string[] = []) =>
  runFake(['session', 'attach-tty', 'shell', ...argv], { answers: show(), ...options })

/** Lets everything happen that was begun. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

test('keys go to the program and its output comes back, until the key that detaches', async () => {
  const { terminal, log, press, events } = fakeTerminal()
  const streams = {
    'terminal.output': async function* () {
      yield Buffer.from('$ ')
      press('lé')
      press('s\r')
      events()?.onResize({ cols: 120, rows: 40 })
      yield Buffer.from('file\x1b[?1049h\r\n')
      press('x\x1dy')
      await settle()
      await settle()
      yield Buffer.from('never seen')
    },
  }
  const { code, stdout, stderr, calls } = await attach({ terminal, streams })
  expect(code).toBe(0)
  expect(stdout).toBe('$ file\x1b[?1049h\r\n\x1b[?1049l\x1b[0m\x1b>')
  expect(stderr).toBe('Attached to shell. Ctrl-] detaches; the program goes on.\nDetached from shell; it goes on.\n')
  expect(log).toEqual(['raw', 'restored'])
  const inputs = calls.filter(({ method }) => method === 'terminal.input').map(({ input }) => input)
  expect(inputs.map((input) => (input as { data: string }).data).join('')).toBe('lés\rx')
  expect(calls).toContainEqual({ method: 'terminal.output', input: { target: { id: 'a' }, cols: 100, rows: 30 } })
  expect(calls).toContainEqual({ method: 'terminal.resize', input: { target: { id: 'a' }, cols: 120, rows: 40 } })
})

test('another key detaches where it is asked for', async () => {
  const { terminal, press } = fakeTerminal()
  const streams = {
    'terminal.output': async function* () {
      press('\x1d')
      press('\x01')
      await settle()
      await settle()
      yield Buffer.from('x')
    },
  }
  const { code, stderr, calls } = await attach({ terminal, streams }, ['--detach-key', '^a'])
  expect(code).toBe(0)
  expect(stderr).toContain('Ctrl-A detaches')
  expect(calls).toContainEqual({ method: 'terminal.input', input: { target: { id: 'a' }, data: '\x1d' } })
})

test.each([
  [{ code: 3, signal: null }, 3],
  [{ code: 0, signal: null }, 0],
  [{ code: null, signal: 'SIGTERM' }, 143],
  [{ code: null, signal: null }, 1],
])('the program ends with %j: exit %i, and it is said', async (how, expected) => {
  const { terminal, log } = fakeTerminal()
  const end = { ...how, at: rowStart, reason: null }
  const run = { run: 3, startedAt: 0, endedAt: rowStart, end, pid: 77, outOffset: 0, errOffset: 0 }
  let looks = 0
  const answers = {
    ...show(),
    'process.show': () => success({ ...processDetail(row), runs: ++looks < 3 ? [] : [{ ...run, run: 2 }, run] }),
  }
  const { code, stderr } = await attach({ terminal, answers, streams: { 'terminal.output': () => [] } })
  expect(code).toBe(expected)
  expect(stderr).toMatch(/shell is over: (Exited with code|Ended)/)
  expect(log).toEqual(['raw', 'restored'])
})

test('the daemon goes away: the terminal is restored and exit 7', async () => {
  const { terminal, log } = fakeTerminal()
  const lost = failure('disconnected', 'The connection was lost', 'Start it again')
  const { code, stderr } = await attach({ terminal, streams: { 'terminal.output': () => [lost] } })
  expect(code).toBe(7)
  expect(stderr).toContain('The connection was lost')
  expect(log).toEqual(['raw', 'restored'])
})

test('a signal: the terminal is restored and exit 130', async () => {
  const { terminal, log } = fakeTerminal()
  const streams = { 'terminal.output': () => [Buffer.from('x')] }
  expect(await attach({ terminal, streams, interrupted: true })).toMatchObject({ code: 130 })
  expect(log).toEqual(['raw', 'restored'])
})

test('without a terminal: exit 2 and what to do', async () => {
  const { code, stderr, calls } = await attach({})
  expect({ code, calls }).toEqual({ code: 2, calls: [] })
  expect(stderr).toContain('ssh -t')
})

test('a process without a terminal: exit 5, naming --pty', async () => {
  const { terminal, log } = fakeTerminal()
  const { code, stderr } = await attach({ terminal, answers: show(processRow({ ...row, pty: false })) })
  expect(code).toBe(5)
  expect(stderr).toContain('--pty')
  expect(log).toEqual([])
})

test('a process that does not run: exit 5, and how to start it', async () => {
  const { terminal } = fakeTerminal()
  const down = processRow({ ...row, life: { kind: 'down', since: 0, reason: 'Stopped by you' } })
  const { code, stderr } = await attach({ terminal, answers: show(down) })
  expect(code).toBe(5)
  expect(stderr).toContain('procession session start shell')
})

test('a key that is none: exit 2', async () => {
  const { terminal } = fakeTerminal()
  expect(await attach({ terminal }, ['--detach-key', 'x'])).toMatchObject({ code: 2, calls: [] })
})
