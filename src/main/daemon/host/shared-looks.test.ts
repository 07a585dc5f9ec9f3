import { expect, test } from 'vitest'
import { shareLooks } from './shared-looks.ts'

type Look = { readonly questions: readonly string[]; readonly finish: (answer: number) => void }

function looksOf() {
  const looks: Look[] = []
  const ask = shareLooks<string, number>(
    (questions) => new Promise((finish) => looks.push({ questions: [...questions], finish })),
  )
  return { looks, ask }
}

/** Lets everything run that is ready to. */
const turn = () => new Promise((resolve) => setImmediate(resolve))

test('those who ask together share a look', async () => {
  const { looks, ask } = looksOf()
  const answers = Promise.all([ask('a'), ask('b')])
  await turn()
  expect(looks.map(({ questions }) => questions)).toEqual([['a', 'b']])
  looks[0]?.finish(1)
  expect(await answers).toEqual([1, 1])
})

test('who asks during a look gets a later one, which is shared as well', async () => {
  const { looks, ask } = looksOf()
  const first = ask('a')
  await turn()
  const later = Promise.all([ask('b'), ask('c')])
  await turn()
  expect(looks).toHaveLength(1)
  looks[0]?.finish(1)
  await turn()
  expect(looks[1]?.questions).toEqual(['b', 'c'])
  looks[1]?.finish(2)
  expect([await first, await later]).toEqual([1, [2, 2]])
})

test('a look that fails fails for its own callers alone', async () => {
  let fails = true
  const ask = shareLooks<string, string>(async () => {
    if (fails) throw new Error('EMFILE')
    return 'seen'
  })
  await expect(ask('a')).rejects.toThrow('EMFILE')
  fails = false
  expect(await ask('b')).toBe('seen')
})
