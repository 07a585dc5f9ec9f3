import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { type TestHome, testHome } from '../helpers/home.ts'

function write(home: TestHome, text: string): void {
  mkdirSync(home.home, { recursive: true, mode: 0o700 })
  writeFileSync(path.join(home.home, 'config.yaml'), text)
}

test('config path: in the home, else in the folder of configurations', async () => {
  await using home = await testHome()
  expect(await home.ok(['config', 'path'])).toBe(`${home.home}/config.yaml\n`)
  const environment = { PROCESSION_HOME: '', XDG_CONFIG_HOME: '/etc/xdg' }
  expect(await home.ok(['config', 'path'], { env: environment })).toBe('/etc/xdg/procession/config.yaml\n')
  expect(await home.json(['config', 'path'])).toEqual({ path: `${home.home}/config.yaml`, exists: false })
})

test('without a file the defaults hold', async () => {
  await using home = await testHome()
  expect(await home.run(['config', 'show'])).toMatchObject({ code: 0, stdout: '' })
  expect(await home.ok(['config', 'check'])).toContain('the defaults hold')
})

test('a good file is shown without its secrets', async () => {
  await using home = await testHome()
  write(home, '# mine\ntelegram_token: hunter2\nhandlers:\n  ib: [/opt/x, "{path}", "{query}"]\n')
  expect(await home.ok(['config', 'check'])).toBe(`${home.home}/config.yaml is right\n`)
  expect(await home.ok(['config', 'show'])).toBe(
    'telegram_token: •••\nhandlers:\n  ib:\n    - /opt/x\n    - "{path}"\n    - "{query}"\n',
  )
  expect(await home.json(['config', 'show'])).toMatchObject({
    settings: { telegram_token: '•••', handlers: { ib: ['/opt/x', '{path}', '{query}'] } },
  })
})

test('a wrong file: exit code 2 and each line that is wrong', async () => {
  await using home = await testHome()
  write(home, 'handlers:\n  exec: [/opt/x]\nhandler: {}\n')
  for (const verb of ['check', 'show']) {
    const { code, stdout, stderr } = await home.run(['config', verb])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('config.yaml line 2: handlers.exec: "exec" has a meaning of its own')
    expect(stderr).toContain('config.yaml line 3: unknown key "handler"')
  }
  const json = await home.run(['config', 'check', '--json'])
  expect(json).toMatchObject({ code: 2, stderr: '' })
  expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, problems: [{ line: 2 }, { line: 3 }] })
})

test('none of them starts a daemon', async () => {
  await using home = await testHome()
  for (const verb of ['path', 'show', 'check']) await home.ok(['config', verb])
  expect(await home.daemonPid()).toBeNull()
})
