import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { argvOfUri, parseProcessUri, uriOfArgv } from './process-uri.ts'
import { placeholders, type SchemeHandlers } from './scheme-handlers.ts'

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
    ['ssh+exec://me@h/bin/true?1', ['/bin/true', '1']],
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
    ['exec://h/bin/x#%zz', 'hexadecimal'],
    ['exec://h/bin/x#a%00', 'NUL'],
    ['ib://localhost/sync?uid=master', 'No handler for "ib://"'],
    ['constructor://localhost/sync', 'No handler for "constructor://"'],
    ['session://supervisor', 'reserved'],
    ['attached://abcsleep1000', 'reserved'],
    ['docker://local/alpine', 'not supported by this version'],
    ['slurm://c/1', 'not supported by this version'],
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

describe('URIs of handlers', () => {
  const expand = (text: string, handlers: SchemeHandlers, alias: string | null = null) => {
    const uri = parseProcessUri(text)
    return uri.ok ? argvOfUri(uri.value, handlers, { text, alias }) : uri
  }

  test("the seed's example", () => {
    const handlers = { ib: ['/opt/x/atlas', '{path}', '{query}'] }
    expect(expand('ib://localhost/sync?uid=master&account=0&tws=master.tws', handlers)).toEqual({
      ok: true,
      value: ['/opt/x/atlas', '/sync', 'uid=master', 'account=0', 'tws=master.tws'],
    })
  })

  test('every part, decoded but for the whole', () => {
    const text = 'IB://me:pw@h:9090/a%20b?k=v%26w&k=&flag#frag%41'
    const argv = expand(text, { ib: ['/opt/x', ...placeholders, 'plain'] }, 'trader')
    expect(argv).toEqual({
      ok: true,
      value: ['/opt/x', text, 'h', '9090', '/a b', 'k=v&w', 'k=', 'flag', 'fragA', 'trader', 'plain'],
    })
  })

  test('a part that is not there is an empty element, a query that is not there none', () => {
    expect(expand('ib://', { ib: ['/opt/x', ...placeholders] })).toEqual({
      ok: true,
      value: ['/opt/x', 'ib://', '', '', '', '', ''],
    })
  })

  test('no handler: the hint lists what there is, and where to add one', () => {
    const refused = expand('ibb://h/x', { zz: ['/z'], ib: ['/opt/x'] })
    expect(refused).toMatchObject({ ok: false, code: 'bad_input' })
    if (!refused.ok) expect(refused.hint).toMatch(/Known schemes: exec, ssh\+exec, ib, zz\..*handlers:.*config\.yaml/)
  })

  test('session URIs point to activate', () => {
    expect(expand('session://supervisor', {})).toMatchObject({ hint: 'Use: procession session activate' })
  })
})
