import { appendFileSync, truncateSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expectValue, LogLab } from '../../../../test/helpers/log-lab.ts'
import { until } from '../../../../test/helpers/until.ts'
import type { FindRequest } from './find.ts'
import { findInFiles } from './find-task.ts'

const plain: FindRequest = { streams: 'out', query: 'x', regex: false, caseSensitive: true }
const never = new AbortController().signal

/** What a search finds by its definition: lines, their places and lengths in bytes. */
function naive(content: Buffer, matches: (line: string) => boolean) {
  const hits: { offset: number; length: number }[] = []
  let offset = 0
  for (const line of content.toString('latin1').split('\n')) {
    if (matches(Buffer.from(line, 'latin1').toString())) hits.push({ offset, length: line.length })
    offset += line.length + 1
  }
  return hits
}

test('plain text, any case and patterns agree with a naive search', async () => {
  await using lab = await LogLab.create()
  const word = fc.array(fc.constantFrom('a', 'B', 'b', 'ab', '.', 'ü', '\r', '\n', '\n', 'x'.repeat(300)), {
    maxLength: 200,
  })
  const query = fc.array(fc.constantFrom('a', 'b', 'B', '.', 'ü'), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(word, query, fc.constantFrom('text', 'anyCase', 'pattern'), (words, queries, kind) => {
      const content = Buffer.from(words.join(''))
      const text = queries.join('')
      writeFileSync(lab.paths.outPath, content)
      const { outPath: path, indexOutPath: indexPath } = lab.paths
      const files = [{ stream: 'out' as const, path, indexPath, spans: [{ start: 0, end: content.length }] }]
      const escaped = text.replaceAll('.', '\\.')
      const found = findInFiles({
        files,
        needle:
          kind === 'text'
            ? { kind: 'text', text }
            : { kind: 'pattern', source: kind === 'pattern' ? text : escaped, flags: kind === 'pattern' ? 'u' : 'ui' },
      })
      const expected = naive(content, (line) => {
        if (kind === 'text') return line.includes(text)
        if (kind === 'anyCase') return line.toLowerCase().includes(text.toLowerCase())
        return new RegExp(text, 'u').test(line.replace(/\r$/, ''))
      })
      expect(found.total).toBe(expected.length)
      expect(found.hits).toEqual(expected.map((hit) => ({ stream: 'out', ...hit })))
    }),
    { numRuns: 200 },
  )
})

test('searches in a thread, in one stream and in both', async () => {
  await using lab = await LogLab.create()
  writeFileSync(lab.paths.outPath, 'One error\r\nfine\nanother Error')
  writeFileSync(lab.paths.errPath, 'ERROR (1)\n')
  const service = lab.service()
  const find = async (request: Partial<FindRequest>) =>
    expectValue(await service.find(lab.paths, { ...plain, query: 'error', ...request }, never))
  expect(await find({})).toEqual({ total: 1, hits: [{ stream: 'out', offset: 0, length: 10 }] })
  expect((await find({ caseSensitive: false })).total).toBe(2)
  expect((await find({ streams: 'both', caseSensitive: false })).total).toBe(3)
  expect((await find({ streams: 'err', query: '(1)', caseSensitive: false })).total).toBe(1)
  expect((await find({ regex: true, query: '[Ee]rror$' })).hits.map((hit) => hit.offset)).toEqual([0, 16])
  expect((await find({ query: 'error\r\nfine' })).total).toBe(0)
  // Valid only without the flag `u`.
  expect((await find({ regex: true, query: '\\-?fine' })).total).toBe(1)
})

test('lists hits of both streams in the order of their times', async () => {
  await using lab = await LogLab.create()
  let clock = 1000
  const service = lab.service({ now: () => clock })
  service.watch({ id: 'a', ...lab.paths })
  for (const file of [lab.paths.errPath, lab.paths.outPath, lab.paths.errPath]) {
    appendFileSync(file, 'hit\n')
    // The last look before the index is left gives the line its time.
    service.unwatch('a')
    service.watch({ id: 'a', ...lab.paths })
    clock += 1000
  }
  const found = expectValue(await service.find(lab.paths, { ...plain, streams: 'both', query: 'hit' }, never))
  expect(found.hits.map((hit) => hit.stream)).toEqual(['err', 'out', 'err'])
})

