import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { describe, expect, test } from 'vitest'
import { readStat } from '../../src/main/daemon/adapters/exec/proc.ts'
import { HostUnreachable } from '../../src/main/daemon/host/port.ts'
import { formatMark } from '../../src/shared/domain/identity.ts'
import { requireShell, shellNames } from '../helpers/exec-lab.ts'
import { skipOrFail } from '../helpers/real-parts.ts'
import { createRemoteLab } from '../helpers/remote-lab.ts'
import { until } from '../helpers/until.ts'

const text = (path: string) => readFileSync(path, 'utf8')

describe.each(shellNames)('on a host with %s', (shell) => {
  test('a program runs to its end, and both logs and its record are here', async (context) => {
    requireShell(context, shell)
    await using remote = await createRemoteLab(shell)
    const { lab } = remote
    for (const code of [0, 7, 137]) {
      const { run, end } = await lab.run(['sh', '-c', `echo out; echo err >&2; exit ${code}`])
      expect(end).toMatchObject({ code, signal: null, reason: null })
      expect(text(run.files.out)).toBe('out\n')
      expect(text(run.files.err)).toBe('err\n')
      for (const path of Object.values(run.files)) expect(statSync(path).mode & 0o777).toBe(0o600)
    }
  })

  test('the program gets its arguments, folder, environment, mark and default signals', async (context) => {
    requireShell(context, shell)
    await using remote = await createRemoteLab(shell)
    const { lab } = remote
    const script = 'printf "[%s]" "$0" "$@" "$PWD" "$FOO" "$PROCESSION_ID"; grep -E "SigIgn|SigBlk" /proc/self/status'
    const argv = ['sh', '-c', script, 'a b', '', '*', '$HOME', '"', "'", '-n', 'ü\n', '`id`', '$(id)']
    const env = { PATH: String(process.env.PATH), FOO: " bar=x '\n' ", IFS: 'x', ENV: '/nowhere' }
    const { run, end } = await lab.run(argv, { env })
    expect(end.code).toBe(0)
    expect(text(run.files.out)).toBe(
      `[a b][][*][$HOME]["]['][-n][ü\n][\`id\`][$(id)][${lab.folder}][${env.FOO}][${formatMark(run.mark)}]` +
        'SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n',
    )
    expect(text(run.files.err)).toBe('')
  })

  test('the environment is that of a login and what was given, and none of it was on a command line', async (context) => {
    requireShell(context, shell)
    await using remote = await createRemoteLab(shell)
    const { lab, connection } = remote
    const env = { PATH: String(process.env.PATH), SECRET: 'hunter2' }
    const { run } = await lab.run(['env'], { env })
    const names = text(run.files.out)
      .split('\n')
      .map((line) => line.slice(0, line.indexOf('=')))
      .filter((name) => name !== '')
      .sort()
    const ofShell = ['PWD', 'SHLVL', '_', 'OLDPWD']
    expect(names.filter((name) => !ofShell.includes(name))).toEqual(
      ['HOME', 'LANG', 'PATH', 'PROCESSION_ID', 'SECRET', 'XDG_STATE_HOME'].sort(),
    )
    expect(text(run.files.out)).toContain(`HOME=${lab.folder}\n`)
    const launch = connection.scripts.find((script) => script.includes('hunter2'))
    expect(launch?.split('\n').filter((line) => line.includes('hunter2'))).toEqual([
      expect.stringMatching(/^export SECRET='hunter2'/),
    ])
  })

  test('the program has a session, a group and a recorder of its own, and no descriptor of them', async (context) => {
    requireShell(context, shell)
    await using remote = await createRemoteLab(shell)
    const { lab } = remote
    const run = await lab.startScript('for fd in /proc/self/fd/*; do readlink "$fd" || true; done; exec sleep 1000')
    const { identity, shimPid } = await lab.program(run)
    const stat = await until(
      () => {
        const now = readStat(identity.pid)
        return now?.comm === 'sleep' && now
      },
      { what: 'the program itself' },
    )
    expect(stat).toMatchObject({ ppid: shimPid, pgrp: shimPid, session: shimPid, startTime: identity.startTime })
    expect(identity.bootId).toBe(lab.host.bootId)
    await until(() => text(run.files.out).includes('/err/'), { what: 'the list of descriptors' })
    const lines = text(run.files.out)
      .split('\n')
      .filter((line) => line.startsWith('/') && !line.startsWith('/proc/'))
    expect(new Set(lines)).toEqual(
      new Set([
        '/dev/null',
        ...['out', 'err'].map((log) => `${remote.state}/${run.spec.place.sessionId}/${log}/${run.spec.place.name}.out`),
      ]),
    )
  })

  test('a program that cannot be run says so', async (context) => {
    requireShell(context, shell)
    await using remote = await createRemoteLab(shell)
    const { lab } = remote
    const notExecutable = lab.script('not-executable', 'exit 0\n', 0o600)
    expect((await lab.run(['no-such-program'])).end).toMatchObject({ code: 127, reason: 'could not start: not found' })
    expect((await lab.run([notExecutable])).end).toMatchObject({ code: 126, reason: 'could not start: not executable' })
  })

  test('a death by signal is told from an exit code', async (context) => {
    requireShell(context, shell)
    await using remote = await createRemoteLab(shell)
    const { lab } = remote
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      const run = await lab.startScript('exec sleep 1000')
      process.kill(Number(run.target.program?.identity.pid), signal)
      expect(await lab.end(run)).toMatchObject({ code: null, signal, reason: null })
    }
  })

  test('what cannot be launched says why', async (context) => {
    requireShell(context, shell)
    await using remote = await createRemoteLab(shell)
    const { lab } = remote
    const file = lab.script('file', '')
    const launch = (...parameters: Parameters<typeof lab.prepare>) => lab.host.launch(lab.prepare(...parameters).spec)
    expect(await launch(['true'], { cwd: join(lab.folder, 'none') })).toMatchObject({
      code: 'not_found',
      message: `Cannot start in ${lab.folder}/none on elsewhere: there is no such folder.`,
    })
    expect(await launch(['true'], { cwd: file })).toMatchObject({ code: 'bad_input' })
    expect(await launch([])).toMatchObject({ code: 'bad_input' })
    expect(await launch(['true', 'a\0b'])).toMatchObject({ code: 'bad_input' })
    expect(await launch(['true'], { env: { 'A.B': '1' } })).toMatchObject({ code: 'bad_input' })
    // One argument can have 128 KiB at most (MAX_ARG_STRLEN, execve(2)).
    expect(await launch(['true', 'x'.repeat(200_000)])).toMatchObject({
      code: 'bad_input',
      message: 'Cannot start a process on elsewhere: its arguments and environment are too long.',
    })
  })

  test('a run has one program, whatever happens', async (context) => {
    requireShell(context, shell)
    await using remote = await createRemoteLab(shell)
    const { lab } = remote
    const run = lab.prepare(['sh', '-c', 'echo once; sleep 0.2'])
    const results = await Promise.all([lab.host.launch(run.spec), lab.host.launch(run.spec), lab.host.launch(run.spec)])
    expect(results.map(({ ok }) => ok)).toEqual([true, false, false])
    expect(results[1]).toMatchObject({ code: 'conflict' })
    await lab.end(run)
    expect(text(run.files.out)).toBe('once\n')
  })
})

