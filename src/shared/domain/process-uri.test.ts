import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { argvOfUri, parseProcessUri, uriOfArgv } from './process-uri.ts'

const argv = (uri: string) => {
  const parsed = parseProcessUri(uri)
  return parsed.ok ? argvOfUri(parsed.value) : parsed
}

describe('exec URIs', () => {
  test.each([
    [
      'exec://localhost/abs/tws?username=myuser&password=mypassword',
      ['/abs/tws', 'username=myuser', 'password=mypassword'],
    ],
    ['exec://localhost/bin/true', ['/bin/true']],
    ['exec:///bin/echo?a&b=&c=1&c=2', ['/bin/echo', 'a', 'b=', 'c=1', 'c=2']],
    ['exec://h/bin/echo?x=a%20b+c&y=%26#frag', ['/bin/echo', 'x=a b c', 'y=&']],
    ['exec://user:pw@host:22/opt/a%20b', ['/opt/a b']],
  ])('%s', (uri, expected) => {
    expect(argv(uri)).toEqual({ ok: true, value: expected })
  })

  test.each([
    ['no scheme', 'not of the form'],
    ['exec://h//x', 'not the absolute path'],
    ['exec://h', 'not the absolute path'],
    ['exec://h/', 'not the absolute path'],
    ['exec://-oProxyCommand/bin/x', 'not a host name'],
    ['exec://a b/bin/x', 'not a host name'],
    ['exec://h/bin/x?a=%zz', 'hexadecimal'],
    ['exec://h/bin/x?a=%ff', 'hexadecimal'],
    ['ib://localhost/sync?uid=master', 'No handler for "ib://"'],
  ])('%s is refused: %s', (uri, words) => {
    const result = argv(uri)
    expect(result).toMatchObject({ ok: false, code: 'bad_input' })
    if (!result.ok) expect(result.message).toContain(words)
  })

  test('every command line survives its URI', () => {
    const element = fc.string({ unit: 'grapheme' }).filter((text) => text !== '' && !text.includes('\0'))
    fc.assert(
      fc.property(fc.array(element), (rest) => {
        const line = ['/opt/my tool/run', ...rest]
        expect(argv(uriOfArgv(line))).toEqual({ ok: true, value: line })
      }),
    )
  })
})
