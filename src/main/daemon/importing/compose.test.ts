import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fileTree } from '../../../../test/helpers/file-tree.ts'
import { readImport } from './read-import.ts'

function read(text: string, files: Record<string, string> = {}, caller: Record<string, string> = {}) {
  const folder = fileTree({ 'process-compose.yaml': text, ...files })
  const plan = readImport(join(folder, 'process-compose.yaml'), caller)
  if (!plan.ok) throw new Error(plan.message)
  const notes = plan.value.notes.map(({ file, line, what, reason }) => `${file}:${line} ${what}: ${reason}`)
  return { ...plan.value, folder, notes }
}

/** The settings of one process, indented under its name. */
const one = (settings: string, files?: Record<string, string>, caller?: Record<string, string>) => {
  const indented = settings.replace(/^/gm, '    ')
  const { processes, notes, folder } = read(`processes:\n  web:\n${indented}\n`, files, caller)
  return { process: processes[0], notes: notes.map((note) => note.replace('process-compose.yaml:', '')), folder }
}

const whole = `version: "0.5"
is_strict: true
environment:
  - REGION=north
  - LEVEL=1
processes:
  store:
    command: ./store --port 6400
    working_dir: data
    environment:
      LEVEL: 2
    availability:
      restart: always
    readiness_probe:
      exec:
        command: ./store ping | grep pong
      initial_delay_seconds: 2
      period_seconds: 5
      failure_threshold: 4
    shutdown:
      signal: 2
      timeout_seconds: 30
  migrate:
    command: ./migrate
    depends_on:
      store:
        condition: process_healthy
  web:
    entrypoint: [./web, --title, "two words"]
    disabled: true
    depends_on:
      store: {condition: process_started}
      migrate:
        condition: process_completed_successfully
      watch:
        condition: process_log_ready
      seed:
        condition: process_completed
    availability:
      restart: on_failure
    readiness_probe:
      http_get: {host: localhost, port: 8080, path: health}
  watch:
    command: tail -f log
    ready_log_line: "[ready] (1.0)"
  seed:
    command: ./seed
x-own: anything
`

