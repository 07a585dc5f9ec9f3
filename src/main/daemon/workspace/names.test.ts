import { describe, expect, test } from 'vitest'
import { checkAlias, checkName, freeNameOfUri, nameOfUri, resolveReference } from './names.ts'

describe('names', () => {
  test.each([
    ['exec://localhost/home/agp/Jts/tws?username=myuser&password=mypassword', 'sparkling-guarantee'],
    ['ib://localhost/sync?uid=master&account=0&tws=master.tws', 'cuddly-sister'],
    ['session://supervisor', 'charming-soft'],
  ])('%s is %s, as in gutools', (uri, name) => expect(nameOfUri(uri)).toBe(name))

  test('a taken name gets a number', () => {
    const taken = new Set(['charming-soft', 'charming-soft-2'])
    expect(freeNameOfUri('session://supervisor', (name) => taken.has(name))).toBe('charming-soft-3')
  })

  test.each(['a', 'master.tws', 'A_1-b', 'x'.repeat(64)])('%s is an alias', (alias) =>
    expect(checkAlias(alias).ok).toBe(true),
  )
  test.each(['', '.a', '-a', 'a:b', 'a b', 'a/b', 'x'.repeat(65), 'é', 'a\n'])('%j is none', (alias) =>
    expect(checkAlias(alias)).toMatchObject({ ok: false, code: 'bad_input' }),
  )

  test('the name of the session files is none for a process, but may be an alias', () => {
    expect(checkName('session')).toMatchObject({ ok: false, code: 'bad_input' })
    expect(checkAlias('session').ok).toBe(true)
    expect(checkName('sessions').ok).toBe(true)
    expect(checkName('a/b').ok).toBe(false)
  })

  const rows = [
    { name: 'cuddly-sister', alias: 'master.trader' },
    { name: 'sparkling-guarantee', alias: 'master.tws' },
    { name: 'master.trader-x', alias: null },
  ]
  test.each([
    ['master.tws', 'sparkling-guarantee'],
    ['cuddly-sister', 'cuddly-sister'],
    ['master.trader', 'cuddly-sister'],
    ['spark', 'sparkling-guarantee'],
  ])('%s means %s', (reference, name) => expect(resolveReference(rows, reference)).toMatchObject({ value: { name } }))
  test('a prefix that fits several names them', () =>
    expect(resolveReference(rows, 'mas')).toMatchObject({
      code: 'ambiguous',
      message: expect.stringContaining('master.tws'),
    }))
  test('nothing, or too short a prefix, is not found', () => {
    expect(resolveReference(rows, 'zzz')).toMatchObject({ code: 'not_found' })
    expect(resolveReference(rows, 'sp')).toMatchObject({ code: 'not_found' })
  })
})
