import { userInfo } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fileTree } from '../../../../test/helpers/file-tree.ts'
import { readImport } from './read-import.ts'

function read(text: string, files: Record<string, string> = {}, caller: Record<string, string> = {}) {
  const folder = fileTree({ 'supervisord.conf': text, ...files })
  const plan = readImport(join(folder, 'supervisord.conf'), caller)
  if (!plan.ok) throw new Error(plan.message)
  const notes = plan.value.notes.map(({ file, line, what, reason }) => `${file}:${line} ${what}: ${reason}`)
  return { ...plan.value, folder, notes }
}

const one = (settings: string, caller?: Record<string, string>) => {
  const { processes, notes, folder } = read(`[program:web]\n${settings}\n`, {}, caller)
  return { process: processes[0], notes: notes.map((note) => note.replace('supervisord.conf:', '')), folder }
}

const whole = `; the services of this machine
[unix_http_server]
file=/tmp/supervisor.sock   ; (the path to the socket file)

[supervisord]
logfile=/tmp/supervisord.log
directory=/srv
environment=REGION="north",EMPTY=""

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

[supervisorctl]
serverurl=unix:///tmp/supervisor.sock

[program:store]
command=/srv/bin/store --name "two words" --dir %(here)s/data   # a comment
  --port 6400
directory=/srv/store
environment=LEVEL=2, NOTE="a,b%%", HOME_OF="%(ENV_BASE)s"
autorestart=true
stopsignal=INT
stopwaitsecs=30
stopasgroup=true
startretries=2

[program:worker]
command: worker -n %(process_num)d
process_name=%(program_name)s_%(process_num)02d
numprocs=3
numprocs_start=1
autostart=false
stdout_logfile=AUTO
`

