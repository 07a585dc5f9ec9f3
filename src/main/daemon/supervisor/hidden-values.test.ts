import { describe, expect, test } from 'vitest'
import { hideValues, revealArgv, revealEnv, revealUri } from './hidden-values.ts'

const real = {
  uri: 'exec://localhost/abs/tws?username=me&password=hunter2',
  argv: ['/abs/tws', 'username=me', 'password=hunter2'],
  env: { MODE: 'test', API_KEY: 'k1', PIN: '1234' },
}

describe('hiding', () => {
  test('parts what may be seen from what may not', () => {
    const hidden = hideValues(real, new Set(['PIN']))
    expect(hidden).toEqual({
      uri: 'exec://localhost/abs/tws?username=me&password=•••',
      argv: ['/abs/tws', 'username=me', 'password=•••'],
      env: { MODE: 'test', API_KEY: '•••', PIN: '•••' },
      secret: { uri: real.uri, argv: real.argv, env: { API_KEY: 'k1', PIN: '1234' } },
      isLost: false,
    })
  })

  test('nothing secret needs no secret, and dots for a value that is nowhere are lost', () => {
    expect(hideValues({ uri: 'exec://localhost/a', argv: ['/a'], env: {} })).toMatchObject({
      secret: null,
      isLost: false,
    })
    expect(hideValues({ uri: 'exec://localhost/a', argv: ['/a'], env: { TOKEN: '•••' } })).toMatchObject({
      env: { TOKEN: '•••' },
      secret: null,
      isLost: true,
    })
  })
})

describe('what is shown means what is stored', () => {
  const shown = ['/a', 'password=•••', '--token', '•••', 'password=•••']
  const stored = { shown, real: ['/a', 'password=one', '--token', 'two', 'password=three'] }

  test('in any order and among new elements', () => {
    expect(revealArgv(['/a', '-v', '--token', '•••', 'password=•••', 'password=•••'], stored)).toEqual([
      '/a',
      '-v',
      '--token',
      'two',
      'password=one',
      'password=three',
    ])
  })

  test('a new value is taken, dots for nothing stay', () => {
    expect(revealArgv(['/a', 'password=new', 'secret=•••'], stored)).toEqual(['/a', 'password=new', 'secret=•••'])
  })

  test('a URI pair by pair, an environment variable by variable', () => {
    const uri = 'exec://me:•••@localhost/a?username=you&password=•••'
    const behind = 'exec://me:pw@localhost/a?username=me&password=hunter2'
    expect(revealUri(uri, uri.replace('you', 'me'), behind)).toBe(behind.replace('username=me', 'username=you'))
    expect(revealEnv({ A: '•••', B: 'b', C: '•••' }, { A: 'one', B: 'x' })).toEqual({ A: 'one', B: 'b', C: '•••' })
  })
})
