import { describe, expect, test } from 'vitest'
import { addInput, emptyForm, problemsOf } from './add-form.ts'
import { sshNamesSentence } from './words.ts'

const configured = new Set(['gpu-01'])

describe('what is wrong with a new host', () => {
  test.each([
    [{ name: '' }, 'name', 'Type a name'],
    [{ name: 'localhost' }, 'name', 'this machine'],
    [{ name: '-oProxyCommand=x' }, 'name', 'not beginning with a dash'],
    [{ name: 'a b' }, 'name', 'Use letters'],
    [{ name: 'gpu-01' }, 'name', 'there already'],
    [{ sshConfig: '~/x' }, 'sshConfig', 'whole path'],
    [{ maxParallel: '0' }, 'maxParallel', 'from 1 to 1000'],
    [{ maxParallel: 'few' }, 'maxParallel', 'from 1 to 1000'],
  ] as const)('%j', (over, field, sentence) => {
    expect(problemsOf({ ...emptyForm, name: 'lab', ...over }, configured)).toEqual({
      [field]: expect.stringContaining(sentence),
    })
  })

  test('nothing', () => {
    const form = { name: 'me@lab', sshConfig: '/etc/lab', maxParallel: '4' }
    expect(problemsOf(form, configured)).toEqual({})
    expect(addInput(form)).toEqual({ name: 'me@lab', sshConfig: '/etc/lab', maxParallel: 4 })
    expect(addInput({ ...emptyForm, name: 'lab' })).toEqual({ name: 'lab', sshConfig: null, maxParallel: null })
  })
})

test('names of ssh in a sentence', () => {
  expect(sshNamesSentence([])).toBeNull()
  expect(sshNamesSentence(['a'])).toBe('1 name in ~/.ssh/config works without adding: a.')
  expect(sshNamesSentence(['a', 'b', 'c', 'd', 'e', 'f'])).toBe(
    '6 names in ~/.ssh/config work without adding: a, b, c, d and 2 more.',
  )
})
