import { spawnSync } from 'node:child_process'
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import type { InputOf } from '../../src/shared/contract/contract.ts'
import { DaemonLab, isRunning, pidOf, pidsWith } from '../helpers/daemon-lab.ts'
import { until } from '../helpers/until.ts'

type StartRequest = InputOf<'process.start'>

describe('start', () => {
  test('answers with the pid of the program itself', async () => {
    await using lab = await DaemonLab.start()
    const row = await lab.startScript('sleeper', 'exec sleep 1010')
    expect(readFileSync(`/proc/${pidOf(row)}/cmdline`, 'utf8')).toBe('sleep\x001010\0')
    expect(readFileSync(path.join(lab.workspace, 'pid', `${row.name}.pid`), 'utf8')).toBe(`${pidOf(row)}\n`)
  })

  test('of one that runs is a conflict and makes no copy', async () => {
    await using lab = await DaemonLab.start()
    await lab.startScript('only', 'exec sleep 1011')
    const again = await lab.try('process.start', {
      workspace: lab.workspace,
      argv: ['/bin/sh', '-c', 'exec sleep 1011'],
      alias: 'only',
    })
    expect(again).toMatchObject({ ok: false, code: 'conflict' })
    expect(await lab.try('process.startKnown', { targets: [lab.target('only')] })).toMatchObject({ code: 'conflict' })
    expect(pidsWith('sleep\x001011')).toHaveLength(1)
  })

  test('the same command line under two names is two processes', async () => {
    await using lab = await DaemonLab.start()
    const first = await lab.startScript('one', 'exec sleep 1012')
    const second = await lab.startScript('two', 'exec sleep 1012')
    expect(first.name).not.toBe(second.name)
    expect([first, second].map(pidOf).every(isRunning)).toBe(true)
  })

  test('a known one starts again with its stored definition', async () => {
    await using lab = await DaemonLab.start()
    await lab.startScript('task', 'echo "$COLOUR in $(pwd)"', { env: { COLOUR: 'red' }, cwd: lab.folder })
    await lab.untilRow('task', 'has ended', ({ life }) => life.kind === 'exited')
    await lab.ask('process.startKnown', { targets: [lab.target('task')] })
    const row = await lab.untilRow('task', 'has ended twice', ({ life, run }) => life.kind === 'exited' && run === 2)
    expect(lab.output(row)).toBe(`red in ${lab.folder}\n`.repeat(2))
  })

  test('a program finds what it needs in its environment, and nothing of the daemon besides', async () => {
    await using lab = await DaemonLab.start()
    const row = await lab.startScript('printer', 'env', {
      callerEnv: { PATH: '/usr/bin:/bin', EDITOR: 'vi', CUDA_HOME: '/c' },
    })
    await lab.untilRow('printer', 'has ended', ({ life }) => life.kind === 'exited')
    const names = lab
      .output(row)
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0])
    expect(lab.output(row)).toContain(`PROCESSION_ID=${row.id}:1\n`)
    expect(lab.output(row)).toContain(`PROCESSION_WORKSPACE=${lab.workspace}\n`)
    expect(names).toEqual(
      expect.arrayContaining(['PROCESSION_SESSION', 'PROCESSION_ALIAS', 'PROCESSION_DB', 'PATH', 'CUDA_HOME']),
    )
    expect(names).not.toContain('EDITOR')
    expect(names).not.toContain('PROCESSION_NODE')
  })

  test.each([
    ['a missing program', { uri: 'exec://localhost/no/such/program' }, 'not_found', 'was not found'],
    ['a program that is not in PATH', { argv: ['no-such-program-here'] }, 'not_found', 'PATH'],
    ['a folder', { uri: 'exec://localhost/etc' }, 'bad_input', 'not a program'],
    ['a file that may not be executed', { uri: 'exec://localhost/proc/version' }, 'not_permitted', 'chmod +x'],
    ['a bad URI', { uri: 'not a uri' }, 'bad_input', 'exec://localhost'],
    ['another scheme', { uri: 'ib://localhost/sync' }, 'bad_input', 'Known schemes'],
    ['a host that nobody knows', { uri: 'exec://nowhere.invalid/bin/true' }, 'unreachable', 'nowhere.invalid'],
    ['a missing folder', { argv: ['/bin/true'], cwd: '/no/such/folder' }, 'not_found', '/no/such/folder'],
    ['a bad alias', { argv: ['/bin/true'], alias: 'a:b' }, 'bad_input', 'a:b'],
    ['a bad signal', { argv: ['/bin/true'], stopSignal: 'BOOM' }, 'bad_input', 'BOOM'],
    ['a bad variable name', { argv: ['/bin/true'], env: { 'A.B': '1' } }, 'bad_input', 'A.B'],
    ['a name of ours', { argv: ['/bin/true'], env: { PROCESSION_ID: '1' } }, 'bad_input', 'PROCESSION_ID'],
    ['neither URI nor command', {}, 'bad_input', '--uri'],
  ] satisfies [string, Partial<StartRequest>, string, string][])(
    '%s gives its own error and leaves no record',
    async (_, input, code, words) => {
      await using lab = await DaemonLab.start()
      const result = await lab.try('process.start', { workspace: lab.workspace, ...input })
      expect(result).toMatchObject({ ok: false, code })
      if (!result.ok) expect(`${result.message} ${result.hint}`).toContain(words)
      expect((await lab.ask('rows.list', { workspace: lab.workspace })).processes).toEqual([])
    },
  )

  test('a script whose interpreter is missing could not be started, and says so', async () => {
    await using lab = await DaemonLab.start()
    const script = path.join(lab.folder, 'script')
    writeFileSync(script, '#!/no/such/interpreter\n')
    chmodSync(script, 0o755)
    const result = await lab.try('process.start', { workspace: lab.workspace, argv: [script], alias: 'script' })
    expect(result).toMatchObject({ ok: false, code: 'failed' })
    expect((await lab.row('script')).life.kind).toBe('failed')
  })
})

