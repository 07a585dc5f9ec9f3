import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { builtCli, liveChild, type TestHome, testHome } from '../helpers/home.ts'
import { until } from '../helpers/until.ts'

/** A session whose processes write what a test gives them. */
async function session(home: TestHome, scripts: Readonly<Record<string, string>>): Promise<void> {
  await home.ok(['session', 'init'])
  for (const [alias, script] of Object.entries(scripts)) {
    await home.ok(['session', 'start', '-a', alias, '-r', '0', '--', 'sh', '-c', script])
  }
}

const logs = (home: TestHome, ...argv: string[]) => home.ok(['session', 'logs', ...argv])
const linesOf = (output: string) => output.trimEnd().split('\n')

test('several processes: merged, with their names; the whole session with --merge', async () => {
  await using home = await testHome()
  await session(home, {
    a: 'echo one; sleep 0.3; echo three; exec sleep 1000',
    bb: 'sleep 0.15; echo two; echo oops >&2; exec sleep 1000',
  })
  await until(async () => (await logs(home, 'a')).includes('three'), { what: 'the last line' })
  expect(linesOf(await logs(home, 'a', 'bb')).sort()).toEqual(['a  | one', 'a  | three', 'bb | two'])
  expect(linesOf(await logs(home, '--merge')).sort()).toEqual(['a  | one', 'a  | three', 'bb | oops', 'bb | two'])
  const objects = linesOf(await logs(home, 'a', 'bb', '--merge', '--json')).map((line) => JSON.parse(line))
  expect(objects.map(({ name, stream, text }) => `${name} ${stream} ${text}`).sort()).toEqual([
    'a out one',
    'a out three',
    'bb err oops',
    'bb out two',
  ])
})

test('--since and --until', async () => {
  await using home = await testHome()
  const go = path.join(home.folder, 'go')
  await session(home, { a: `echo early; while [ ! -e '${go}' ]; do sleep 0.05; done; echo late; exec sleep 1000` })
  await until(async () => (await logs(home, 'a')) === 'early\n', { what: 'the first line' })
  // The index tells times in steps, so a moment on either side is kept clear.
  await until(async () => (await logs(home, 'a', '--since', '0.5s')) === '', { what: 'the first line to be old' })
  const between = `@${Date.now() / 1000}`
  await until(() => Date.now() / 1000 > Number(between.slice(1)) + 0.3, { what: 'a moment' })
  writeFileSync(go, '')
  await until(async () => (await logs(home, 'a')).includes('late'), { what: 'the last line' })
  expect(await logs(home, 'a', '--since', between)).toBe('late\n')
  expect(await logs(home, 'a', '--until', between)).toBe('early\n')
  expect(await logs(home, 'a', '--since', '1h')).toBe('early\nlate\n')
})

test('--grep: all hits, the last ones, and those that come', async () => {
  await using home = await testHome()
  const go = path.join(home.folder, 'go')
  const script = `for i in 1 2 3 4 5 6; do echo "line $i"; done; while [ ! -e '${go}' ]; do sleep 0.05; done; `
  await session(home, { a: `${script}i=7; while :; do echo "Line $i"; i=$((i+1)); sleep 0.02; done` })
  await until(async () => (await logs(home, 'a')).includes('line 6'), { what: 'the first lines' })
  expect(await logs(home, 'a', '--grep', 'line [246]$')).toBe('line 2\nline 4\nline 6\n')
  expect(await logs(home, 'a', '--grep', 'LINE', '-i', '-n', '2')).toBe('line 5\nline 6\n')
  expect(await logs(home, 'a', '--grep', 'nothing like it')).toBe('')
  const follow = home.start(['session', 'logs', 'a', '--grep', '^line \\d*[02468]$', '-i', '-f'])
  await until(() => follow.output().includes('line 6'), { what: 'the hits so far' })
  writeFileSync(go, '')
  await until(() => linesOf(follow.output()).length > 10, { what: 'hits that come' })
  follow.kill('SIGINT')
  expect(await follow.ended).toMatchObject({ code: 130, stderr: '' })
  const numbers = linesOf(follow.output()).map((line) => Number(line.split(' ')[1]))
  expect(numbers).toEqual(numbers.map((_, index) => 2 * (index + 1)))
})

test('a hit that has enough readers ends without a word', async () => {
  await using home = await testHome()
  await session(home, { a: 'i=0; while :; do i=$((i+1)); echo "line $i"; sleep 0.02; done' })
  const command = `'${process.execPath}' '${builtCli}' session logs a -f --grep line | head -n 2; echo "$?"`
  const child = spawn('sh', ['-c', command], { cwd: home.workspace, env: home.env, stdio: ['ignore', 'pipe', 'pipe'] })
  expect(await liveChild(child).ended).toEqual({ code: 0, stdout: 'line 1\nline 2\n0\n', stderr: '' })
})

test('what is wrong is said before a daemon is started', async () => {
  await using home = await testHome()
  const run = await home.run(['session', 'logs', 'a', '--grep', '('])
  expect(run).toMatchObject({ code: 2, stdout: '' })
  expect(existsSync(path.join(home.home, 'daemon.sock'))).toBe(false)
})