describe('process-compose', () => {
  test('what has a counterpart is taken over without a note', () => {
    const { format, processes, dependences, notes, folder } = read(whole)
    expect(format).toBe('process-compose')
    expect(notes).toEqual([])
    expect(processes.map(({ alias, line, restart, shutdown }) => [alias, line, restart, shutdown])).toEqual([
      ['store', 7, 'always', true],
      ['migrate', 23, 'never', true],
      ['web', 28, 'on-failure', true],
      ['watch', 43, 'never', true],
      ['seed', 46, 'never', true],
    ])
    const [store, , web, watch] = processes
    expect(store).toMatchObject({
      argv: ['./store', '--port', '6400'],
      cwd: join(folder, 'data'),
      env: { REGION: 'north', LEVEL: '2', PC_PROC_NAME: 'store', PC_REPLICA_NUM: '0' },
      stopSignal: 'SIGINT',
      graceMs: 30_000,
      launch: true,
      ready: {
        check: { kind: 'command', argv: ['bash', '-c', './store ping | grep pong'] },
        intervalMs: 5000,
        timeoutMs: 22_000,
      },
    })
    expect(web).toMatchObject({
      argv: ['./web', '--title', 'two words'],
      cwd: folder,
      launch: false,
      ready: { check: { kind: 'http', url: 'http://localhost:8080/health' }, intervalMs: 10_000, timeoutMs: 30_000 },
    })
    expect(watch?.ready?.check.kind === 'log' && new RegExp(watch.ready.check.pattern).test('x [ready] (1.0) y')).toBe(
      true,
    )
    expect(dependences).toEqual([
      { parent: 'store', required: { kind: 'ready' }, child: 'migrate', onLoss: 'keep' },
      { parent: 'store', required: { kind: 'up' }, child: 'web', onLoss: 'keep' },
      { parent: 'migrate', required: { kind: 'exited', code: 0 }, child: 'web', onLoss: 'keep' },
      { parent: 'watch', required: { kind: 'ready' }, child: 'web', onLoss: 'keep' },
      { parent: 'seed', required: { kind: 'exited', code: null }, child: 'web', onLoss: 'keep' },
    ])
  })

  test.each([
    [
      'is_daemon: true',
      '4 web.is_daemon: a program that goes to the background is not followed; start it in the foreground',
    ],
    ['is_elevated: true', '4 web.is_elevated: programs run as you'],
    ['namespace: other', '4 web.namespace: a session has no namespaces'],
    ['description: text', '4 web.description: descriptions are not kept'],
    ['schedule: {cron: "* * * * *"}', '4 web.schedule: nothing is started by the clock'],
    ['log_location: /tmp/x', '4 web.log_location: output is kept in out/ and err/ of the session'],
    ['vars: {A: 1}', '4 web.vars: templates like {{.NAME}} are not filled in'],
    ['liveness_probe: {exec: {command: x}}', '4 web.liveness_probe: a program that is up is not probed again'],
    ['commnad: x', '4 web.commnad: unknown setting'],
    ['entrypoint: [y]', '4 web.entrypoint: the command is used instead'],
    ['availability: {backoff_seconds: 2}', '4 web.availability.backoff_seconds: delays grow from 0 to 60 s here'],
    [
      'availability:\n  max_restarts: 5',
      '5 web.availability.max_restarts: restarts are limited by time: --restart-limit N/SECONDS',
    ],
    [
      'availability: {restart: exit_on_failure}',
      '4 web.availability.restart: a failure does not end the other processes here',
    ],
    ['availability: {restart: sometimes}', '4 web.availability.restart: unknown word, taken as no'],
    [
      'availability: {exit_on_end: true}',
      '4 web.availability.exit_on_end: an end does not end the other processes here',
    ],
    ['shutdown: {command: stop it}', '4 web.shutdown.command: a process is stopped by a signal here'],
    ['shutdown: {parent_only: yes}', '4 web.shutdown.parent_only: what a program started is stopped with it'],
    ['shutdown: {signal: 30}', '4 web.shutdown.signal: stop signals here are TERM, INT, QUIT, HUP, USR1, USR2, KILL'],
    ['depends_on:\n  db: {condition: process_started}', '5 web.depends_on.db: there is no process of that name'],
    ['depends_on: [db]', '4 web.depends_on: this is not a map of processes and conditions'],
    ['replicas: 0', '4 web.replicas: not a number from 1 to 2000, taken as 1'],
    ['replicas: 100000000', '4 web.replicas: not a number from 1 to 2000, taken as 1'],
    ['disabled: perhaps', '4 web.disabled: this is not true or false'],
    ['environment: [NOVALUE]', '4 web.environment: not NAME=value'],
    [
      'environment: {1X: y}',
      '4 environment variable 1X: not a name for a variable: letters, digits and _, no digit first',
    ],
    ['env_file: none.env', 'none.env:null environment file: '],
    [
      'readiness_probe: {exec: {command: x}, timeout_seconds: 3}',
      '4 web.readiness_probe.timeout_seconds: one try has no time limit of its own here',
    ],
    ['readiness_probe: {period_seconds: 3}', '4 web.readiness_probe: neither a command nor a URL to try'],
    [
      'readiness_probe: {exec: {command: x, working_dir: /}}',
      '4 web.readiness_probe.exec.working_dir: the check runs in the folder of its process',
    ],
    [
      'readiness_probe: {http_get: {port: 1, headers: {A: b}}}',
      '4 web.readiness_probe.http_get.headers: the check sends no headers of its own here',
    ],
    ['readiness_probe: {http_get: {host: "a b"}}', '4 web.readiness_probe.http_get: not the URL of a web server'],
    [
      'ready_log_line: x\nreadiness_probe: {exec: {command: x}}',
      '4 web.ready_log_line: the readiness probe decides alone',
    ],
  ])('%j is noted with its line', (settings, note) => {
    const { process, notes } = one(`command: x\n${settings}`)
    expect(process).toBeDefined()
    expect(notes).toHaveLength(1)
    expect(notes[0]?.startsWith(note)).toBe(true)
  })

  test.each([
    ['is_tty: false', 'is_daemon: no'],
    ['namespace: default', 'replicas: 1'],
    ['disabled: false', 'x-anything: {deep: [1]}'],
    ['shutdown: {signal: 15}', 'availability: {restart: "no", max_restarts: 0}'],
  ])('%j and %j lose nothing, so they are not noted', (...settings) => {
    expect(one(`command: x\n${settings.join('\n')}`).notes).toEqual([])
  })

  test.each([
    ['is_tty: true', true],
    ['is_tty: false', false],
    ['replicas: 1', null],
  ])('%j: terminal %j', (settings, pty) => {
    expect(one(`command: x\n${settings}`).process?.pty).toBe(pty)
  })

  test('settings of the whole file without a counterpart are noted', () => {
    const { notes } = read(
      'extends: base.yaml\nenv_cmds: {A: date}\nlog_level: debug\nvars: {A: 1}\nodd: 1\nprocesses: {}\n',
    )
    expect(notes).toEqual([
      'process-compose.yaml:1 extends: only this file is read: import the other one too',
      'process-compose.yaml:2 env_cmds: the output of commands is not taken into the environment',
      'process-compose.yaml:3 log_level: output is kept in out/ and err/ of the session',
      'process-compose.yaml:4 vars: templates like {{.NAME}} are not filled in',
      'process-compose.yaml:5 odd: unknown setting',
    ])
  })

  test('an entry without a command, or that is no map, is left out and noted', () => {
    const { processes, notes } = read('processes:\n  a: {disabled: true}\n  b: text\n  c: {command: x}\n')
    expect(processes.map(({ alias }) => alias)).toEqual(['c'])
    expect(notes).toEqual([
      'process-compose.yaml:2 a: no command to run',
      'process-compose.yaml:3 b: this is not a map of settings',
    ])
  })

  test('another shell is used as the file says', () => {
    const { processes } = read('shell: {shell_command: zsh, shell_argument: -fc}\nprocesses: {a: {command: "x | y"}}\n')
    expect(processes[0]?.argv).toEqual(['zsh', '-fc', 'x | y'])
  })

  test('copies are numbered, know their number and are tied one by one', () => {
    const { processes, dependences, notes } = read(
      'processes:\n' +
        '  web: {command: x, replicas: 10, depends_on: {db: {condition: process_started}}}\n' +
        '  db: {command: y, replicas: 2}\n' +
        '  log: {command: z, depends_on: {db-1: {condition: process_started}}}\n',
    )
    expect(notes).toEqual([])
    expect(processes.map(({ alias }) => alias)).toContain('web-09')
    expect(processes.find(({ alias }) => alias === 'web-09')?.env).toMatchObject({
      PC_PROC_NAME: 'web',
      PC_REPLICA_NUM: '9',
    })
    expect(dependences.filter(({ child }) => child === 'web-03').map(({ parent }) => parent)).toEqual(['db-0', 'db-1'])
    expect(dependences.filter(({ child }) => child === 'log').map(({ parent }) => parent)).toEqual(['db-1'])
  })

  test('copies that depend on copies are refused before they fill the memory', () => {
    const folder = fileTree({
      'compose.yaml':
        'processes:\n  a: {command: x, replicas: 900}\n  b: {command: y, replicas: 900, depends_on: {a: {}}}\n',
    })
    expect(readImport(join(folder, 'compose.yaml'))).toMatchObject({
      ok: false,
      message: expect.stringContaining('more than 10000 dependences'),
    })
  })
})