describe('a secret', () => {
  test('reaches the program and appears in nothing that is stored or answered', async () => {
    await using lab = await DaemonLab.start()
    const program = path.join(lab.folder, 'tws')
    writeFileSync(
      program,
      '#!/bin/sh\necho "$@" > "$(dirname "$0")/seen"\necho "$DEPLOY_TOKEN" >> "$(dirname "$0")/seen"\nexec sleep 1013\n',
    )
    chmodSync(program, 0o755)
    const secret = 'Zanzibar-4711'
    const report = await lab.ask('process.start', {
      workspace: lab.workspace,
      uri: `exec://localhost${program}?username=me&password=${secret}`,
      alias: 'master.tws',
      secretEnv: { DEPLOY_TOKEN: `${secret}-env` },
    })
    expect(report.warnings.join(' ')).toContain('--secret-env')
    const seen = path.join(lab.folder, 'seen')
    await until(() => readFileSync(seen, 'utf8').split('\n').length === 3, { what: 'what the program saw' })
    expect(readFileSync(seen, 'utf8')).toBe(`username=me password=${secret}\n${secret}-env\n`)

    const answers = JSON.stringify([
      report,
      await lab.ask('process.show', lab.target('master.tws')),
      await lab.ask('rows.list', {}),
    ])
    expect(answers).not.toContain(secret)
    expect(answers).toContain('password=•••')
    const files = filesWith(secret, [lab.workspace, lab.places.home])
    expect(files).toEqual([lab.places.secrets])

    await lab.ask('process.restart', { targets: [lab.target('master.tws')], wait: true })
    expect((await lab.row('master.tws')).run).toBe(2)
    expect(readFileSync(seen, 'utf8')).toContain(secret)
  })
})

describe('a workspace', () => {
  test('has the layout of gutools Session, and is made only once', async () => {
    await using lab = await DaemonLab.start()
    for (const name of ['db/session.db', 'bin/install_bash_completer.rc', 'bin/activate.sh', 'etc/session.yaml']) {
      expect(readFileSync(path.join(lab.workspace, name)).length).toBeGreaterThan(0)
    }
    expect(readdirSync(lab.workspace).sort()).toEqual(['bin', 'db', 'err', 'etc', 'fp', 'out', 'pid'])
    writeFileSync(path.join(lab.workspace, 'bin', 'activate.sh'), '# mine\n')
    expect(await lab.ask('sessions.init', { path: lab.workspace })).toMatchObject({ created: false })
    expect(readFileSync(path.join(lab.workspace, 'bin', 'activate.sh'), 'utf8')).toBe('# mine\n')
  })

  test('without a folder is made by its name in the home', async () => {
    await using lab = await DaemonLab.start()
    const { session } = await lab.ask('sessions.init', { name: 'desk' })
    expect(session).toMatchObject({ name: 'desk', path: path.join(lab.places.workspaces, 'desk') })
    expect(await lab.try('sessions.init', { name: '../x' })).toMatchObject({ code: 'bad_input' })
    expect(await lab.try('sessions.init', {})).toMatchObject({ code: 'bad_input' })
  })

  test('is not made inside another, below a file, or where nobody may write', async () => {
    await using lab = await DaemonLab.start()
    expect(await lab.try('sessions.init', { path: path.join(lab.workspace, 'inner') })).toMatchObject({
      code: 'conflict',
    })
    expect(await lab.try('sessions.init', { path: '/etc/hostname/work' })).toMatchObject({ code: 'bad_input' })
    expect(await lab.try('sessions.init', { path: '/proc/1/work' })).toMatchObject({ ok: false })
  })

  test('that others can write is read-only, with the path and the remedy', async () => {
    await using lab = await DaemonLab.start()
    const other = lab.makeFolder('open')
    await lab.ask('sessions.init', { path: other })
    await lab.stopDaemon()
    chmodSync(path.join(other, 'etc'), 0o777)
    await lab.startDaemon()
    const result = await lab.try('process.start', { workspace: other, argv: ['/bin/true'] })
    expect(result).toMatchObject({ ok: false, code: 'not_permitted' })
    if (!result.ok) expect(result.message).toContain(`chmod go-w '${path.join(other, 'etc')}'`)
  })

  test('that another home holds is read-only and names the holder', async () => {
    await using first = await DaemonLab.start()
    await first.startScript('sleeper', 'exec sleep 1014')
    await using second = await DaemonLab.start()
    const { sessions, processes } = await second.ask('rows.list', { workspace: first.workspace })
    expect(sessions[0]?.readOnly).toMatchObject({
      kind: 'locked',
      message: expect.stringContaining(`pid ${first.daemonPid}`),
    })
    expect(processes[0]?.life).toMatchObject({ kind: 'unknown' })
    const result = await second.try('process.stop', {
      targets: [{ workspace: first.workspace, ref: 'sleeper' }],
      now: false,
      wait: true,
    })
    expect(result).toMatchObject({ ok: false, code: 'conflict' })
    if (!result.ok) expect(result.message).toContain(first.places.home)
    expect((await first.row('sleeper')).life.kind).toBe('up')
  })
})

/** Paths of all files below the folders that contain the text. */
function filesWith(text: string, folders: readonly string[]): string[] {
  const found = spawnSync('grep', ['-rlaF', text, ...folders], { encoding: 'utf8' })
  return found.stdout.split('\n').filter(Boolean)
}
