import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { builtCli, type TestHome, testHome } from '../helpers/home.ts'
import { requireParts } from '../helpers/real-parts.ts'
import { openTerminal } from '../helpers/terminal.ts'

const execute = promisify(execFile)

/**
 * A home with the processes master.tws and master.trader, and a `procession` in the path that does what completion asks
 * for; of any other call it says the arguments, `RAN<session><show>`, so that a test sees what a completed line means.
 */
async function lab(home: TestHome) {
  await home.ok(['session', 'init', '--name', 'atlas'])
  for (const alias of ['master.tws', 'master.trader']) {
    await home.ok(['session', 'start', '--no-launch', '--alias', alias, '--', 'sleep', '1000'])
  }
  return withProgram(home)
}

function withProgram(home: TestHome) {
  const bin = path.join(home.folder, 'bin')
  mkdirSync(bin)
  writeFileSync(
    path.join(bin, 'procession'),
    `#!/bin/sh
case " $* " in
  *' complete '* | *' completion '*) exec '${process.execPath}' '${builtCli}' "$@" ;;
esac
printf 'RAN'
printf '<%s>' "$@"
echo
`,
    { mode: 0o755 },
  )
  const env = { ...home.env, PATH: `${bin}:${home.env.PATH}`, PS1: 'READY> ' }
  return { cwd: home.workspace, env }
}

/** What bash's completion offers for a line whose words readline has split like this. */
const bashOffers = `
offers() {
  COMP_LINE=$1 COMP_POINT=\${#1}
  shift
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
  _procession procession "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD - 1]}"
  printf '%s\\n' "\${COMPREPLY[@]}"
}
`

describe('bash', () => {
  const offered = async (options: { cwd: string; env: Record<string, string> }, line: string, words: string[]) => {
    const script = `. bin/install_bash_completer.rc\n${bashOffers}\noffers "$@"`
    const { stdout, stderr } = await execute('bash', ['-c', script, 'bash', line, ...words], options)
    expect(stderr).toBe('')
    return stdout.trimEnd().split('\n')
  }

  test('the file that a workspace brings makes it complete', async () => {
    await using home = await testHome()
    const options = await lab(home)
    expect(await offered(options, 'procession session sh', ['procession', 'session', 'sh'])).toEqual(['show'])
    expect(await offered(options, 'procession session logs m', ['procession', 'session', 'logs', 'm'])).toEqual([
      'master.tws',
      'master.trader',
    ])
    const parent = ['procession', 'session', 'dependence', 'add', '--parent', 'master.tws']
    expect(await offered(options, `${parent.join(' ')}:`, [...parent, ':'])).toEqual(
      expect.arrayContaining(['up', 'ready', 'exited']),
    )
    expect(await offered(options, `${parent.join(' ')}:re`, [...parent, ':', 're'])).toEqual(['ready'])
    const child = ['procession', 'session', 'dependence', 'add', '--child']
    expect(await offered(options, `${child.join(' ')}=master.tr`, [...child, '=', 'master.tr'])).toEqual([
      'master.trader',
    ])
  })

  test('on a terminal', async () => {
    await using home = await testHome()
    const options = await lab(home)
    await using terminal = openTerminal('bash --norc --noprofile -i', options)
    await completesLines(terminal, 'source <(procession completion bash)')
  })
})

test('zsh, on a terminal', async (context) => {
  requireParts(context, 'zsh')
  await using home = await testHome()
  const options = await lab(home)
  await using terminal = openTerminal('zsh -f -i', options)
  await completesLines(terminal, 'source <(procession completion zsh)')
})

test('zsh, from a folder of fpath', async (context) => {
  requireParts(context, 'zsh')
  await using home = await testHome()
  const options = await lab(home)
  mkdirSync(path.join(home.folder, '.zfunc'))
  await using terminal = openTerminal('zsh -f -i', options)
  const load = 'procession completion zsh > ~/.zfunc/_procession; fpath+=(~/.zfunc); autoload -Uz compinit; compinit -u'
  await completesLines(terminal, load)
})

/** Types lines with a Tab in them, and looks at what the program was called with. */
async function completesLines(terminal: ReturnType<typeof openTerminal>, load: string): Promise<void> {
  await terminal.shows('READY> ')
  terminal.type(`${load}\r`)
  terminal.type('procession session sho\tmaster.tw\t\r')
  await terminal.shows('RAN<session><show><master.tws>')
  terminal.type('procession session dependence add --parent master.tws:re\t--child=master.tr\t\r')
  await terminal.shows('RAN<session><dependence><add><--parent><master.tws:ready')
  await terminal.shows('<--child=master.trader>')
  terminal.type('procession session start --env A=1 -- unam\t\r')
  await terminal.shows('RAN<session><start><--env><A=1><--><uname>')
}

test('fish', async (context) => {
  requireParts(context, 'fish')
  await using home = await testHome()
  const options = await lab(home)
  const offered = async (line: string) => {
    const script = 'procession completion fish | source; complete -C "$argv[1]"'
    const { stdout, stderr } = await execute('fish', ['--no-config', '-c', script, line], options)
    expect(stderr).toBe('')
    return stdout
      .split('\n')
      .filter((text) => text !== '')
      .map((text) => text.split('\t')[0])
  }
  expect(await offered('procession session sho')).toEqual(['show'])
  expect(await offered('procession session logs m')).toEqual(['master.trader', 'master.tws'])
  expect(await offered('procession session logs "m')).toEqual(['master.trader', 'master.tws'])
  expect(await offered('procession session dependence add --parent master.tws:re')).toEqual(['master.tws:ready'])
  expect(await offered('procession session dependence add --child=master.tr')).toEqual(['--child=master.trader'])
  expect(await offered(`procession session start --cwd=${home.folder}/wor`)).toEqual([
    `--cwd=${home.folder}/workspace/`,
  ])
  expect(await offered('procession session start -- unam')).toEqual(['uname'])
})

test('without a daemon there are verbs and no names, and none is started', async () => {
  await using home = await testHome()
  const names = await home.run(['complete', '--', 'session', 'show', ''])
  expect(names).toEqual({ code: 0, stdout: 'nothing\n', stderr: '' })
  const verbs = await home.run(['complete', '--', 'session', 'sho'])
  expect(verbs).toMatchObject({ code: 0, stderr: '' })
  expect(verbs.stdout).toContain('show\t')
  expect(existsSync(home.home)).toBe(false)
})

test('pids and command lines of our own programs, up to their secrets', async () => {
  await using home = await testHome()
  // Waits for its standard input to end.
  const program = spawn('sh', ['-c', 'read line', 'sh', 'a=1', 'password=hunter2'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  try {
    const { stdout } = await home.run(['complete', '--', 'session', 'attach', '--pid', `${program.pid}`])
    expect(stdout).toContain(`${program.pid}\tsh -c read line sh a=1\n`)
    expect(stdout).not.toContain('hunter2')
  } finally {
    program.stdin.end()
    await once(program, 'close')
  }
})

test('another home and workspace, as the words say', async () => {
  await using home = await testHome()
  await lab(home)
  const { stdout } = await home.run(
    ['complete', '--', '--home', home.home, '-C', home.workspace, 'session', 'show', 'master.tw'],
    { cwd: '/', env: { PROCESSION_HOME: '/nonexistent' } },
  )
  expect(stdout).toContain('master.tws\t')
})
