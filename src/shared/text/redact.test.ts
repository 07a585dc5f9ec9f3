import { describe, expect, test } from 'vitest'
import { isSecretKey, redactArgv, redactUri } from './redact.ts'

describe('secrets', () => {
  test.each([
    'password',
    'dbPassword',
    'API_KEY',
    'apikey',
    'my-token',
    'private.key',
    'passwd',
    '--auth',
    'PGPASSWORD_FILE_pwd',
  ])('%s is one', (key) => expect(isSecretKey(key)).toBe(true))
  test.each(['tokenizer', 'max_tokens', 'bypass', 'passes', 'author', 'key', 'username', ''])('%s is none', (key) =>
    expect(isSecretKey(key)).toBe(false),
  )

  test('a command line keeps everything but the values of secrets', () => {
    expect(
      redactArgv([
        '/bin/x',
        'username=me',
        'password=hunter2',
        '--token',
        'abc',
        '--token=abc',
        'https://u:pw@h/p',
        '--max_tokens',
        '5',
      ]),
    ).toEqual([
      '/bin/x',
      'username=me',
      'password=•••',
      '--token',
      '•••',
      '--token=•••',
      'https://u:•••@h/p',
      '--max_tokens',
      '5',
    ])
  })

  test('a URI keeps its bytes but the values of secrets', () => {
    expect(redactUri('exec://u:pw@h/a%20b?x=1&pass%77ord=a%26b&y#z')).toBe(
      'exec://u:•••@h/a%20b?x=1&pass%77ord=•••&y#z',
    )
    expect(redactUri('exec://localhost/bin/true')).toBe('exec://localhost/bin/true')
  })
})