test('colours do not stand between a person and what they search for', async () => {
  await using lab = await LogLab.create()
  const service = lab.service()
  writeFileSync(lab.paths.outPath, '\u001b[31mline\u001b[0m 123\nplain line 123\n\u001b]0;line 123\u0007other\n')
  for (const request of [plain, { ...plain, caseSensitive: false }, { ...plain, regex: true }]) {
    const { total, hits } = expectValue(await service.find(lab.paths, { ...request, query: 'line 123' }, never))
    expect([total, hits.map(({ offset }) => offset)]).toEqual([2, [0, 18]])
  }
})

test('counts all hits and lists the last 10,000', async () => {
  await using lab = await LogLab.create()
  writeFileSync(lab.paths.outPath, 'hit\n'.repeat(1_000_000))
  const found = expectValue(await lab.service().find(lab.paths, { ...plain, query: 'hit' }, never))
  expect(found.total).toBe(1_000_000)
  expect(found.hits).toHaveLength(10_000)
  expect(found.hits.at(-1)).toEqual({ stream: 'out', offset: 3_999_996, length: 3 })
})

test.for([true, false])('searches a long line in its first 1 MiB (case sensitive: %s)', async (caseSensitive) => {
  await using lab = await LogLab.create()
  const filler = 'x'.repeat(1_048_570)
  const lines = [
    `${filler}hit`,
    `${filler}xxxhit`,
    `${filler}xxxxhit`,
    'hit',
    `hit${filler.repeat(3)}`,
    `${filler}${filler}hit`,
  ]
  writeFileSync(lab.paths.outPath, `${lines.join('\n')}\nhit`)
  const found = expectValue(await lab.service().find(lab.paths, { ...plain, query: 'hit', caseSensitive }, never))
  const offsets: number[] = []
  let offset = 0
  for (const line of [...lines, 'hit']) {
    if (line.slice(0, 1_048_576).includes('hit')) offsets.push(offset)
    offset += line.length + 1
  }
  expect(found.hits.map((hit) => hit.offset)).toEqual(offsets)
  expect(found.hits.map((hit) => hit.length)).toEqual([1_048_573, 1_048_576, 3, 3 + 3 * 1_048_570, 3])
})

test('a line of 100 MB is no trouble', async () => {
  await using lab = await LogLab.create()
  writeFileSync(lab.paths.outPath, 'hit')
  truncateSync(lab.paths.outPath, 100_000_000)
  appendFileSync(lab.paths.outPath, '\nhit\n')
  const found = expectValue(await lab.service().find(lab.paths, { ...plain, query: 'hit' }, never))
  expect(found.hits).toEqual([
    { stream: 'out', offset: 0, length: 100_000_000 },
    { stream: 'out', offset: 100_000_001, length: 3 },
  ])
})

test('refuses a bad expression with the words of the engine', async () => {
  await using lab = await LogLab.create()
  const refused = await lab.service().find(lab.paths, { ...plain, query: '(a', regex: true }, never)
  expect(refused).toMatchObject({ ok: false, code: 'bad_input' })
  expect(refused.ok ? '' : refused.message).toContain('Unterminated group')
})

const catastrophe: FindRequest = { ...plain, query: '(a+)+$', regex: true }

test('ends an expression that runs away, and goes on', async () => {
  await using lab = await LogLab.create()
  writeFileSync(lab.paths.outPath, `${'a'.repeat(60)}b\n`)
  const service = lab.service({ searchTimeLimitMs: 300 })
  const searches = Array.from({ length: 3 }, () => service.find(lab.paths, catastrophe, never))
  for (const search of searches) expect(await search).toMatchObject({ ok: false, code: 'timeout' })
  const patient = lab.service()
  expect(expectValue(await patient.find(lab.paths, { ...plain, query: 'b' }, never)).total).toBe(1)
})

test('an abort ends a running and a waiting search', async () => {
  await using lab = await LogLab.create()
  writeFileSync(lab.paths.outPath, `${'a'.repeat(60)}b\n`)
  const service = lab.service()
  const abort = new AbortController()
  let settled = 0
  const searches = Array.from({ length: 5 }, async () => {
    const result = await service.find(lab.paths, catastrophe, abort.signal)
    settled += 1
    return result
  })
  abort.abort()
  await until(() => settled === 5, { what: 'all searches to end' })
  for (const search of searches) expect(await search).toMatchObject({ ok: false, code: 'cancelled' })
  expect(expectValue(await service.find(lab.paths, { ...plain, query: 'b' }, never)).total).toBe(1)
})
