import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { describe, expect, test } from 'vitest'
import { createExecHost } from '../../src/main/daemon/adapters/exec/index.ts'
import { readStat, readUptimeSeconds } from '../../src/main/daemon/adapters/exec/proc.ts'
import { interpretEnd } from '../../src/main/daemon/host/record.ts'
import { formatMark } from '../../src/shared/domain/identity.ts'
import { ExecLab, requireShell, shellNames } from '../helpers/exec-lab.ts'
import { until } from '../helpers/until.ts'

const text = (path: string) => readFileSync(path, 'utf8')

describe.each(shellNames)('through %s', (shell) => {
  test('exit codes are exact', async (context) => {
    requireShell(context, shell)
    await using lab = await ExecLab.create(shell)
    for (const code of [0, 7, 126, 127, 137, 255]) {
      const { end } = await lab.run(['sh', '-c', `exit ${code}`])
      expect(end).toMatchObject({ code, signal: null, reason: null })
    }
    const { end } = await lab.run(['sh', '-c', 'exit 130'])
    expect(end).toMatchObject({ code: 130, signal: null, reason: 'interrupt or exit code 130' })
  })

  test('a program that cannot be run says so', async (context) => {
    requireShell(context, shell)
    await using lab = await ExecLab.create(shell)
    const notExecutable = lab.script('not-executable', 'exit 0\n', 0o600)
    for (const missing of ['no-such-program', './no-such-program', join(lab.folder, 'none'), '']) {
      expect((await lab.run([missing])).end).toMatchObject({ code: 127, reason: 'could not start: not found' })
    }
    for (const unfit of [notExecutable, lab.folder]) {
      expect((await lab.run([unfit])).end).toMatchObject({ code: 126, reason: 'could not start: not executable' })
    }
  })

  test('deaths by signal are told from exit codes', async (context) => {
    requireShell(context, shell)
    await using lab = await ExecLab.create(shell)
    for (const signal of ['SIGKILL', 'SIGTERM', 'SIGHUP', 'SIGSEGV', 'SIGABRT'] as const) {
      const run = await lab.startScript('exec sleep 1000')
      process.kill(Number(run.target.program?.identity.pid), signal)
      expect(await lab.end(run)).toMatchObject({ code: null, signal, reason: null })
    }
  })

  test('an interrupt ends the program and stays ambiguous', async (context) => {
    requireShell(context, shell)
    await using lab = await ExecLab.create(shell)
    const run = await lab.startScript('exec sleep 1000')
    process.kill(Number(run.target.program?.identity.pid), 'SIGINT')
    expect(await lab.end(run)).toMatchObject({ code: 130, signal: null, reason: 'interrupt or exit code 130' })
  })

  test('a signal to the whole group leaves the recorder alive', async (context) => {
    requireShell(context, shell)
    await using lab = await ExecLab.create(shell)
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1'] as const) {
      const run = await lab.startScript('exec sleep 1000')
      process.kill(-Number(run.target.program?.shimPid), signal)
      expect(await lab.end(run)).toMatchObject({ code: null, signal })
    }
  })

  test('the program gets its arguments, folder, environment, mark and default signals', async (context) => {
    requireShell(context, shell)
    await using lab = await ExecLab.create(shell)
    const script = 'printf "[%s]" "$0" "$@" "$PWD" "$FOO" "$PROCESSION_ID"; grep -E "SigIgn|SigBlk" /proc/self/status'
    const argv = ['sh', '-c', script, 'a b', '', '*', '$HOME', '"', "'", '-n', 'ü\n']
    const { run, end } = await lab.run(argv, { env: { PATH: String(process.env.PATH), FOO: ' bar=x ' } })
    expect(end.code).toBe(0)
    expect(text(run.files.out)).toBe(
      `[a b][][*][$HOME]["]['][-n][ü\n][${lab.folder}][ bar=x ][${formatMark(run.mark)}]` +
        'SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n',
    )
    expect(text(run.files.err)).toBe('')
  })

  test('output goes to its own files, which grow from run to run and are private', async (context) => {
    requireShell(context, shell)
    await using lab = await ExecLab.create(shell)
    const first = await lab.run(['sh', '-c', 'echo out; echo err >&2'])
    const { processId } = first.run.mark
    const again = lab.prepare([], { mark: { processId, run: 2 } })
    await lab.run(['sh', '-c', 'echo more'], { mark: again.mark })
    expect(text(first.run.files.out)).toBe('out\nmore\n')
    expect(text(first.run.files.err)).toBe('err\n')
    for (const path of Object.values(first.run.files)) expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test('no descriptor of the shim reaches the program, and its input is empty', async (context) => {
    requireShell(context, shell)
    await using lab = await ExecLab.create(shell)
    const list = 'cat; for fd in /proc/self/fd/*; do readlink "$fd" || true; done'
    const { run } = await lab.run(['sh', '-c', list])
    const lines = text(run.files.out).split('\n')
    expect(lines).toContain(run.files.out)
    expect(lines).toContain(run.files.err)
    expect(lines).not.toContain(run.files.record)
    expect(lines.filter((line) => line === '/dev/null').length).toBeLessThanOrEqual(1)
  })

  test('the record names the program as /proc does', async (context) => {
    requireShell(context, shell)
    await using lab = await ExecLab.create(shell)
    const run = await lab.startScript('exec sleep 1000')
    const program = await lab.program(run)
    const stat = await until(
      () => {
        const now = readStat(program.identity.pid)
        return now?.comm === 'sleep' && now
      },
      { what: 'the program itself' },
    )
    expect(program.identity).toEqual({ bootId: lab.host.bootId, pid: stat.pid, startTime: stat.startTime })
    expect(stat).toMatchObject({ ppid: program.shimPid, pgrp: program.shimPid, session: program.shimPid })
    expect(await lab.isAlive(program.identity)).toBe(true)
  })

  test('a killed recorder loses the end and not the program', async (context) => {
    requireShell(context, shell)
    await using lab = await ExecLab.create(shell)
    const run = await lab.startScript('while :; do echo tick; sleep 0.02; done')
    const { identity, shimPid } = await lab.program(run)
    const shim = lab.identityOf(shimPid)
    process.kill(shimPid, 'SIGKILL')
    await until(async () => !(await lab.isAlive(shim)), { what: 'the end of the shim' })
    const size = statSync(run.files.out).size
    await until(() => statSync(run.files.out).size > size, { what: 'more output' })
    expect(await lab.isAlive(identity)).toBe(true)
    process.kill(identity.pid, 'SIGKILL')
    await until(async () => !(await lab.isAlive(identity)), { what: 'the end of the program' })
    expect(lab.host.endOf(lab.host.readRecord(run.files.record), run.files.record)).toMatchObject({
      code: null,
      signal: null,
      reason: 'recorder lost',
    })
  })
})

test('a FIFO in the place of a log is refused at once, and nothing is started', async () => {
  await using lab = await ExecLab.create()
  const run = lab.prepare(['/bin/true'])
  execFileSync('mkfifo', [run.files.out])
  expect(await lab.host.launch(run.spec)).toMatchObject({
    ok: false,
    code: 'bad_input',
    message: expect.stringContaining(run.files.out),
  })
  expect(lab.host.readRecord(run.files.record)).toMatchObject({ program: null, end: null })
})

test('many at once each run once and say how they ended', async () => {
  await using lab = await ExecLab.create()
  const codes = Array.from({ length: 24 }, (_, index) => index)
  const runs = await Promise.all(codes.map((code) => lab.start(['sh', '-c', `echo once; exit ${code}`])))
  const ends = await Promise.all(runs.map((run) => lab.end(run)))
  expect(ends.map((end) => end.code)).toEqual(codes)
  expect(runs.map((run) => text(run.files.out))).toEqual(codes.map(() => 'once\n'))
})

test('the end has the time it had, not the time it was read', async () => {
  await using lab = await ExecLab.create()
  const before = Date.now()
  const { run, end } = await lab.run(['true'])
  const reread = interpretEnd(lab.host.readRecord(run.files.record), {
    now: Date.now() + 3_600_000,
    uptimeSeconds: readUptimeSeconds() + 3600,
    bootId: lab.host.bootId,
  })
  // The clocks are read one after the other, and /proc/uptime counts in hundredths of a second.
  expect(Math.abs(reread.at - end.at)).toBeLessThanOrEqual(20)
  expect(end.at).toBeGreaterThanOrEqual(before - 20)
})

describe('what cannot be launched', () => {
  test('says why', async () => {
    await using lab = await ExecLab.create()
    const file = lab.script('file', '')
    const files = lab.prepare([]).files
    const launch = (...parameters: Parameters<ExecLab['prepare']>) => lab.host.launch(lab.prepare(...parameters).spec)

    expect(await launch(['true'], { cwd: join(lab.folder, 'none') })).toMatchObject({
      code: 'not_found',
      message: `Cannot start in ${lab.folder}/none: there is no such folder.`,
    })
    expect(await launch(['true'], { cwd: file })).toMatchObject({
      code: 'bad_input',
      message: `Cannot start in ${file}: it is not a folder.`,
    })
    expect(await launch(['true'], { files: { ...files, out: join(lab.folder, 'none', 'out') } })).toMatchObject({
      code: 'not_found',
      message: `Cannot write ${lab.folder}/none/out: there is no folder ${lab.folder}/none.`,
    })
    expect(await launch(['true'], { files: { ...files, err: lab.folder } })).toMatchObject({ code: 'bad_input' })
    expect(await launch([])).toMatchObject({ code: 'bad_input' })
    expect(await launch(['true', 'a\0b'])).toMatchObject({ code: 'bad_input' })
    // One argument can have 128 KiB at most (MAX_ARG_STRLEN, execve(2)).
    expect(await launch(['true', 'x'.repeat(200_000)])).toMatchObject({
      code: 'bad_input',
      message: 'Cannot start a process: its arguments and environment are too long.',
    })
  })

  test('a shell that is not there', async () => {
    await using lab = await ExecLab.create()
    const host = createExecHost({ shimFolder: join(lab.folder, 'shims'), shell: join(lab.folder, 'no-shell') })
    expect(await host.launch(lab.prepare(['true']).spec)).toMatchObject({ ok: false, code: 'not_found' })
  })

  test('a run that already has a record is not started again', async () => {
    await using lab = await ExecLab.create()
    const { run } = await lab.run(['sh', '-c', 'echo once'])
    expect(await lab.host.launch(run.spec)).toMatchObject({ ok: false, code: 'conflict' })
    expect(text(run.files.out)).toBe('once\n')
  })
})
