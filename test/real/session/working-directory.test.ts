import { execFileSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse, parseDocument } from 'yaml'
import type { ProcessRow } from '../../../src/shared/domain/rows.ts'
import { DaemonLab, pidOf } from '../../helpers/daemon-lab.ts'
import { filesWith } from '../../helpers/files-with.ts'
import { editDatabase } from '../../helpers/reboot.ts'
import { detailOf, historyOf, isUp } from '../../helpers/session-rows.ts'
import { until } from '../../helpers/until.ts'

// Section 2 of the Session seed: every file of the working directory, and what a person may edit in it.

let lab: DaemonLab
beforeAll(async () => {
  lab = await DaemonLab.start()
})
afterAll(() => lab[Symbol.asyncDispose]())

const file = (...parts: string[]) => path.join(lab.workspace, ...parts)
const etc = (name: string) => file('etc', `${name}.yaml`)
const read = (...parts: string[]) => readFileSync(file(...parts), 'utf8')
const yamlOf = (name: string) => parse(readFileSync(etc(name), 'utf8'))

/** As an editor saves: beside it, then in its place. */
function save(name: string, text: string): void {
  writeFileSync(`${etc(name)}.new`, text)
  renameSync(`${etc(name)}.new`, etc(name))
}

/** Changes keys of a file and keeps the rest. */
function edit(name: string, values: Readonly<Record<string, unknown>>): void {
  const document = parseDocument(readFileSync(etc(name), 'utf8'))
  for (const [key, value] of Object.entries(values)) document.set(key, document.createNode(value))
  save(name, document.toString())
}

const sleeper = (alias: string, more: Parameters<DaemonLab['startScript']>[2] = {}) =>
  lab.startScript(alias, 'exec sleep 1000', more)

async function problems(): Promise<readonly string[]> {
  const sessions = await lab.ask('sessions.list', {})
  return sessions.find((session) => session.path === lab.workspace)?.problems ?? []
}

const untilProblem = (text: string) =>
  until(async () => (await problems()).find((problem) => problem.includes(text)), { what: `a problem with ${text}` })
const untilSound = () => until(async () => (await problems()).length === 0, { what: 'the end of all problems' })

describe('the files', () => {
  test('init makes every folder and file of the seed, and again changes nothing', async () => {
    for (const folder of ['bin', 'out', 'pid', 'fp', 'err', 'db', 'etc']) {
      expect(statSync(file(folder)).isDirectory(), folder).toBe(true)
    }
    const required = ['db/session.db', 'bin/install_bash_completer.rc', 'bin/activate.sh', 'etc/session.yaml']
    for (const name of required) expect(existsSync(file(name)), name).toBe(true)
    expect(parse(read('etc', 'session.yaml'))).toMatchObject({
      copy: { bin: 'bin/*.*', out: '', pid: '', fp: '', err: '' },
      templates: { scripts: 'bin/*.sh' },
      dependences: {},
    })

    writeFileSync(file('bin', 'activate.sh'), '# mine\n')
    const again = await lab.ask('sessions.init', { path: lab.workspace })
    expect(again.created).toBe(false)
    expect(read('bin', 'activate.sh')).toBe('# mine\n')
  })

  test('a process has its definition, a link by its alias, its pid, its output and a path for its own database', async () => {
    const row = await lab.startScript('files', 'echo out; echo err >&2; echo $PROCESSION_DB; exec sleep 1000')
    expect(yamlOf(row.name)).toMatchObject({ name: row.name, alias: 'files', restart: 'never', shutdown: 0 })
    expect(readlinkSync(etc('files'))).toBe(`${row.name}.yaml`)
    expect(read('pid', `${row.name}.pid`).trim()).toBe(String(pidOf(row)))
    await until(() => read('out', `${row.name}.out`) === `out\n${file('db', `${row.name}.db`)}\n`, {
      what: 'its output',
    })
    await until(() => read('err', `${row.name}.out`) === 'err\n', { what: 'its errors' })

    await lab.ask('process.attach', { workspace: lab.workspace, program: null, alias: 'files', state: 'operative' })
    const fingerprint = parse(read('fp', `${row.name}.operative.yaml`))
    expect(Object.keys(fingerprint)).toEqual(['files', 'listen', 'established', 'udp', 'cmdline'])
    expect(fingerprint.cmdline).toEqual(['sleep', '1000'])
  })

  test('a file holds every setting, so that all of them can be edited', async () => {
    const row = await lab.startScript('whole', 'exit 0', { launch: false, env: { MODE: 'test' } })
    expect(yamlOf(row.name)).toMatchObject({
      cmdline: ['/bin/sh', '-c', 'exit 0'],
      cwd: lab.workspace,
      env: { MODE: 'test' },
      restart_limit: '5/60',
      stop_signal: 'SIGTERM',
      grace: 10,
      ready: null,
      match: null,
    })
  })
})

