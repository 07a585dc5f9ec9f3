import { expect, test } from 'vitest'
import { runFake } from '../../../../test/helpers/fake-cli.ts'
import { processDetail, processRow, rowStart, sessionRow, upLife } from '../../../../test/helpers/rows.ts'
import type { RowsEvent } from '../../../shared/contract/schemas.ts'
import { success } from '../../../shared/domain/result.ts'
import type { ProcessRow } from '../../../shared/domain/rows.ts'

const snapshot = (processes: ProcessRow[], active = true) => ({
  sessions: [sessionRow({ active })],
  processes,
  dependences: [],
  hosts: [],
})
const started = (process: ProcessRow, active = true) => ({
  'rows.list': () => success(snapshot([], active)),
  'process.start': () => success({ process, changed: [], warnings: [] }),
})
const feedOf = (first: ProcessRow, ...changes: ProcessRow[]) => ({
  'rows.watch': [
    { epoch: 'e', seq: 0, snapshot: snapshot([processRow({ id: 'other', life: { kind: 'new' } }), first]) },
    ...changes.map((process, index) => {
      const event: RowsEvent = { kind: 'process', process }
      return { epoch: 'e', seq: index + 1, events: [event] }
    }),
  ],
})

const end = { code: 1, signal: null, at: rowStart + 60_000, reason: null }
const blocked = processRow({
  life: { kind: 'blocked', since: rowStart, isRestart: false },
  waitingFor: [
    { kind: 'parent', id: 'p', name: 'master.tws', required: { kind: 'state', label: 'operative' }, now: 'starting' },
  ],
})
const up = upLife(77)
const program = up.kind === 'up' ? up.program : null
const notReady = processRow({
  life: { kind: 'starting', run: 1, since: rowStart, program, readyBy: rowStart + 90_000 },
})
const backoff = processRow({
  life: { kind: 'backoff', run: 1, since: rowStart + 60_000, until: rowStart + 65_000, end },
})
const failed = processRow({
  life: { kind: 'failed', since: 0, because: 'crash-loop', reason: 'Ended 5 times within 60 s' },
})

test.each([
  ['blocked', blocked, 'master.tws (sparkling-guarantee) waits for master.tws to be operative (now starting)'],
  [
    'blocked by a secret',
    processRow({ ...blocked, waitingFor: [{ kind: 'secrets', names: ['API_KEY'] }] }),
    'master.tws (sparkling-guarantee) waits for the values of API_KEY',
  ],
  ['not ready', notReady, 'Started master.tws (sparkling-guarantee), pid 77; not ready yet'],
  ['in back-off', backoff, 'Started master.tws (sparkling-guarantee); it ended already. Restarts in 4 s (exit 1)'],
])('a start that is %s: exit 0, and it says so', async (_, process, line) => {
  const { code, stdout } = await runFake(['session', 'start', '--', 'x'], { answers: started(process) })
  expect(code).toBe(0)
  expect(stdout).toContain(line)
})

test('a crash loop: exit 1', async () => {
  const { code, stderr } = await runFake(['session', 'start', '--', 'x'], { answers: started(failed) })
  expect(code).toBe(1)
  expect(stderr).toContain('failed: Ended 5 times within 60 s')
})

test('several programs could be it: exit 5, and what to do', async () => {
  const candidates = [1, 2].map((pid) => ({ pid, command: 'x' }))
  const process = processRow({ life: { kind: 'ambiguous', run: 1, since: 0, candidates } })
  const { code, stderr } = await runFake(['session', 'start', '--', 'x'], { answers: started(process) })
  expect(code).toBe(5)
  expect(stderr).toMatch(/Pids 1, 2 [\s\S]*session attach --pid/)
})