describe('supervisord', () => {
  test('what has a counterpart is taken over without a note', () => {
    const { format, processes, dependences, notes, folder } = read(whole, {}, { BASE: '/base' })
    expect({ format, dependences, notes }).toEqual({ format: 'supervisord', dependences: [], notes: [] })
    expect(processes.map(({ alias, line, argv }) => [alias, line, argv])).toEqual([
      ['store', 16, ['/srv/bin/store', '--name', 'two words', '--dir', `${folder}/data`, '--port', '6400']],
      ['worker_01', 27, ['worker', '-n', '1']],
      ['worker_02', 27, ['worker', '-n', '2']],
      ['worker_03', 27, ['worker', '-n', '3']],
    ])
    expect(processes[0]).toMatchObject({
      cwd: '/srv/store',
      env: { REGION: 'north', EMPTY: '', LEVEL: '2', NOTE: 'a,b%', HOME_OF: '/base' },
      restart: 'always',
      restartLimit: { deaths: 3, withinMs: 210_000 },
      shutdown: true,
      stopSignal: 'SIGINT',
      graceMs: 30_000,
      launch: true,
    })
    expect(processes[1]).toMatchObject({
      cwd: '/srv',
      env: { REGION: 'north', EMPTY: '' },
      restart: 'on-failure',
      restartLimit: undefined,
      stopSignal: null,
      graceMs: null,
      launch: false,
    })
  })

  test.each([
    ['autorestart=false', 'never'],
    ['autorestart=true', 'always'],
    ['autorestart=unexpected\nexitcodes=0', 'on-failure'],
    ['', 'on-failure'],
  ])('%j means %s', (settings, restart) => {
    const { process, notes } = one(`command=x\n${settings}`)
    expect(process?.restart).toBe(restart)
    expect(notes).toEqual([])
  })

  test.each([
    ['priority=5', '3 web.priority: order comes from dependences: session dependence add'],
    ['user=somebody-else', '3 web.user: programs run as you'],
    ['umask=022', '3 web.umask: programs get your umask'],
    ['stdout_logfile=/tmp/x', '3 web.stdout_logfile: output is kept in out/ and err/ of the session'],
    ['stderr_logfile=NONE', '3 web.stderr_logfile: output is kept in out/ and err/ of the session'],
    ['stdout_logfile_maxbytes=1MB', '3 web.stdout_logfile_maxbytes: output is kept in out/ and err/ of the session'],
    ['redirect_stderr=true', '3 web.redirect_stderr: out and err are kept apart: logs --merge'],
    ['exitcodes=0,2', '3 web.exitcodes: only exit code 0 is no failure here'],
    ['startsecs=60', '3 web.startsecs: an early end is one within 10 s here'],
    ['startretries=5000', '3 web.startretries: not a number from 0 to 999'],
    ['stopsignal=WINCH', '3 web.stopsignal: stop signals here are TERM, INT, QUIT, HUP, USR1, USR2, KILL'],
    ['stopwaitsecs=soon', '3 web.stopwaitsecs: this is not a whole number'],
    ['stopwaitsecs=999999', '3 web.stopwaitsecs: over a day'],
    ['autostart=perhaps', '3 web.autostart: this is not true or false'],
    ['numprocs=100000000', '3 web.numprocs: not a number from 1 to 2000, taken as 1'],
    ['serverurl=AUTO', '3 web.serverurl: there is no supervisord to talk to'],
    ['comand=x', '3 web.comand: unknown setting'],
    ['no setting', '3 [program:web]: a line that is not of the form KEY=VALUE'],
    ['environment=A="1",B', '3 web.environment: not of the form KEY="value",KEY2="value2"'],
    ['environment=A="%(ENV_NONE)s"', '3 web.environment: %(ENV_NONE) is not known here'],
    ['directory=%(ENV_NONE)s', '3 web.directory: %(ENV_NONE) is not known here'],
  ])('%j is noted with its line', (setting, note) => {
    const { process, notes } = one(`command=x\n${setting}`)
    expect(process?.argv).toEqual(['x'])
    expect(notes).toEqual([note])
  })

  test.each([
    'redirect_stderr=false',
    'startsecs=5',
    'killasgroup=true',
    'stopsignal=SIGTERM',
    `user=${userInfo().username}`,
    '; a comment\n  ; another',
  ])('%j loses nothing, so it is not noted', (setting) => expect(one(`command=x\n${setting}`).notes).toEqual([]))

  test.each([
    ['autostart=true', '1 web: no command to run'],
    ['command=%(ENV_NONE)s', '2 web.command: %(ENV_NONE) is not known here'],
    ['command=50% x', '2 web.command: it has a % that stands for nothing; write %%'],
    [
      "command=bash -c 'a ; b'",
      "2 web.command: A single quote (') is not closed. supervisord ends a line at a blank and ; or #, also in quotes",
    ],
    ['numprocs=3\ncommand=%(x)s', '3 web.command: %(x) is not known here'],
  ])('a program with %j is left out and noted once', (settings, note) => {
    expect(one(settings)).toMatchObject({ process: undefined, notes: [note] })
  })

  test('words are split as Python does, without a shell', () => {
    expect(one(String.raw`command=sh -c "echo \$x | cat" 'a "b"' c\ d $HOME`).process?.argv).toEqual([
      'sh',
      '-c',
      String.raw`echo \$x | cat`,
      'a "b"',
      'c d',
      '$HOME',
    ])
  })

  test('sections that are not programs are noted where something gets lost', () => {
    const { processes, notes } = read(
      '[group:all]\nprograms=a,b\n\n[program:a]\ncommand=echo %(group_name)s\n\n[eventlistener:e]\ncommand=x\n\n' +
        '[fcgi-program:f]\ncommand=x\n\n[odd]\n[program:b]\ncommand=y\n',
    )
    expect(processes.map(({ alias, argv }) => [alias, argv])).toEqual([
      ['a', ['echo', 'all']],
      ['b', ['y']],
    ])
    expect(notes).toEqual([
      'supervisord.conf:1 [group:all]: a session has no groups; its programs are taken one by one',
      'supervisord.conf:7 [eventlistener:e]: there are no supervisord events to listen to',
      'supervisord.conf:10 [fcgi-program:f]: no socket is opened for a program and handed over',
      'supervisord.conf:13 [odd]: unknown section',
    ])
  })

  test('sections of one name are one, and the last of equal settings counts', () => {
    const { processes } = read('[program:a]\ncommand=x\n[program:b]\ncommand=z\n[program:a]\ncommand=y\n')
    expect(processes.map(({ alias, argv }) => [alias, argv?.[0]])).toEqual([
      ['a', 'y'],
      ['b', 'z'],
    ])
  })

  test('included files are read, with their own names in notes', () => {
    const { processes, notes, folder } = read(
      '[include]\nfiles = conf.d/*.conf %(here)s/one.ini none.conf */x.conf\n[program:a]\ncommand=x\n',
      {
        'conf.d/1.conf': '[program:b]\ncommand=%(here)s/y\npriority=1\n',
        'conf.d/2.conf': '[program:a]\ncommand=z\n',
        'conf.d/3.txt': '[program:no]\ncommand=z\n',
        'one.ini': '[program:c]\ncommand=c\n[include]\nfiles=conf.d/*.txt\n',
      },
    )
    expect(processes.map(({ alias }) => alias)).toEqual(['a', 'b', 'a-2', 'c'])
    expect(processes[1]?.argv).toEqual([`${folder}/conf.d/y`])
    expect(notes).toEqual([
      'supervisord.conf:2 include.files: wildcards are read in the last part of a path only',
      `supervisord.conf:2 include.files: ${folder}/none.conf does not exist.`,
      'conf.d/1.conf:3 b.priority: order comes from dependences: session dependence add',
      'conf.d/2.conf:1 a: called a-2 here',
    ])
  })

  test('values of secrets never come into notes', () => {
    const { notes } = read(
      '[program:web]\ncommand=x "hunter2\nenvironment=A=hunter2,hunter2\nstopsignal=hunter2\nnumprocs=hunter2\nhunter2\n',
      {},
      { X: 'hunter2' },
    )
    expect(notes.length).toBeGreaterThan(3)
    expect(notes.join('\n')).not.toContain('hunter2')
  })
})
