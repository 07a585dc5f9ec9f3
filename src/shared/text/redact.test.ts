import { describe, expect, test } from 'vitest'
import { argvOfUri, parseProcessUri, uriOfArgv } from '../domain/process-uri.ts'
import { isSecretKey, isSecretVariable, redactArgv, redactUri } from './redact.ts'

const argvOfShown = (uri: string) => {
  const parsed = parseProcessUri(uri)
  const argv = parsed.ok ? argvOfUri(parsed.value) : parsed
  return argv.ok ? argv.value : argv.message
}

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

  test.each([
    [['--password', 'hunter2'], '?--password&•••'],
    [['x', '--dsn=postgres://u:hunter2@h/db?a=1&b'], '?x&--dsn=postgres://u:•••@h/db?a=1%26b'],
    [['postgres://u:hunter2@h/a b#c'], '?postgres://u:•••@h/a%20b%23c'],
    [['a=b', '--token', 'hunter2', 'c'], '?a=b&--token&•••&c'],
    [['ib://h/x?a=1&token=hunter2&b#c'], '?ib://h/x?a=1%26token=•••%26b%23c'],
  ])('the URI of the command line %j hides what the command line hides', (args, query) => {
    const uri = uriOfArgv(['/bin/x', ...args])
    expect(redactUri(uri)).toBe(`exec://localhost/bin/x${query}`)
    expect(argvOfShown(redactUri(uri))).toEqual(redactArgv(['/bin/x', ...args]))
  })

  test.each([
    ['ib://h/x?a=1&token=hunter2&b=2', 'ib://h/x?a=1&token=•••&b=2'],
    ['ib://u:hunter2@h/x?pass%77ord=hunter2', 'ib://u:•••@h/x?pass%77ord=•••'],
    ['ib://h/x#secret=hunter2', 'ib://h/x#secret=•••'],
    ['--url=https://h/?a=1&api_key=hunter2', '--url=https://h/?a=1&api_key=•••'],
    ['https://auth.example.org/?a=1', 'https://auth.example.org/?a=1'],
  ])('a URI as an argument: %s', (argument, shown) => {
    expect(redactArgv(['/bin/x', argument])).toEqual(['/bin/x', shown])
  })

  test('neither a fragment nor a bad escape hides a secret', () => {
    expect(redactUri('exec://h/x?a#password=hunter2')).toBe('exec://h/x?a#password=•••')
    expect(redactUri('exec://h/x#alias')).toBe('exec://h/x#alias')
    expect(redactUri('exec://h/x?pass%77ord=hunter2%ff')).toBe('exec://h/x?pass%77ord=•••')
  })

  test.each(['a', 'A', 'Aa', '-', '_', ':', '://', '://:', '%', '&', 'a=', '@', '://u:p@', '?', '?a=', '#&', 'a?'])(
    'an argument of 128 KiB of %j is looked at in one pass',
    (unit) => {
      const argument = unit.repeat(131_072 / unit.length)
      // Quadratic time would be minutes here, and the test runner's limit is seconds.
      redactArgv(['/bin/x', argument, `${argument}=x`, `--${argument}`])
      redactUri(`exec://localhost/bin/x?${argument}`)
      parseProcessUri(`exec://${argument}]/bin/x`)
    },
  )

  test('a variable is secret by its name or by the password in its URI', () => {
    expect(isSecretVariable('API_KEY', 'x')).toBe(true)
    expect(isSecretVariable('DB', 'postgres://u:hunter2@h/db')).toBe(true)
    expect(isSecretVariable('DB', 'postgres://u@h/db')).toBe(false)
  })
})