test('the flags of waiting and healing', async () => {
  const argv = ['--restart-limit', '3/20', '--ready', 'port=7496', '--ready', 'timeout=5', '--adopt', '--', 'x']
  const { calls } = await runFake(['session', 'start', ...argv], { answers: started(processRow()) })
  expect(calls[0]?.input).toMatchObject({
    restartLimit: { deaths: 3, withinMs: 20_000 },
    ready: { check: { kind: 'port', port: 7496 }, intervalMs: 1000, timeoutMs: 5000 },
    adopt: true,
  })
  const none = await runFake(['session', 'start', '--restart-limit', 'none', '--ready', 'none', '--', 'x'], {
    answers: started(processRow()),
  })
  expect(none.calls[0]?.input).toMatchObject({ restartLimit: null, ready: null, adopt: false })
})

test('a machine, and a terminal', async () => {
  const answers = started(processRow({ host: 'gpu-01' }))
  const remote = await runFake(['session', 'start', '--host', 'gpu-01', '--cwd', '~/x', '--', 'x'], { answers })
  expect(remote).toMatchObject({ code: 0, stderr: '' })
  expect(remote.calls[0]?.input).toMatchObject({ host: 'gpu-01', cwd: '~/x', argv: ['x'] })
  expect(remote.calls[0]?.input).not.toHaveProperty('pty')
  const here = await runFake(['session', 'start', '--host', 'localhost', '--cwd', 'x', '--', 'x'], { answers })
  expect(here.calls[0]?.input).toMatchObject({ cwd: '/w/x' })
  const uri = await runFake(['session', 'start', '--cwd', '/x/', '-u', 'ssh+exec://localhost/x'], { answers })
  expect(uri.calls[0]?.input).toMatchObject({ cwd: '/x/' })

  const pty = await runFake(['session', 'start', '--pty', '--', 'x'], { answers: started(processRow({ pty: true })) })
  expect(pty.calls[0]?.input).toMatchObject({ pty: true })
  expect(pty.stderr).toBe('procession: master.tws has a terminal, so it ends with the daemon\n')
  const none = await runFake(['session', 'start', '--no-pty', '--', 'x'], { answers })
  expect(none.calls[0]?.input).toMatchObject({ pty: false })
})

test.each([
  ['a limit that is none', ['--restart-limit', '5', '--', 'x']],
  ['a readiness that is none', ['--ready', 'port', '--', 'x']],
  ['--wait without a launch', ['--wait', '--no-launch', '--', 'x']],
  ['a name with --ready', ['x', '--ready', 'port=1']],
  ['a name with --pty', ['x', '--pty']],
  ['a name with --no-pty', ['x', '--no-pty']],
  ['a name with --host', ['x', '--host', 'gpu-01']],
  ['a URI with --host', ['-u', 'exec:///x', '--host', 'gpu-01']],
  ['a host that is none', ['--host=-oProxyCommand=x', '--', 'x']],
  ['a name with --restart-limit', ['x', '--restart-limit', 'none']],
])('%s is refused before anything starts', async (_, argv) => {
  expect(await runFake(['session', 'start', ...argv])).toMatchObject({ code: 2, calls: [], stdout: '' })
})

test('names take --force and --adopt along', async () => {
  const { code, calls } = await runFake(['session', 'start', 'x', '--force', '--adopt'], {
    answers: { ...started(processRow()), 'process.startKnown': () => success([processRow()]) },
  })
  expect(code).toBe(0)
  expect(calls[0]).toMatchObject({ method: 'process.startKnown', input: { force: true, adopt: true } })
})

test('in a session that is not active it says that nothing will be restarted', async () => {
  const { code, stderr } = await runFake(['session', 'start', '--', 'x'], { answers: started(processRow(), false) })
  expect(code).toBe(0)
  expect(stderr).toBe('procession: atlas is not active: nothing of it is restarted until procession session activate\n')
})

/** Shows these processes as ready by a check of their own: nothing more is waited for. */
const shownReady = (...rows: readonly ProcessRow[]) => ({
  'process.show': ({ id }: { id: string }) => {
    const ready = { check: { kind: 'port', port: 1 }, intervalMs: 1000, timeoutMs: 1000 } as const
    const row = rows.find((candidate) => candidate.id === id) ?? processRow()
    return success({ ...processDetail(row), ready })
  },
})

