import { expect, test } from 'vitest'
import { DaemonLab, isRunning, pidOf } from '../helpers/daemon-lab.ts'
import { requireParts } from '../helpers/real-parts.ts'
import { lookOver } from '../helpers/terminal-lab.ts'
import { until } from '../helpers/until.ts'

const enter = '\r'
const interrupt = '\u0003'

const type = (lab: DaemonLab, ref: string, data: string) => lab.ask('terminal.input', { target: lab.target(ref), data })

test('a program in a terminal is typed into, sized, interrupted and seen by several', async (context) => {
  requireParts(context, 'terminals')
  await using lab = await DaemonLab.start()
  const script = 'trap "stty size" WINCH; echo "term $TERM"; while :; do read line && echo "<$line>"; done'
  const row = await lab.startScript('shell', script, { pty: true })
  expect(row.pty).toBe(true)
  await using first = lookOver(lab, 'shell', { cols: 100, rows: 30 })
  await first.shows('term xterm-256color')
  await type(lab, 'shell', `hello${enter}`)
  await first.shows('hello\r\n<hello>')
  await using second = lookOver(lab, 'shell', { cols: 120, rows: 40 })
  await second.shows('<hello>')
  await first.shows('40 120')
  await lab.ask('terminal.resize', { target: lab.target('shell'), cols: 90, rows: 20 })
  await first.shows('20 90')
  await second.shows('20 90')
  await type(lab, 'shell', interrupt)
  const ended = await lab.untilRow('shell', 'ended', ({ life }) => life.kind === 'exited')
  expect(ended.lastEnd).toMatchObject({ code: 130 })
  await first.ended
  // What it showed is its log, like that of any other process.
  expect(lab.output(row)).toBe(first.text)
  expect(lab.output(row, 'err')).toBe('')
})

test('what is no terminal, or has none now, says so', async (context) => {
  requireParts(context, 'terminals')
  await using lab = await DaemonLab.start()
  await lab.startScript('plain', 'sleep 1000')
  const size = { cols: 80, rows: 24 }
  const typed = await lab.try('terminal.input', { target: lab.target('plain'), data: 'x' })
  expect(typed).toMatchObject({ ok: false, code: 'conflict', hint: expect.stringContaining('--pty') })
  await lab.startScript('done', 'exit 0', { pty: true })
  await lab.untilRow('done', 'ended', ({ life }) => life.kind === 'exited')
  const resized = await lab.try('terminal.resize', { target: lab.target('done'), ...size })
  expect(resized).toMatchObject({ ok: false, code: 'conflict', message: expect.stringContaining('does not run') })
  const elsewhere = await lab.try('process.start', {
    workspace: lab.workspace,
    uri: 'exec://elsewhere/bin/sh',
    pty: true,
  })
  expect(elsewhere).toMatchObject({ ok: false, code: 'unsupported' })
})

test('a full-screen program is there again for a face that comes back', async (context) => {
  requireParts(context, 'terminals')
  await using lab = await DaemonLab.start()
  const draw = 'printf "\\033[2J\\033[Hdrawn for $(stty size)"'
  const script = `seq 1 60000; printf '\\033[?1049h'; trap '${draw}' WINCH; ${draw}; while :; do sleep 0.05; done`
  await lab.startScript('editor', script, { pty: true })
  await using early = lookOver(lab, 'editor')
  await early.shows('drawn for 24 80')
  // A face whose connection broke asks again, with the same size.
  await using again = lookOver(lab, 'editor')
  await again.shows('\u001b[?1049h')
  const drawings = () => again.text.split('drawn for').length - 1
  const before = drawings()
  await until(() => drawings() > before, { what: 'the program to draw itself anew' })
  expect(again.length).toBeLessThan(300_000)
})

test('stopping the daemon ends what is in a terminal and nothing else; the next one knows why', async (context) => {
  requireParts(context, 'terminals')
  await using lab = await DaemonLab.start()
  const plain = await lab.startScript('plain', 'exec sleep 1000')
  const once = await lab.startScript('once', 'echo begun; exec sleep 1001', { pty: true })
  const kept = await lab.startScript('kept', 'exec sleep 1002', { pty: true, restart: 'always' })
  await lab.stopDaemon()
  await until(() => !isRunning(pidOf(once)) && !isRunning(pidOf(kept)), { what: 'the end of both terminals' })
  expect(isRunning(pidOf(plain))).toBe(true)

  await lab.startDaemon()
  const ended = await lab.untilRow('once', 'ended', ({ life }) => life.kind === 'exited')
  expect(ended.lastEnd).toMatchObject({ signal: 'SIGHUP', reason: 'its terminal ended with the daemon' })
  const history = await lab.ask('process.history', { target: lab.target('once'), before: null, limit: 10 })
  expect(JSON.stringify(history)).toContain('its terminal ended with the daemon')
  expect(lab.output(once)).toContain('begun')
  expect(pidOf(await lab.row('plain'))).toBe(pidOf(plain))
  const again = await lab.untilRow('kept', 'runs again', ({ life, run }) => life.kind === 'up' && run > kept.run)
  expect(pidOf(again)).not.toBe(pidOf(kept))
  // The next terminal is one of the new daemon.
  await using screen = lookOver(lab, 'kept')
  await type(lab, 'kept', `typed${enter}`)
  await screen.shows('typed')
})

test('a daemon that is killed takes its terminals along, and the next one sees the end', async (context) => {
  requireParts(context, 'terminals')
  await using lab = await DaemonLab.start()
  const row = await lab.startScript('shell', 'exec sleep 1000', { pty: true })
  const stubborn = await lab.startScript('stubborn', 'trap "" HUP; while :; do sleep 0.1; done', {
    pty: true,
    graceMs: 200,
  })
  const other = await lab.startScript('other', 'exec sleep 1003')
  await lab.killDaemon()
  await until(() => !isRunning(pidOf(row)), { what: 'the end of the program' })
  expect(isRunning(pidOf(other))).toBe(true)
  await lab.startDaemon()
  const ended = await lab.untilRow('shell', 'ended', ({ life }) => life.kind === 'exited')
  expect(ended.lastEnd).toMatchObject({ signal: 'SIGHUP', reason: 'its terminal ended with the daemon' })
  // Who ignores that goes on, without a terminal.
  expect(pidOf(await lab.row('stubborn'))).toBe(pidOf(stubborn))
  expect(await lab.try('terminal.input', { target: lab.target('stubborn'), data: 'x' })).toMatchObject({
    ok: false,
    message: expect.stringContaining('lost'),
    hint: 'Restart it',
  })
})

test('stop and restart: an interactive shell ends at once, and comes back in a new terminal', async (context) => {
  requireParts(context, 'terminals')
  await using lab = await DaemonLab.start()
  await lab.ask('process.start', {
    workspace: lab.workspace,
    argv: ['/usr/bin/env', 'PS1=ready> ', 'bash', '--norc', '--noprofile', '-i'],
    alias: 'bash',
    restart: 'never',
    pty: true,
  })
  await using screen = lookOver(lab, 'bash')
  await screen.shows('ready> ')
  const before = await lab.row('bash')
  await lab.ask('process.restart', { targets: [lab.target('bash')], wait: true })
  await screen.ended
  await using next = lookOver(lab, 'bash')
  await next.shows('ready> ')
  expect(pidOf(await lab.row('bash'))).not.toBe(pidOf(before))
  const report = await lab.ask('process.stop', { targets: [lab.target('bash')], now: false, wait: true })
  expect(report.survivors).toEqual([])
  expect((await lab.row('bash')).lastEnd).toMatchObject({ signal: 'SIGHUP', reason: null })
})
