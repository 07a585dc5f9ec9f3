import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import process from 'node:process'
import { beforeEach, describe, expect, test } from 'vitest'
import { loadPtyModule } from '../../src/main/daemon/adapters/terminal/pty-module.ts'
import { requireShell, shellNames } from '../helpers/exec-lab.ts'
import { skipOrFail } from '../helpers/real-parts.ts'
import { TerminalLab } from '../helpers/terminal-lab.ts'
import { until } from '../helpers/until.ts'

const enter = '\r'
const interrupt = '\u0003'
const suspend = '\u001a'

beforeEach(async (context) => {
  const module = await loadPtyModule()
  if (!module.ok) skipOrFail(context, `${module.message} ${module.hint}`)
})

const interactiveShell = ['env', 'PS1=ready> ', 'bash', '--norc', '--noprofile', '-i']

/** Programs that have the master side of some terminal open. */
const holdersOfMasters = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === '/dev/ptmx')
      } catch {
        return false
      }
    })
    .map(Number)

describe.each(shellNames)('through %s', (shell) => {
  test('a program has a terminal of its own, and its end is recorded', async (context) => {
    requireShell(context, shell)
    await using lab = await TerminalLab.create(shell)
    const run = await lab.start([
      'sh',
      '-c',
      'tty; [ -t 0 ] && [ -t 1 ] && [ -t 2 ] && read answer </dev/tty; echo "<$answer>"; exit 7',
    ])
    await using screen = lab.look(run)
    await screen.shows('/dev/pts/')
    lab.type(run, `hello${enter}`)
    await screen.shows('<hello>')
    expect(await lab.exec.end(run)).toMatchObject({ code: 7, signal: null })
    await screen.ended
    // The terminal has echoed what was typed, and all of it is in the log.
    expect(screen.text).toContain('hello\r\n<hello>\r\n')
    expect(readFileSync(run.files.out, 'utf8')).toBe(screen.text)
  })

  test('Ctrl-C ends the program and not its recorder, Ctrl-Z stops nobody', async (context) => {
    requireShell(context, shell)
    await using lab = await TerminalLab.create(shell)
    const run = await lab.start(['sh', '-c', 'echo begun; exec sleep 1000'])
    await using screen = lab.look(run)
    await screen.shows('begun')
    lab.type(run, suspend)
    lab.type(run, interrupt)
    expect(await lab.exec.end(run)).toMatchObject({ code: 130 })
  })

  test('the program is told when its terminal goes', async (context) => {
    requireShell(context, shell)
    await using lab = await TerminalLab.create(shell)
    const run = await lab.start(['sh', '-c', 'echo begun; exec sleep 1000'])
    await using screen = lab.look(run)
    await screen.shows('begun')
    await lab.terminals.close()
    expect(await lab.exec.end(run)).toMatchObject({ code: null, signal: 'SIGHUP' })
  })

  test('a program that cannot be run says so', async (context) => {
    requireShell(context, shell)
    await using lab = await TerminalLab.create(shell)
    const run = await lab.start(['no-such-program'])
    expect(await lab.exec.end(run)).toMatchObject({ code: 127, reason: 'could not start: not found' })
  })
})

test('an interactive shell has job control', async (context) => {
  requireShell(context, 'bash')
  await using lab = await TerminalLab.create()
  const run = await lab.start(interactiveShell)
  await using screen = lab.look(run)
  await screen.shows('ready> ')
  expect(screen.text).not.toContain('no job control')
  lab.type(run, `sh -c 'echo runs; exec sleep 1000'${enter}`)
  await screen.shows('\nruns\r\n')
  lab.type(run, suspend)
  await screen.shows('Stopped')
  lab.type(run, `kill %1; exit 3${enter}exit 3${enter}`)
  expect(await lab.exec.end(run)).toMatchObject({ code: 3 })
})

test('the size is that of the last onlooker, and the program is told', async () => {
  await using lab = await TerminalLab.create()
  const script = 'trap "stty size" WINCH; stty size; while :; do sleep 0.05; done'
  const run = await lab.start(['sh', '-c', script])
  await using first = lab.look(run, { cols: 80, rows: 24 })
  await first.shows('24 80')
  await using second = lab.look(run, { cols: 132, rows: 43 })
  await second.shows('43 132')
  await first.shows('43 132')
  expect(lab.terminals.resize(run.mark.processId, { cols: 100, rows: 30 })).toMatchObject({ ok: true })
  await first.shows('30 100')
})

test('nobody looks on: all of a flood is read and in the log, and the program never waits', async () => {
  await using lab = await TerminalLab.create()
  const run = await lab.start(['sh', '-c', 'stty -opost; seq 1 300000'])
  expect(await lab.exec.end(run)).toMatchObject({ code: 0 })
  await until(() => !lab.terminals.has(run.mark.processId), { what: 'the end of the terminal' })
  const lines = Array.from({ length: 300_000 }, (_, index) => `${index + 1}\n`).join('')
  await until(() => readFileSync(run.files.out, 'utf8') === lines, { what: 'every line in the log' })
})

