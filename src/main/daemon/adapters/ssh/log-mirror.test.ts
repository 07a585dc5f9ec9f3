import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LogMirror } from './log-mirror.ts'
import { blockBytes } from './remote-bytes.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-mirror-test-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const backlogBytes = 5 * blockBytes

/** A log elsewhere, and what a look at it and a fetch from it would bring. */
function mirrored(path: string) {
  const log = { bytes: Buffer.alloc(0) }
  const skipped: (readonly [number, number])[] = []
  const options = {
    backlogBytes,
    onSkipped: (_path: string, from: number, to: number) => void skipped.push([from, to]),
  }
  const mirror = new LogMirror('s/out/n.out', path, options)
  return {
    ...{ log, mirror, skipped },
    append: (bytes: Buffer) => {
      log.bytes = Buffer.concat([log.bytes, bytes])
    },
    async look() {
      mirror.sized(log.bytes.length, mirror.copy.size)
      if (mirror.isReplaced) await mirror.restart()
    },
    /** `lost`: the answer does not come. */
    async fetch(limit: number, lost = false) {
      const wanted = mirror.next(limit)
      if (wanted === null || lost) return
      const { from, blocks } = wanted
      expect(from % blockBytes).toBe(0)
      await mirror.take(wanted, log.bytes.subarray(from, from + blocks * blockBytes))
    },
  }
}

type Step =
  | { readonly kind: 'append'; readonly bytes: Uint8Array }
  | { readonly kind: 'look' }
  | { readonly kind: 'fetch'; readonly limit: number; readonly lost: boolean }

const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('append' as const), bytes: fc.uint8Array({ maxLength: 3 * blockBytes }) }),
    fc.record({ kind: fc.constant('look' as const) }),
    fc.record({ kind: fc.constant('fetch' as const), limit: fc.integer({ min: 1, max: 20_000 }), lost: fc.boolean() }),
  ),
  { maxLength: 40 },
)

test('the copy is what the log is but for holes that were told, however it grows and answers are lost', async () => {
  let round = 0
  await fc.assert(
    fc.asyncProperty(steps, async (all: readonly Step[]) => {
      round += 1
      const { log, mirror, skipped, append, look, fetch } = mirrored(join(folder, `${round}`))
      for (const step of all) {
        if (step.kind === 'append') append(Buffer.from(step.bytes))
        else if (step.kind === 'look') await look()
        else await fetch(step.limit, step.lost)
        const copy = mirror.copy.size === 0 ? Buffer.alloc(0) : readFileSync(mirror.copy.path)
        const expected = Buffer.from(log.bytes.subarray(0, copy.length))
        for (const [from, to] of skipped) expected.fill(0, from, to)
        expect(copy.equals(expected)).toBe(true)
      }
      await look()
      for (let tries = 0; tries < 200 && !mirror.isUpToDate; tries += 1) await fetch(4096)
      expect(mirror.copy.size).toBe(log.bytes.length)
    }),
    { numRuns: 60 },
  )
})

test('a log that became shorter or another is copied anew', async () => {
  const { log, mirror, append, look, fetch } = mirrored(join(folder, 'log'))
  const copied = async () => {
    await look()
    for (let tries = 0; tries < 20; tries += 1) {
      await fetch(4096)
      if (mirror.isReplaced) await mirror.restart()
    }
    return readFileSync(mirror.copy.path)
  }
  append(Buffer.from('old\n'.repeat(2000)))
  expect((await copied()).equals(log.bytes)).toBe(true)
  log.bytes = Buffer.from('short\n')
  expect((await copied()).equals(log.bytes)).toBe(true)
  log.bytes = Buffer.from('other\n'.repeat(2000))
  expect((await copied()).equals(log.bytes)).toBe(true)
})

test('a look that is older than what a stream brought changes nothing', () => {
  const { mirror } = mirrored(join(folder, 'log'))
  mirror.sized(10, 0)
  mirror.sized(10, 10)
  expect(mirror.isReplaced).toBe(false)
  mirror.sized(9, 10)
  expect(mirror.isReplaced).toBe(true)
})

test('a hole takes no space', async () => {
  const { mirror, append, look, fetch, skipped } = mirrored(join(folder, 'log'))
  append(Buffer.alloc(10_000_000, 'line\n'))
  await look()
  await fetch(backlogBytes)
  expect(skipped).toHaveLength(1)
  const { size, blocks } = statSync(mirror.copy.path)
  expect(size).toBeGreaterThan(9_900_000)
  expect(blocks * 512).toBeLessThan(1_000_000)
})
