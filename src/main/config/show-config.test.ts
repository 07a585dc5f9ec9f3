import { expect, test } from 'vitest'
import { parseConfig } from './parse-config.ts'
import { configText, redactConfig } from './show-config.ts'

function configOf(text: string) {
  const parsed = parseConfig(text)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.config
}

const whole = `
database: "postgres://user:hunter2@host/name"
telegram_token: hunter2
telegram: {token: hunter2, chat_id: 1, api_base: "https://api.example.org"}
http: {listen: ":8080"}
tokens: [hunter2, env:TOKEN, {value: hunter2}]
sources:
  - {name: farm, url: "https://me:hunter2@farm/x?token=hunter2", access_key: AKIA, secret: hunter2}
  - {name: clock, email: me@example.org, key: hunter2}
  - {name: other, secret: "file:/etc/secret"}
notifications:
  channels: {webhook: {url: "https://hooks.example.org/T0/hunter2"}, command: [notify, --password, hunter2, a=b]}
handlers: {ib: [/opt/x, password=hunter2, "{path}"]}
`

test('no secret is shown, everything else is', () => {
  expect(redactConfig(configOf(whole))).toEqual({
    database: 'postgres://user:•••@host/name',
    telegram_token: '•••',
    telegram: { token: '•••', chat_id: 1, api_base: 'https://api.example.org' },
    http: { listen: ':8080' },
    tokens: ['•••', 'env:TOKEN', { value: '•••' }],
    sources: [
      { name: 'farm', url: 'https://me:•••@farm/x?token=•••', access_key: 'AKIA', secret: '•••' },
      { name: 'clock', email: 'me@example.org', key: '•••' },
      { name: 'other', secret: 'file:/etc/secret' },
    ],
    notifications: {
      channels: { webhook: { url: 'https://hooks.example.org/•••' }, command: ['notify', '--password', '•••', 'a=b'] },
    },
    handlers: { ib: ['/opt/x', 'password=•••', '{path}'] },
  })
})

test('as YAML, which is read back', () => {
  const text = configText(configOf(whole))
  expect(text).not.toContain('hunter2')
  expect(configOf(text)).toEqual(redactConfig(configOf(whole)))
})

test('nothing set, nothing shown', () => {
  expect(configText(configOf(''))).toBe('')
})
