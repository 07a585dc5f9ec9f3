import { expect, test } from 'vitest'
import { builtCli, type TestHome, testHome } from '../helpers/home.ts'
import { openTerminal } from '../helpers/terminal.ts'

const attach = (home: TestHome, name: string) => {
  const command = `'${process.execPath}' '${builtCli}' session attach-tty ${name}; echo "left with $?"; stty -a`
  return openTerminal(command, { cwd: home.workspace, env: home.env })
}

test('a shell in a terminal of its own: type, see, detach, come back, end it', async () => {
  await using home = await testHome()
  await home.ok(['session', 'init'])
  const started = await home.run(['session', 'start', '-a', 'shell', '-r', '0', '--pty', '--', 'sh', '-i'])
  expect(started).toMatchObject({ code: 0 })
  expect(started.stderr).toContain('ends with the daemon')
  {
    await using terminal = attach(home, 'shell')
    await terminal.shows('Ctrl-] detaches')
    terminal.type('echo "é$((20 + 22))"\r')
    await terminal.shows('é42')
    terminal.type('\x1d')
    await terminal.shows('Detached from shell; it goes on.')
    await terminal.shows('left with 0')
    await terminal.shows(' echo ')
  }
  {
    await using terminal = attach(home, 'shell')
    await terminal.shows('é42')
    terminal.type('exit 3\r')
    await terminal.shows('shell is over: Exited with code 3')
    await terminal.shows('left with 3')
  }
})

test('without a terminal, and of a process that has none', async () => {
  await using home = await testHome()
  await home.ok(['session', 'init'])
  await home.ok(['session', 'start', '-a', 'plain', '-r', '0', '--', 'sleep', '1000'])
  expect(await home.run(['session', 'attach-tty', 'plain'])).toMatchObject({ code: 2, stdout: '' })
  await using terminal = attach(home, 'plain')
  await terminal.shows('--pty')
  await terminal.shows('left with 5')
})