test('--wait: through waiting, starting and back-off until it is up', async () => {
  const { code, stdout, stderr } = await runFake(['session', 'start', '--wait', '--', 'x'], {
    answers: { ...started(blocked), ...shownReady(processRow({ life: upLife(88) })) },
    feeds: feedOf(blocked, notReady, backoff, notReady, processRow({ life: upLife(88) }), failed),
  })
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'Started master.tws (sparkling-guarantee), pid 88\n' })
  expect(stderr).toContain('waits for master.tws to be operative')
})

test('--wait of known processes waits for all of them', async () => {
  const other = processRow({ id: 'second', alias: 'second', life: notReady.life })
  const first = processRow()
  const { stdout } = await runFake(['session', 'start', 'master.tws', 'second', '--wait'], {
    answers: {
      ...started(first),
      ...shownReady(first, { ...other, life: upLife(9) }),
      'process.startKnown': () => success([first, other]),
    },
    feeds: {
      'rows.watch': [
        { epoch: 'e', seq: 0, snapshot: snapshot([first, other]) },
        { epoch: 'e', seq: 1, events: [{ kind: 'process', process: { ...other, life: upLife(9) } }] },
      ],
    },
  })
  expect(stdout).toBe(
    'Started master.tws (sparkling-guarantee), pid 1234\nStarted second (sparkling-guarantee), pid 9\n',
  )
})

test('--wait: a program that is over well is no failure', async () => {
  const over = processRow({ life: { kind: 'exited', run: 1, end: { ...end, code: 0 } } })
  const run = await runFake(['session', 'start', '--wait', '--', 'x'], {
    answers: started(notReady),
    feeds: feedOf(notReady, over),
  })
  expect(run).toMatchObject({ code: 0, stderr: '' })
  expect(run.stdout).toContain('it is over: Exited with code 0')
})

test.each([
  ['gives up', failed, 'failed: Ended 5 times'],
  ['ends badly', processRow({ life: { kind: 'exited', run: 1, end } }), 'is not running: Exited with code 1'],
  ['is stopped', processRow({ life: { kind: 'down', since: 0, reason: 'Stopped by you' } }), 'Stopped by you'],
])('--wait: exit 1 when it %s', async (_, last, message) => {
  const run = await runFake(['session', 'start', '--wait', '--', 'x'], {
    answers: started(notReady),
    feeds: feedOf(notReady, last),
  })
  expect(run).toMatchObject({ code: 1, stdout: '' })
  expect(run.stderr).toContain(message)
})

test('--wait: a process that is removed meanwhile is waited for no more', async () => {
  const run = await runFake(['session', 'start', '--wait', '--', 'x'], {
    answers: started(blocked),
    feeds: {
      'rows.watch': [
        { epoch: 'e', seq: 0, snapshot: snapshot([blocked]) },
        { epoch: 'e', seq: 1, events: [{ kind: 'process-removed', id: blocked.id }] },
      ],
    },
  })
  expect(run.code).toBe(0)
})

test('--wait: Ctrl-C leaves it as it is, with 130', async () => {
  const run = await runFake(['session', 'start', '--wait', '--', 'x'], {
    answers: started(notReady),
    feeds: feedOf(notReady),
    interrupted: true,
  })
  expect(run).toMatchObject({ code: 130, stdout: '' })
})

test('restart of what must wait, and of what cannot be started', async () => {
  const report = (process: ProcessRow) => ({
    'process.restart': () => success({ processes: [process], survivors: [] }),
  })
  const waits = await runFake(['session', 'restart', 'x'], { answers: report(blocked) })
  expect(waits).toMatchObject({ code: 0, stdout: expect.stringContaining('waits for master.tws to be operative') })
  expect(await runFake(['session', 'restart', 'x'], { answers: report(failed) })).toMatchObject({ code: 1, stdout: '' })
})

test('stop --with-children', async () => {
  const answers = { 'process.stop': () => success({ processes: [], survivors: [] }) }
  const { calls } = await runFake(['session', 'stop', 'x', '--with-children'], { answers })
  expect(calls[0]?.input).toMatchObject({ withChildren: true, now: false })
})