describe('variables of process-compose', () => {
  test('are filled in from .env and the caller, in settings but not in commands', () => {
    const { process, notes, folder } = one(
      'command: run --key $KEY "$HOME" $$i\n' +
        `working_dir: \${DIR}/sub\n` +
        `environment: ["A=\${KEY}-$USER_NAME", "B=\${NONE:-else}", "C=$$x"]`,
      { '.env': 'KEY=hunter2\nDIR=work\n' },
      { USER_NAME: 'ada', DIR: 'weaker' },
    )
    expect(notes).toEqual([])
    expect(process).toMatchObject({
      argv: ['bash', '-c', 'run --key $KEY "$HOME" $i'],
      cwd: join(folder, 'work/sub'),
      env: { KEY: 'hunter2', DIR: 'work', A: 'hunter2-ada', B: 'else', C: '$x' },
    })
  })

  test('that are not set are noted, without values', () => {
    const { process, notes } = one('command: run $MISSING\nenvironment: [A=$NONE]', {}, { MISSING: 'only in a shell' })
    expect(process?.env.A).toBe('')
    expect(notes).toEqual([
      '4 web.environment A: NONE is not set, so it is empty',
      '3 web.command: MISSING is set neither here nor in .env: give it with start --env MISSING=VALUE',
    ])
  })

  test('in single quotes of a command are noted, since a shell leaves them', () => {
    expect(one("command: echo '$HOME' && true").notes).toEqual([
      '3 web.command: variables in single quotes are not filled in: a shell fills in those outside of them',
    ])
    expect(one("command: echo '$$HOME' && true").notes).toEqual([])
  })

  test('stay as they are where the file says so', () => {
    const { processes } = read('disable_env_expansion: true\nprocesses: {a: {command: x, environment: [A=$B]}}\n')
    expect(processes[0]?.env.A).toBe('$B')
  })

  test('come from an env file of the process too, and without .env where it says so', () => {
    const { process } = one('command: x\nenv_file: [a.env, b.env]\nis_dotenv_disabled: true', {
      '.env': 'X=1',
      'a.env': 'Y=1\nZ=1',
      'b.env': 'Z=2',
    })
    expect(process?.env).toEqual({ Y: '1', Z: '2', PC_PROC_NAME: 'web', PC_REPLICA_NUM: '0' })
  })
})
