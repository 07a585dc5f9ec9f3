import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { LogService } from '../../src/main/daemon/logs/index.ts'
import { decodeLogPart, type LogGap } from '../../src/shared/contract/log-part.ts'
import { floodLineBytes, floodScript, wrongFloodLines } from '../helpers/flood.ts'
import { expectValue, LogLab } from '../helpers/log-lab.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { until } from '../helpers/until.ts'

const limit = 64 * 1_048_576
/** So much goes at once in a flood. */
const step = limit / 2

const why = await whyNoHoles()
if (why !== null) process.stderr.write(`Bounds of logs are not tested: ${why}\n`)

/** Null where blocks can be freed in the folder for temporary files. */
async function whyNoHoles(): Promise<string | null> {
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'file')
  writeFileSync(file, Buffer.alloc(65_536, 1))
  try {
    execFileSync('fallocate', ['-p', '-o', '0', '-l', '65536', file], { stdio: 'pipe' })
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

type Kept = { readonly wrong: number; readonly gaps: readonly LogGap[]; readonly start: number; readonly end: number }

/** Reads the log as a face does, from `from` on, and compares every line with what was written there. */
async function readAll(lab: LogLab, service: LogService, from: number): Promise<Kept> {
  const request = { streams: 'out', from: { out: from, err: 0 }, lines: null, follow: false } as const
  const never = new AbortController().signal
  const parts = expectValue(await service.tail(lab.paths, { ...request, since: null, until: null }, never))
  const gaps: LogGap[] = []
  let [wrong, start, end] = [0, -1, from]
  for await (const part of parts) {
    for (const segment of decodeLogPart(part)) {
      expect(segment.offset).toBe(end)
      if (segment.kind === 'gap') {
        gaps.push(segment)
        end = segment.end
        continue
      }
      if (start < 0) start = segment.offset
      wrong += wrongFloodLines(segment.bytes, segment.offset)
      end = segment.offset + segment.bytes.length
    }
  }
  return { wrong, gaps, start, end }
}

test.skipIf(why !== null).each([
  // A step of a second and a half, on a machine with other work, is in the measure.
  { what: '50 MB and 200,000 lines per second', bytesPerSecond: 50e6, seconds: 8, mostBytes: 2 * limit },
  { what: 'as fast as it can', bytesPerSecond: 2e9, seconds: 1, mostBytes: Number.POSITIVE_INFINITY },
])('a flood stays within its limit: $what', async ({ bytesPerSecond, seconds, mostBytes }) => {
  await using lab = await LogLab.create()
  const service = lab.service({ limits: () => ({ perProcessBytes: limit, totalBytes: null }) })
  const diskBytes = () => statSync(lab.paths.outPath).blocks * 512
  const writer = lab.write(floodScript({ bytesPerSecond, seconds }))
  service.watch({ id: 'a', ...lab.paths })
  let most = 0
  let [reads, wrongMeanwhile] = [0, 0]
  const ended = once(writer, 'exit')
  await until(
    async () => {
      most = Math.max(most, diskBytes())
      // Reads from the place that is dropped next, while it is.
      const { wrong } = await readAll(lab, service, service.info(lab.paths).out.start)
      wrongMeanwhile += wrong
      reads += 1
      return writer.exitCode !== null
    },
    { what: 'the end of the flood', timeoutMs: 60_000 },
  )
  await ended
  await until(() => diskBytes() <= limit, { what: 'the log within its limit' })

  const written = Number(readFileSync(lab.paths.errPath, 'utf8'))
  expect(statSync(lab.paths.outPath).size).toBe(written * floodLineBytes)
  const kept = await readAll(lab, service, 0)
  expect(kept.wrong).toBe(0)
  expect(wrongMeanwhile).toBe(0)
  expect(reads).toBeGreaterThan(0)
  expect(kept.end).toBe(written * floodLineBytes)
  expect(kept.gaps).toMatchObject([{ offset: 0, end: kept.start, reason: 'bound' }])
  expect(kept.start % floodLineBytes).toBe(0)
  // No more went than has to.
  expect(kept.end - kept.start).toBeGreaterThan(limit - step - 4 * 1_048_576)
  expect(most).toBeLessThanOrEqual(mostBytes)
})
