import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { expectValue, LogCollector, LogLab } from '../../../../test/helpers/log-lab.ts'
import { contract } from '../../../shared/contract/contract.ts'
import type { Supervised } from '../supervisor/model.ts'
import type { Supervision } from '../supervisor/supervision.ts'
import { createLogHandlers } from './log-handlers.ts'

const everything = { streams: 'both', from: null, lines: null, since: null, until: null } as const
const context = { signal: new AbortController().signal, after: null }

/** The handlers over two processes `a` and `b`, and what they told the hosts of these. */
function handlersOf(lab: LogLab) {
  const told: string[] = []
  const processes = ['a', 'b'].map((id) => {
    const { outPath, errPath, indexOutPath, indexErrPath } = lab.process(id)
    const paths = { out: () => outPath, err: () => errPath, outIndex: () => indexOutPath, errIndex: () => indexErrPath }
    return { id, name: id, session: { paths } } as unknown as Supervised
  })
  const supervision = { sessions: { processes: () => processes } } as unknown as Supervision
  const handlers = createLogHandlers(supervision, lab.service(), {
    refresh: async ({ id }) => void told.push(`refresh ${id}`),
    onFollow: ({ id }, following) => told.push(`${following ? 'follow' : 'leave'} ${id}`),
  })
  return { handlers, told }
}

test('what is not followed is brought up to date before it is read', async () => {
  await using lab = await LogLab.create()
  writeFileSync(lab.process('a').outPath, 'one\ntwo\n')
  writeFileSync(lab.process('b').errPath, 'three\n')
  const { handlers, told } = handlersOf(lab)
  const target = { id: 'a' }
  const targets = [target, { id: 'b' }]
  const pattern = { query: 't', regex: false, caseSensitive: true }

  const merged = new LogCollector(() => handlers['logs.merge']({ ...everything, targets, follow: false }, context))
  await merged.done
  expect(merged.segments.map(({ source }) => source)).toEqual([0, 1])
  expect(told.splice(0)).toEqual(['refresh a', 'refresh b'])
  const grep = { targets, streams: 'both', ...pattern, from: null, to: null, since: null, until: null } as const
  const grepped = new LogCollector(() => handlers['logs.grep'](grep, context))
  await grepped.done
  expect(grepped.lines).toEqual(['two', 'three'])
  expect(told.splice(0)).toEqual(['refresh a', 'refresh b'])

  const info = expectValue(await handlers['logs.info']({ target }, context))
  expect(contract['logs.info'].output.parse(info).out.end).toBe(8)
  expect(expectValue(await handlers['logs.place']({ target, at: null }, context))).toEqual({ out: 8, err: 0 })
  const before = { target, streams: 'out', before: { out: 4, err: 0 }, maxBytes: 100 } as const
  const page = new LogCollector(() => handlers['logs.before'](before, context))
  await page.done
  expect(page.lines).toEqual(['one'])
  expect(expectValue(await handlers['logs.find']({ target, streams: 'out', ...pattern }, context)).total).toBe(1)
  expect(told.splice(0)).toEqual(Array(4).fill('refresh a'))
})

test('a host is told who is followed', async () => {
  await using lab = await LogLab.create()
  writeFileSync(lab.process('a').outPath, 'one\n')
  const { handlers, told } = handlersOf(lab)
  const follow = { ...everything, follow: true } as const
  const tail = expectValue(await handlers['logs.tail']({ ...follow, target: { id: 'a' } }, context))
  expect(told).toEqual([])
  for await (const part of tail) {
    expect(part.length).toBeGreaterThan(0)
    expect(told).toEqual(['follow a'])
    break
  }
  expect(told).toEqual(['follow a', 'leave a'])
})

test('a process that is not there is refused', async () => {
  await using lab = await LogLab.create()
  const { handlers } = handlersOf(lab)
  const targets = [{ id: 'a' }, { id: 'gone' }]
  const refused = await handlers['logs.merge']({ ...everything, targets, follow: false }, context)
  expect(refused).toMatchObject({ ok: false, code: 'not_found' })
})
