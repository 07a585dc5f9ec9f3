import { appendFileSync, writeFileSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LogCollector, LogLab } from '../../../../test/helpers/log-lab.ts'
import { dropStart } from './drop-start.ts'
import { LogFiles } from './log-file.ts'
import { HolePuncher } from './punch.ts'

/** Long lines, so that a few thousand of them make many steps. */
const lineBytes = 1024

function lines(from: number, count: number): Buffer {
  const block = Buffer.alloc(count * lineBytes, '.')
  for (let at = 0; at < count; at += 1) {
    block.write(String(from + at), at * lineBytes)
    block[(at + 1) * lineBytes - 1] = 10
  }
  return block
}

/** What goes wrong: nothing, the daemon dies before it stores, before it frees, or while it frees. */
const crashes = ['none', 'before storing', 'before freeing', 'while freeing'] as const
type Crash = (typeof crashes)[number]

/** Frees as much as a daemon would have that died in this moment. */
class CrashingPuncher extends HolePuncher {
  readonly #crash: Crash

  constructor(crash: Crash) {
    super()
    this.#crash = crash
  }

  override async freeStart(handle: FileHandle, end: number): Promise<boolean> {
    if (this.#crash === 'before freeing') return false
    return super.freeStart(handle, this.#crash === 'while freeing' ? Math.floor(end / 3) : end)
  }
}

type Step = { readonly append: number; readonly drop: number; readonly crash: Crash; readonly from: number }

const step: fc.Arbitrary<Step> = fc.record({
  append: fc.integer({ min: 0, max: 3000 }),
  drop: fc.integer({ min: 1, max: 3_000_000 }),
  crash: fc.constantFrom(...crashes),
  from: fc.double({ min: 0, max: 1, noNaN: true }),
})

test('whatever is appended, dropped and interrupted, a reader gets right lines, all of them, or a gap', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
      await using lab = await LogLab.create()
      writeFileSync(lab.paths.outPath, '')
      let written = 0
      for (const { append, drop, crash, from } of steps) {
        appendFileSync(lab.paths.outPath, lines(written, append))
        written += append
        const mayBeGone = await dropOnce(lab, drop, crash)
        const service = lab.service()
        // Taken over as after a crash: what was stored and not done is found out.
        service.watch({ id: 'a', ...lab.paths })
        const start = Math.floor(from * written) * lineBytes
        for (const place of [0, start]) await expectSound(lab, service, { place, end: written * lineBytes, mayBeGone })
        service.close()
      }
    }),
    { numRuns: 25 },
  )
}, 60_000)

/** Drops once, by a daemon that then is gone, and gives the offset below which lines may be missing. */
async function dropOnce(lab: LogLab, bytes: number, crash: Crash): Promise<number> {
  const files = new LogFiles(() => 1000)
  const file = files.acquire(lab.paths.outPath, lab.paths.indexOutPath, 'index')
  const puncher = new CrashingPuncher(crash)
  if (crash !== 'before storing') await dropStart(file, bytes, puncher)
  puncher.close()
  const { start } = file
  files.release(file, 'index')
  return start
}

type Sound = { readonly place: number; readonly end: number; readonly mayBeGone: number }

async function expectSound(
  lab: LogLab,
  service: ReturnType<LogLab['service']>,
  { place, end, mayBeGone }: Sound,
): Promise<void> {
  const request = { streams: 'out', from: { out: place, err: 0 }, lines: null, follow: false } as const
  const read = new LogCollector((signal) => service.tail(lab.paths, { ...request, since: null, until: null }, signal))
  await read.done
  let next = place
  for (const segment of read.all) {
    expect(segment.offset).toBe(next)
    if (segment.kind === 'gap') {
      expect(segment.end).toBeLessThanOrEqual(mayBeGone)
      next = segment.end
    } else {
      const count = segment.bytes.length / lineBytes
      expect(Buffer.compare(Buffer.from(segment.bytes), lines(next / lineBytes, count))).toBe(0)
      next += segment.bytes.length
    }
  }
  expect(next).toBe(end)
}