describe('an edited definition', () => {
  test('applies at once where the program does not matter, and keeps what a person wrote beside it', async () => {
    const row = await sleeper('policies')
    const text = readFileSync(etc(row.name), 'utf8')
    save(
      row.name,
      `# mine\n${text}colour: blue\n`
        .replace(/^restart: .*$/m, 'restart: on-failure # why')
        .replace(/^restart_limit: .*$/m, 'restart_limit: none')
        .replace(/^shutdown: .*$/m, 'shutdown: 1')
        .replace(/^stop_signal: .*$/m, 'stop_signal: INT')
        .replace(/^grace: .*$/m, 'grace: 2.5'),
    )
    const changed = await lab.untilRow('policies', 'is changed', ({ restart }) => restart === 'on-failure')
    expect(changed).toMatchObject({ restartLimit: null, shutdown: true, notices: [] })
    expect(pidOf(changed)).toBe(pidOf(row))
    expect(await detailOf(lab, 'policies')).toMatchObject({ stopSignal: 'SIGINT', graceMs: 2500 })
    const after = await until(
      () => {
        const now = readFileSync(etc(row.name), 'utf8')
        return now.includes('SIGINT') ? now : null
      },
      { what: 'the file written in our words' },
    )
    expect(after).toMatch(/^# mine\n/)
    expect(after).toContain('restart: on-failure # why')
    expect(after).toContain('colour: blue')
    expect((await historyOf(lab, 'policies'))[0]).toMatchObject({
      actor: 'user',
      why: `edited in etc/${row.name}.yaml`,
      what: { changed: ['restart', 'restart-limit', 'shutdown', 'stop-signal', 'grace'] },
    })
  })

  test('a command line, folder and environment apply at the next start, which says so until then', async () => {
    const row = await sleeper('command')
    const cwd = lab.makeFolder('elsewhere')
    edit(row.name, { cmdline: ['sh', '-c', 'pwd; echo $MODE; exec sleep 1001'], cwd, env: { MODE: 'new' } })
    const waiting = await lab.untilRow('command', 'is changed', ({ notices }) => notices.length > 0)
    expect(waiting.notices).toEqual(['definition changed: it applies at the next start'])
    expect(waiting.argv[0]).toMatch(/^\/.*\/sh$/)
    expect(pidOf(waiting)).toBe(pidOf(row))

    await lab.ask('process.restart', { targets: [lab.target('command')], wait: true })
    const started = await lab.untilRow('command', 'is up', isUp)
    expect(started.notices).toEqual([])
    await until(() => lab.output(started).endsWith(`${cwd}\nnew\n`), { what: 'output in the new folder' })
  })

  test('an edit that was just made counts for the very next command', async () => {
    const row = await lab.startScript('just', 'exit 0', { launch: false })
    edit(row.name, { cmdline: ['/bin/sh', '-c', 'echo edited; exec sleep 1000'] })
    await lab.ask('process.startKnown', { targets: [lab.target('just')] })
    await until(() => lab.output(row) === 'edited\n', { what: 'output of the edited command' })
  })

  test('readiness and the match rule are read, and null takes them away', async () => {
    const row = await sleeper('checked')
    const ready = { check: { kind: 'port', port: 7496 }, intervalMs: 1000, timeoutMs: 5000 }
    edit(row.name, { ready: { port: 7496, timeout: 5 }, match: { exe: 'sleep', argv_prefix: ['sleep', 'token=abc'] } })
    await until(async () => (await detailOf(lab, 'checked')).ready, { what: 'a readiness check' })
    expect((await detailOf(lab, 'checked')).ready).toEqual(ready)
    await until(() => yamlOf(row.name).match.argv_prefix[1] === 'token=•••', { what: 'a match rule without secrets' })
    edit(row.name, { ready: null, match: null })
    await until(async () => (await detailOf(lab, 'checked')).ready === null, { what: 'no readiness check' })
  })

  test('the alias moves its link, and is refused where it is taken', async () => {
    const row = await sleeper('old-alias')
    edit(row.name, { alias: 'new-alias' })
    await lab.untilRow(row.name, 'has its new alias', ({ alias }) => alias === 'new-alias')
    expect(readlinkSync(etc('new-alias'))).toBe(`${row.name}.yaml`)
    expect(lstatSync(etc('old-alias'), { throwIfNoEntry: false })).toBeUndefined()
    await sleeper('taken')
    edit(row.name, { alias: 'taken' })
    expect(await untilProblem('another process is called that')).toMatch(`etc/${row.name}.yaml, line`)
    edit(row.name, { alias: 'new-alias' })
    await untilSound()
  })

  test('what was edited while no daemon ran is taken over when it comes back', async () => {
    const row = await sleeper('asleep')
    await lab.stopDaemon()
    edit(row.name, { restart: 1, cmdline: ['/bin/sleep', '1002'] })
    await lab.startDaemon()
    const now = await lab.row('asleep')
    expect(now).toMatchObject({ restart: 'always', argv: ['/bin/sleep', '1002'] })
    expect(pidOf(now)).toBe(pidOf(row))
  })

  test('a file that is removed is written again with the next change', async () => {
    const row = await sleeper('removed')
    rmSync(etc(row.name))
    await lab.ask('process.start', {
      workspace: lab.workspace,
      argv: ['/bin/sh', '-c', 'exec sleep 1000'],
      alias: 'removed',
      shutdown: true,
      launch: false,
    })
    expect(yamlOf(row.name)).toMatchObject({ alias: 'removed', shutdown: 1 })
    rmSync(etc(row.name))
    await lab.killDaemon()
    await lab.startDaemon()
    expect(yamlOf(row.name)).toMatchObject({ alias: 'removed', shutdown: 1 })
  })

  test('a file that did not get the last change of the database is written again', async () => {
    const row = await sleeper('stale')
    await lab.killDaemon()
    // As if the daemon had died between the two.
    editDatabase(lab, (database) => {
      database.prepare("UPDATE processes SET restart = 'always' WHERE id = ?").run(row.id)
      database
        .prepare("INSERT INTO events (at, process_id, actor, kind, data_json) VALUES (?, ?, 'user', 'definition', ?)")
        .run(Date.now() + 1, row.id, '{"changed":["restart"]}')
    })
    await lab.startDaemon()
    expect((await lab.row('stale')).restart).toBe('always')
    expect(yamlOf(row.name).restart).toBe('always')
  })

  test('a secret that was set by command is none that the file takes away', async () => {
    const row = await sleeper('given')
    await lab.ask('process.setSecrets', { target: lab.target('given'), env: { PIN: 'pin-four' } })
    expect((await lab.row('given')).notices).toEqual(['definition changed: it applies at the next start'])
    expect(yamlOf(row.name).env.PIN).toBe('•••')
    await lab.killDaemon()
    await lab.startDaemon()
    expect((await detailOf(lab, 'given')).envNames).toContain('PIN')
  })

  test('our own writing is no edit', async () => {
    const row = await sleeper('quiet')
    await lab.ask('process.attach', { workspace: lab.workspace, program: null, alias: 'quiet', restart: 'on-failure' })
    // A later edit was seen, so the earlier writing was as well.
    edit(row.name, { shutdown: 1 })
    await lab.untilRow('quiet', 'is changed', ({ shutdown }) => shutdown)
    const changes = (await historyOf(lab, 'quiet')).flatMap(({ what }) =>
      what.kind === 'definition' ? [what.changed] : [],
    )
    expect(changes).toEqual([['shutdown'], ['restart']])
  })
})

describe('an invalid edit', () => {
  const good = (row: ProcessRow) =>
    expect(lab.row(row.name)).resolves.toMatchObject({ restart: 'never', argv: row.argv })

  test.each([
    ['restart: sometimes', /^restart: .*$/m, 'restart: this is not 0, 1, never, always or on-failure'],
    [
      'cmdline: [/no/such/program]',
      /^cmdline:\n(?: +- .*\n)+/m,
      'cmdline: Could not start /no/such/program: it was not found',
    ],
    ['cwd: /no/such/folder', /^cwd: .*$/m, 'cwd: the folder /no/such/folder does not exist'],
    ['grace: soon', /^grace: .*$/m, 'grace: this is not a number of seconds'],
    ['env: {9: x}', /^env:(?: .*)?\n(?: +.*\n)*/m, 'env: "9" cannot be the name of an environment variable'],
    ['ready: {expr: "fp["}', /^ready: .*$/m, 'ready: '],
    ['alias: [', /^alias: .*$/m, 'is not YAML'],
  ])('%j keeps the last good one and is said with its line, until it is mended', async (line, place, problem) => {
    const row = await sleeper(`invalid-${performance.now()}`.replace('.', '-'))
    const text = readFileSync(etc(row.name), 'utf8')
    const broken = text.replace(place, line.endsWith(']') || line.includes('env') ? `${line}\n` : line)
    expect(broken).not.toBe(text)
    save(row.name, broken)
    const said = await untilProblem(problem)
    const number = broken.split('\n').indexOf(line.split('\n')[0] ?? '') + 1
    expect(said).toMatch(`etc/${row.name}.yaml, line `)
    // The end of an unclosed bracket is wherever the parser gives up.
    if (!line.endsWith('[')) expect(said).toMatch(`line ${number}:`)
    expect(said).toMatch(/What was there before holds\.$/)
    await good(row)
    save(row.name, text)
    await untilSound()
    await good(row)
    await lab.ask('process.stop', { targets: [lab.target(row.name)], now: true, wait: true })
  })

  test('a link in place of the file is not followed, and a file in place of the link is said', async () => {
    const row = await sleeper('linked')
    const text = readFileSync(etc(row.name), 'utf8')
    const outside = path.join(lab.folder, 'outside.yaml')
    writeFileSync(outside, text.replace(/^restart: .*$/m, 'restart: always'))
    rmSync(etc(row.name))
    symlinkSync(outside, etc(row.name))
    await untilProblem('symbolic link')
    await good(row)
    rmSync(etc(row.name))
    save(row.name, text)
    await untilSound()

    rmSync(etc('linked'))
    save('linked', text.replace(/^restart: .*$/m, 'restart: always'))
    expect(await untilProblem('etc/linked.yaml')).toContain(`edit etc/${row.name}.yaml`)
    await good(row)
    rmSync(etc('linked'))
    save(row.name, text)
    await untilSound()
  })

  test('a pipe in its place does not stop the daemon', async () => {
    const row = await sleeper('pipe')
    const text = readFileSync(etc(row.name), 'utf8')
    rmSync(etc(row.name))
    execFileSync('sh', ['-c', 'mkfifo "$0"', etc(row.name)])
    await untilProblem('is not a file')
    await good(row)
    rmSync(etc(row.name))
    save(row.name, text)
    await untilSound()
  })
})

describe('secrets', () => {
  const uri = 'exec://localhost/bin/sleep?1000&password=hunter2'

  test('dots keep the stored secret, a new value is moved away at once', async () => {
    const { process: recorded } = await lab.ask('process.start', {
      workspace: lab.workspace,
      uri,
      alias: 'secret',
      env: { API_KEY: 'key-one' },
      secretEnv: { PIN: 'pin-one' },
      launch: false,
    })
    expect(yamlOf(recorded.name)).toMatchObject({
      cmdline: ['/bin/sleep', '1000', 'password=•••'],
      env: { API_KEY: '•••', PIN: '•••' },
      secret_ref: `process/${recorded.id}`,
    })

    const show = 'echo "$@" $API_KEY $PIN $OTHER; exec sleep 1000'
    edit(recorded.name, {
      cmdline: ['/bin/sh', '-c', show, 'sh', '-v', 'password=•••'],
      env: { API_KEY: 'key-two', PIN: '•••', OTHER: 'plain' },
    })
    await lab.untilRow('secret', 'is changed', ({ argv }) => argv.includes('-v'))
    await until(() => yamlOf(recorded.name).env.API_KEY === '•••', { what: 'the file without the new key' })
    await lab.ask('process.startKnown', { targets: [lab.target('secret')] })
    await until(() => lab.output(recorded) === '-v password=hunter2 key-two pin-one plain\n', {
      what: 'all real values',
    })
  })

  test('a new value behind the same dots is a change as well', async () => {
    const row = await lab.untilRow('secret', 'is up', isUp)
    const { cmdline } = yamlOf(row.name)
    edit(row.name, { cmdline: cmdline.map((word: string) => word.replace('•••', 'hunter3')) })
    const changed = await lab.untilRow('secret', 'is changed', ({ notices }) => notices.length > 0)
    expect(changed.argv).toContain('password=•••')
    await until(() => yamlOf(row.name).cmdline.includes('password=•••'), { what: 'the file without the new password' })
    await lab.ask('process.restart', { targets: [lab.target('secret')], wait: true })
    await until(() => lab.output(row).endsWith('-v password=hunter3 key-two pin-one plain\n'), {
      what: 'the new password',
    })
    for (const value of ['hunter2', 'hunter3', 'key-one', 'key-two', 'pin-one']) {
      expect(
        filesWith(lab.workspace, value, (name) => !name.endsWith('.out')),
        value,
      ).toEqual([])
    }
  })

  test('dots that stand for nothing are refused', async () => {
    const row = await lab.row('secret')
    edit(row.name, { cmdline: ['/bin/sleep', 'token=•••'] })
    await untilProblem('the dots stand for no stored secret')
    edit(row.name, { cmdline: ['/bin/sleep', '1000', 'password=•••'] })
    await untilSound()
  })
})

describe('etc/session.yaml', () => {
  const sessionFile = () => readFileSync(etc('session'), 'utf8')
  const edges = async () =>
    (await lab.ask('rows.list', { workspace: lab.workspace })).dependences.map(({ required, onLoss }) => [
      required.kind,
      onLoss,
    ])
  const edgesAre = (...expected: [string, string][]) =>
    until(async () => JSON.stringify(await edges()) === JSON.stringify(expected), { what: JSON.stringify(expected) })

  test('dependences are written there, and edited there', async () => {
    for (const alias of ['parent', 'child', 'grandchild']) await lab.startScript(alias, 'exit 0', { launch: false })
    const names = { workspace: lab.workspace, parents: ['parent:operative'], children: ['child'] }
    await lab.ask('dependences.add', { ...names, onLoss: 'stop' })
    expect(parse(sessionFile()).dependences).toEqual({ child: ['parent:operative'] })

    save('session', `# mine\n${sessionFile()}  grandchild: [child:ready, parent]\nother: kept\n`)
    await until(async () => (await edges()).length === 3, { what: 'three dependences' })
    expect(await edges()).toContainEqual(['state', 'stop'])
    await lab.ask('dependences.remove', { ...names, parents: ['child'], children: ['grandchild'] })
    expect(sessionFile()).toMatch(/^# mine\n/)
    expect(parse(sessionFile())).toMatchObject({
      dependences: { child: ['parent:operative'], grandchild: ['parent'] },
      other: 'kept',
      templates: { scripts: 'bin/*.sh' },
    })
    save('session', 'dependences:\n  child: parent:operative\n')
    await edgesAre(['state', 'stop'])
  })

  test.each([
    ['dependences:\n  child: [parent]\n  nobody: [parent]\n', 3, 'there is no process of that name'],
    ['dependences:\n  child:\n    - parent\n    - nobody:up\n', 4, 'there is no process nobody'],
    ['dependences:\n  child: [parent]\n  parent: [child]\n', 3, 'child → parent → child'],
    ['dependences:\n  child: [child]\n', 2, 'a process cannot depend on itself'],
    ['dependences:\n  child: ["parent:exited:7"]\n', 2, 'cannot be a name'],
    ['dependences: [child]\n', 1, 'is not a map'],
    ['copy:\n  bin: ../../etc/*\n', 2, 'only relative paths without .. are possible'],
    ['templates:\n  scripts: /etc/passwd\n', 2, 'only relative paths without .. are possible'],
    ['dependences: {\n', 2, 'is not YAML'],
  ])('%j keeps the last good ones', async (text, line, problem) => {
    save('session', text)
    const said = await untilProblem(problem)
    expect(said).toMatch(`etc/session.yaml, line ${line}:`)
    expect(await edges()).toEqual([['state', 'stop']])
    save('session', 'dependences:\n  child: [parent:operative]\n')
    await untilSound()
  })

  test('a process that comes later mends the file', async () => {
    save('session', 'dependences:\n  child: [parent:operative, late]\n')
    await untilProblem('there is no process late')
    await lab.startScript('late', 'exit 0', { launch: false })
    // The next look comes with any command.
    await lab.ask('dependences.add', { workspace: lab.workspace, parents: ['parent'], children: ['late'] })
    await until(async () => (await edges()).length === 3, { what: 'three dependences' })
    expect(await problems()).toEqual([])
  })
})