test('a full disk is told, and leaves no record behind', async (context) => {
  if (process.getuid?.() !== 0) skipOrFail(context, 'needs root, for a disk of its own')
  await using remote = await createRemoteLab()
  const { lab, state } = remote
  const { place } = lab.prepare([]).spec
  const session = join(state, place.sessionId)
  mkdirSync(session, { recursive: true })
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', session])
  if (mounted.status !== 0) skipOrFail(context, 'needs leave to mount a disk')
  try {
    for (const kind of ['out', 'err', 'pid']) mkdirSync(join(session, kind))
    spawnSync('dd', ['if=/dev/zero', `of=${session}/full`, 'bs=1024'])
    expect(await lab.host.launch(lab.prepare(['true']).spec)).toMatchObject({
      code: 'failed',
      message: 'Cannot write the logs and the record on elsewhere: the disk is full.',
    })
    expect(readdirSync(join(session, 'pid'))).toEqual([])
    rmSync(join(session, 'full'))
    expect((await lab.run(['true'])).end.code).toBe(0)
  } finally {
    spawnSync('umount', ['-l', session])
  }
})

test('a launch that is given up cannot happen later', async () => {
  await using remote = await createRemoteLab()
  const { lab, connection } = remote
  const run = lab.prepare(['touch', 'started'])
  await lab.host.launch(run.spec)
  const script = connection.scripts.findLast((one) => one.includes('setsid')) ?? ''
  const again = script
    .replaceAll(`.${run.mark.run}.rec`, '.2.rec')
    .replace(/-lt (\d+) \] \|\| exit 69/, (_, before) => `-lt ${Number(before) - 3600} ] || exit 69`)
  expect(await connection.ask(again, { timeoutMs: 1000 })).toMatchObject({ value: { status: 69 } })
})

test('a link that breaks while a program is started leaves it to be found', async () => {
  await using remote = await createRemoteLab()
  const { lab, connection } = remote
  const run = lab.prepare(['sleep', '1000'])
  connection.cut = { pick: (script) => script.includes('setsid'), afterBytes: 1 }
  await expect(lab.host.launch(run.spec)).rejects.toThrow(HostUnreachable)
  connection.restore()
  lab.host.keep(run.spec.place)
  const record = await until(() => lab.host.readRecord(run.files.record).program, { what: 'the record' })
  expect((await lab.host.findMarked()).filter(({ mark }) => mark.processId === run.mark.processId)).toEqual([
    { mark: run.mark, identity: record.identity, shimPid: record.shimPid },
  ])
  expect(await lab.host.launch(run.spec)).toMatchObject({ code: 'conflict' })
  await lab.host.killTree({ ...run.target, program: record })
  expect(await lab.end(run)).toMatchObject({ signal: 'SIGKILL' })
})

test('`~` is the home of the user there', async () => {
  await using remote = await createRemoteLab()
  const { lab } = remote
  const { run } = await lab.run(['sh', '-c', 'pwd'], { cwd: '~' })
  expect(text(run.files.out)).toBe(`${lab.folder}\n`)
  const { run: below } = await lab.run(['sh', '-c', 'pwd'], { cwd: '~/records' })
  expect(text(below.files.out)).toBe(`${lab.folder}/records\n`)
})
