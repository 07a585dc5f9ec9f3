import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
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

/** Parts of others, which are checked with these. */
const inner = ['exit', 'hostKey']
/** They need another machine, or a log past its limit: src/main/cli/verbs checks them. */
const elsewhere = ['hostTrust', 'logGap']

test('what every verb prints with --json is what docs/schema/cli.json says', async () => {
  await using home = await testHome()
  const { used, check } = createChecker()
  const checked = async (name: string, ...args: readonly string[]) => check(name, await home.ok(['--json', ...args]))

  await checked('completion', 'completion', 'bash')
  await checked('configPath', 'config', 'path')
  await checked('configShow', 'config', 'show')
  await checked('configCheck', 'config', 'check')
  mkdirSync(home.home, { mode: 0o700 })
  writeFileSync(path.join(home.home, 'config.yaml'), 'handlers: {ib: [echo]}\n')
  check('configCheck', (await home.run(['--json', 'config', 'check'])).stdout)
  writeFileSync(path.join(home.home, 'config.yaml'), 'handlers: {ib: [/bin/echo]}\n')
  await checked('configShow', 'config', 'show')

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

  await checked('process', 'session', 'wait', 'sleeper')
  await checked('sessionAttach', 'session', 'attach', '--alias', 'sleeper', '--state', 'operative')
  await checked('state', 'session', 'state', 'define', 'sleeper', '--state', 'busy', '--when', 'fp.threads > 100')
  await checked('states', 'session', 'state', 'list', 'sleeper')
  await checked('states', 'session', 'state', 'remove', 'sleeper', 'busy')
  const edge = ['--parent', 'sleeper:operative', '--child', 'later']
  await checked('dependencesAdded', 'session', 'dependence', 'add', ...edge)
  await checked('dependences', 'session', 'dependence', 'list')
  await checked('processDetail', 'session', 'show', 'sleeper')
  await checked('processDetail', 'session', 'show', 'later')
  await checked('dependencesRemoved', 'session', 'dependence', 'remove', ...edge)
  await checked('sessionExport', 'session', 'export')
  await checked('sessionDetach', 'session', 'detach', 'later')
  const procfile = path.join(home.folder, 'Procfile')
  writeFileSync(procfile, 'later: sleep 1000\n')
  await checked('sessionImport', 'session', 'import', procfile)
  await checked('sessionInit', 'session', 'init', '--import', procfile)
  await checked('sessionGc', 'session', 'gc')
  await checked('sessionDeactivate', 'session', 'deactivate')
  await checked('sessionActivate', 'session', 'activate')

  await checked('hosts', 'host', 'list')
  await checked('host', 'host', 'add', 'gpu-01')
  check('hostTest', (await home.run(['--json', 'host', 'test', 'gpu-01.invalid'])).stdout)
  await checked('hostRemoved', 'host', 'remove', 'gpu-01')

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

  expect([...used, ...inner, ...elsewhere].sort()).toEqual([...schemaNames()].sort())
})

test('the check finds a key that is missing, wrong or not described', () => {
  const serve = { url: 'http://127.0.0.1:1/', socket: '/s', pid: 1 }
  expect(cliSchema('serve').safeParse(serve).success).toBe(true)
  expect(cliSchema('serve').safeParse({ ...serve, pid: '1' }).success).toBe(false)
  expect(cliSchema('serve').safeParse({ ...serve, more: 1 }).success).toBe(false)
  expect(cliSchema('serve').safeParse({ url: serve.url, socket: serve.socket }).success).toBe(false)
})
