import { chmodSync } from 'node:fs'
import { expect, test } from 'vitest'
import { cliSchema, schemaNames } from '../helpers/cli-schema.ts'
import { testHome } from '../helpers/home.ts'
import { until } from '../helpers/until.ts'

/** Checks printed JSON against docs/schema/cli.json and remembers which parts of it were used. */
function createChecker() {
  const used = new Set<string>()
  const check = (name: string, text: string): unknown => {
    used.add(name)
    const result = cliSchema(name).safeParse(JSON.parse(text))
    expect(result.error?.issues ?? [], `${name}: ${text}`).toEqual([])
    return result.data
  }
  return { used, check }
}

/** Parts of others; they are checked with these. */
const inner = ['exit', 'process']

test('what every verb prints with --json is what docs/schema/cli.json says', async () => {
  await using home = await testHome()
  const { used, check } = createChecker()
  const checked = async (name: string, ...args: readonly string[]) => check(name, await home.ok(['--json', ...args]))

  await checked('daemonStop', 'daemon', 'stop')
  const { stderr } = await home.run(['--json', 'daemon', 'status'])
  check('error', stderr)
  await checked('daemonStart', 'daemon', 'start')
  await checked('daemonStart', 'daemon', 'start')
  await checked('daemonStatus', 'daemon', 'status')
  await checked('doctor', 'doctor')

  await checked('sessionInit', 'session', 'init')
  await checked('sessionInit', 'session', 'init')
  const command = ['sh', '-c', 'echo hello; exec sleep 1000']
  await checked('sessionStart', 'session', 'start', '-a', 'sleeper', '--', ...command)
  await checked('sessionStart', 'session', 'start', '-a', 'failing', '--', 'sh', '-c', 'kill -9 $$')
  await checked('sessionStart', 'session', 'start', '-a', 'later', '--no-launch', '--', 'sleep', '1000')
  await checked('processes', 'session', 'start', 'later')
  await checked('processes', 'session', 'show')
  await checked('processDetail', 'session', 'show', 'sleeper')
  await until(async () => (await home.ok(['session', 'logs', 'sleeper'])) === 'hello\n', { what: 'its output' })
  await checked('logLine', 'session', 'logs', 'sleeper')
  await checked('sessionStop', 'session', 'restart', 'sleeper')
  await checked('sessionStop', 'session', 'stop', 'later')
  await checked('processDetail', 'session', 'show', 'failing')
  await checked('sessionList', 'session', 'list')

  const page = home.start(['--json', 'serve', '--listen', '127.0.0.1:0'])
  check('serve', await until(() => page.output().includes('\n') && page.output(), { what: 'its address' }))
  await checked('daemonStatus', 'daemon', 'status')
  page.kill('SIGINT')
  await page.ended

  await checked('daemonStop', 'daemon', 'stop')
  chmodSync(home.workspace, 0o777)
  await checked('sessionList', 'session', 'list')
  await checked('processes', 'session', 'show')
  chmodSync(home.workspace, 0o755)
  await checked('sessionStop', 'session', 'stop', 'sleeper')

  expect([...used, ...inner].sort()).toEqual([...schemaNames()].sort())
})

test('the check finds a key that is missing, wrong or not described', () => {
  const serve = { url: 'http://127.0.0.1:1/', socket: '/s', pid: 1 }
  expect(cliSchema('serve').safeParse(serve).success).toBe(true)
  expect(cliSchema('serve').safeParse({ ...serve, pid: '1' }).success).toBe(false)
  expect(cliSchema('serve').safeParse({ ...serve, more: 1 }).success).toBe(false)
  expect(cliSchema('serve').safeParse({ url: serve.url, socket: serve.socket }).success).toBe(false)
})