test('who looks later sees the end of what was shown, from a safe place, then what comes', async () => {
  await using lab = await TerminalLab.create()
  const script = 'seq 1 100000; read line; echo "and $line"; read line'
  const run = await lab.start(['sh', '-c', script])
  await using early = lab.look(run)
  await early.shows('100000')
  await using late = lab.look(run)
  await late.shows('100000')
  expect(late.length).toBeLessThanOrEqual(256 * 1024)
  expect(late.text).toMatch(/^\d{5}\r\n/)
  expect(early.text.endsWith(late.text)).toBe(true)
  lab.type(run, `more${enter}`)
  await early.shows('and more')
  await late.shows('and more')
})

test('a full-screen program draws itself anew for whoever comes later, also after much output', async () => {
  await using lab = await TerminalLab.create()
  // As an editor does: the other screen, and everything drawn again after a change of size.
  const draw = 'printf \'\\033[2J\\033[Hdrawn at %s\\n\' "$(stty size)"'
  const script = `trap '${draw.replaceAll("'", "'\\''")}' WINCH; seq 1 100000; printf '\\033[?1049h\\033[?25l'; ${draw}; while :; do sleep 0.05; done`
  const run = await lab.start(['bash', '-c', script])
  await using early = lab.look(run)
  await early.shows('drawn at 24 80')
  const before = early.text.split('drawn at 24 80').length
  await using late = lab.look(run)
  await until(() => early.text.split('drawn at 24 80').length > before, { what: 'the program to draw itself anew' })
  await late.shows('\u001b[?1049h')
})

test('a slow onlooker costs nothing and is shown the present', async () => {
  await using lab = await TerminalLab.create()
  const run = await lab.start(['sh', '-c', 'stty -opost; echo begin; seq 1 1500000; echo the end; read line'])
  const stop = new AbortController()
  const output = lab.terminals.output(run.mark.processId, { cols: 80, rows: 24 }, stop.signal)
  if (!output.ok) throw new Error(output.message)
  const parts = output.value[Symbol.asyncIterator]()
  await parts.next()
  await until(() => readFileSync(run.files.out).subarray(-32).includes('the end'), { what: 'the flood to be over' })
  const shown: Buffer[] = []
  for (;;) {
    const part = await parts.next()
    if (part.done) break
    shown.push(Buffer.from(part.value))
    if (Buffer.concat(shown).includes('the end')) break
  }
  stop.abort()
  await parts.return?.(undefined)
  const text = Buffer.concat(shown).toString()
  expect(text).toContain('\u001bc')
  expect(text.length).toBeLessThan(1024 * 1024)
  expect(text.trimEnd().endsWith('1500000\nthe end')).toBe(true)
})

test('typing ahead of a program that does not read is refused before it fills the memory', async () => {
  await using lab = await TerminalLab.create()
  const run = await lab.start(['sh', '-c', 'stty raw -echo; echo ready; sleep 1000'])
  await using screen = lab.look(run)
  await screen.shows('ready')
  const { processId } = run.mark
  const results = Array.from({ length: 20 }, () => lab.terminals.write(processId, 'x'.repeat(65_536)))
  expect(results[0]).toMatchObject({ ok: true })
  expect(results.at(-1)).toMatchObject({ ok: false, code: 'conflict' })
})

test('a long paste arrives whole and in order', async () => {
  await using lab = await TerminalLab.create()
  const run = await lab.start(['sh', '-c', 'stty raw -echo; echo ready; head -c 300000 | md5sum'])
  await using screen = lab.look(run)
  await screen.shows('ready')
  lab.type(run, 'abcdefghij'.repeat(30_000))
  // md5sum of that text.
  await screen.shows('48fcd45a')
})

test('no other program holds a terminal open', async () => {
  await using lab = await TerminalLab.create()
  const run = await lab.start(['sleep', '1000'])
  await using _screen = lab.look(run)
  const other = await lab.exec.startScript('exec sleep 1000')
  expect(holdersOfMasters()).toContain(process.pid)
  expect(holdersOfMasters()).not.toContain(other.target.program?.identity.pid)
  expect(holdersOfMasters()).not.toContain(other.target.program?.shimPid)
})

test('the tree of a terminal is stopped whole', async (context) => {
  requireShell(context, 'bash')
  await using lab = await TerminalLab.create()
  const run = await lab.start(interactiveShell)
  await using screen = lab.look(run)
  await screen.shows('ready> ')
  lab.type(run, `(sleep 1000 &) ; sleep 1001 & echo $$ begun${enter}`)
  await screen.shows(/\d+ begun/)
  const target = { ...run.target, program: await lab.exec.program(run) }
  await until(async () => (await lab.exec.host.treeMembers(target)).length === 3, { what: 'the whole tree' })
  await lab.exec.host.signalTree(target, 'SIGHUP')
  await until(async () => (await lab.exec.host.treeMembers(target)).length === 0, { what: 'the end of the tree' })
  expect(await lab.exec.end(run)).toMatchObject({ signal: 'SIGHUP' })
})
